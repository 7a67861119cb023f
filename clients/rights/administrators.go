package rights

import (
	"errors"
	"strings"
)

// Who may change a file or folder, read out of a descriptor in SDDL.

// ErrForeign is a folder that belongs to somebody who is no administrator.
var ErrForeign = errors.New("it belongs to another user")

// ofAdminFolder is for a folder that is the administrators', with all that is put
// inside: the others may only look.
func ofAdminFolder() string {
	return "O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)"
}

// trustedInstaller is the service that installs Windows' own programs.
const trustedInstaller = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"

// administrator reports whether it is one from whom nothing can be kept.
func administrator(who string) bool {
	for _, t := range append(trusted(), trustedInstaller, "S-1-5-18", "S-1-5-32-544") {
		if who == t {
			return true
		}
	}
	return false
}

// ownerIn is the owner in a descriptor; empty when it is not told.
func ownerIn(descriptor string) string {
	_, owner, ok := strings.Cut(descriptor, "O:")
	if !ok || strings.Contains(descriptor[:strings.Index(descriptor, "O:")], "D:") {
		return ""
	}
	for _, next := range []string{"G:", "D:", "S:"} {
		owner, _, _ = strings.Cut(owner, next)
	}
	return owner
}

// ofAdministrators reports whether a descriptor lets only administrators change
// the thing itself, which is theirs. Entries that are only for what will be put
// inside (IO) do not count.
func ofAdministrators(descriptor string) bool {
	if !administrator(ownerIn(descriptor)) {
		return false
	}
	_, list, found := strings.Cut(descriptor, "D:")
	list, _, _ = strings.Cut(list, "S:(")
	if !found || strings.HasPrefix(list, "NO_ACCESS_CONTROL") {
		return false
	}
	_, entries, _ := strings.Cut(list, "(") // what stands before are flags of the list
	for entry := range strings.SplitSeq(entries, "(") {
		fields := strings.Split(strings.TrimSuffix(strings.TrimSpace(entry), ")"), ";")
		if len(fields) < 6 || !strings.Contains(fields[0], "A") || strings.HasPrefix(fields[0], "AU") || strings.Contains(fields[1], "IO") {
			continue
		}
		if changes(fields[2]) && !administrator(fields[5]) {
			return false
		}
	}
	return true
}
