package computer

import (
	"context"
	"os/user"
)

// rights is what decides whether a service can be installed.
type rights struct {
	goos     string
	elevated bool     // root, or an elevated process on Windows
	groups   []string // names of the user's groups
	sudo     bool     // there is a sudo or pkexec to ask
}

// MayInstall implements [steps.Computer]. It looks at who the user is and asks
// for nothing, so that no password prompt and no entry in a log comes of it.
// how completes the sentence "The service is installed …", or says why not.
func (b *Box) MayInstall(context.Context) (ok bool, how string) { return mayInstall(b.user()) }

func mayInstall(r rights) (ok bool, how string) {
	admin := ""
	for _, g := range r.groups {
		switch g {
		case "sudo", "wheel", "admin", "Administrators":
			admin = g
		}
	}
	switch {
	case r.elevated && r.goos == "windows":
		return true, "as administrator"
	case r.elevated:
		return true, "as root"
	case r.goos == "windows" && admin != "":
		return true, "after Windows has asked you for permission"
	case r.goos == "windows":
		return false, "This Windows user is not an administrator."
	case r.goos == "darwin" && admin != "":
		return true, "after macOS has asked for your password"
	case r.goos == "darwin":
		return false, "This user is not an administrator of this Mac."
	case admin != "" && r.sudo:
		return true, "with sudo, which asks for your password"
	case admin != "":
		return false, "This user is in the group " + admin + ", but there is no sudo on this computer. Start the wizard as root."
	}
	return false, "This user is not an administrator of this computer. Start the wizard with sudo, or as root."
}

// groupNames lists the names of the user's groups; those that cannot be named
// are left out.
func groupNames() []string {
	me, err := user.Current()
	if err != nil {
		return nil
	}
	ids, err := me.GroupIds()
	if err != nil {
		return nil
	}
	var out []string
	for _, id := range ids {
		if g, err := user.LookupGroupId(id); err == nil {
			out = append(out, g.Name)
		}
	}
	return out
}
