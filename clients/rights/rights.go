// Package rights keeps files and folders to one user of this computer: on Unix
// by their mode, on Windows, where a mode keeps no reader out, by a list of
// rights of their own (a DACL). It does not know what is in them. The system
// and its administrators can always get in, and are let in.
package rights

import (
	"strconv"
	"strings"
)

// trusted are, in Microsoft's notation (SDDL), the system and the
// administrators, from whom nothing can be kept.
func trusted() []string { return []string{"SY", "BA"} }

// descriptor is a security descriptor in that notation: everything for the
// owner and for [trusted], nothing inherited from above (P). flags are those of
// each entry, such as OICI, by which all that is put inside inherits it.
func descriptor(owner, flags string) string {
	out := "D:P"
	for _, who := range append([]string{owner}, trusted()...) {
		out += "(A;" + flags + ";FA;;;" + who + ")"
	}
	return out
}

// ofFile is for a file, whoever owns it (OW); ofFolder is for a folder of one
// user, and for all that the user puts inside.
func ofFile() string              { return descriptor("OW", "") }
func ofFolder(user string) string { return descriptor(user, "OICI") }

// allowed lists to whom a descriptor in that notation allows anything, and to whom
// it allows to change what is in the folder. all is true when it has no list, which
// allows everything to everybody.
func allowed(descriptor string) (who, writers []string, all bool) {
	_, list, found := strings.Cut(descriptor, "D:")
	list, _, _ = strings.Cut(list, "S:") // the list for audits
	if !found || strings.HasPrefix(list, "NO_ACCESS_CONTROL") {
		return nil, nil, true
	}
	for entry := range strings.SplitSeq(list, "(") {
		fields := strings.Split(strings.TrimSuffix(strings.TrimSpace(entry), ")"), ";")
		if len(fields) >= 6 && (fields[0] == "A" || fields[0] == "OA" || fields[0] == "XA") {
			who = append(who, fields[5])
			if changes(fields[2]) {
				writers = append(writers, fields[5])
			}
		}
	}
	return who, writers, false
}

// changing are the rights by which a folder, or what is put inside, is changed: to
// add files and folders, to delete either, to give itself more rights, and the
// generic ones that contain these (winnt.h).
const changing = 0x2 | 0x4 | 0x40 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000

// changes reports whether the rights of an entry contain one of those. They are a
// number or a row of words of two letters; a word that is not known may be one.
func changes(rights string) bool {
	if mask, err := strconv.ParseUint(rights, 0, 32); err == nil {
		return mask&changing != 0
	}
	harmless := map[string]bool{"FR": true, "FX": true, "GR": true, "GX": true, "RC": true, "CC": true, "SW": true, "RP": true, "LO": true, "WP": true, "CR": true}
	for ; len(rights) >= 2; rights = rights[2:] {
		if !harmless[rights[:2]] {
			return true
		}
	}
	return rights != ""
}
