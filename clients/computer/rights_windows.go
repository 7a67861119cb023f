package computer

import (
	"runtime"

	"golang.org/x/sys/windows"
)

// lookUp finds out what this user may do. An administrator's ordinary process
// holds the group for denial only, so the list of groups is asked, not the
// process's own membership.
func lookUp(func(string) (string, error)) rights {
	r := rights{goos: runtime.GOOS, elevated: windows.GetCurrentProcessToken().IsElevated()}
	groups, err := windows.GetCurrentProcessToken().GetTokenGroups()
	if err != nil {
		r.groups = groupNames()
		return r
	}
	for _, g := range groups.AllGroups() {
		if g.Sid.IsWellKnown(windows.WinBuiltinAdministratorsSid) {
			r.groups = append(r.groups, "Administrators") // the name is translated, the SID is not
		}
	}
	return r
}
