package rights

import (
	"errors"
	"strconv"
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

// changing are the rights by which a file is written, replaced or given away, and
// by which something is put into a folder or taken out of it.
const changing = 0x2 | 0x4 | 0x40 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000

// changes reports whether rights in that notation, a number or pairs of letters,
// have one of [changing]. What is not known counts as one.
func changes(rights string) bool {
	if n, err := strconv.ParseUint(rights, 0, 32); err == nil {
		return n&changing != 0
	}
	harmless := map[string]bool{"FR": true, "FX": true, "GR": true, "GX": true, "RC": true, "CC": true, "SW": true, "RP": true, "WP": true, "LO": true, "CR": true}
	for ; len(rights) > 1; rights = rights[2:] {
		if !harmless[rights[:2]] {
			return true
		}
	}
	return rights != ""
}
