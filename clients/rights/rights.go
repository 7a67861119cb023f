// Package rights keeps files and folders to one user of this computer: on Unix
// by their mode, on Windows, where a mode keeps no reader out, by a list of
// rights of their own (a DACL). It does not know what is in them. The system
// and its administrators can always get in, and are let in.
package rights

import "strings"

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

// allowed lists to whom a descriptor in that notation allows anything. all is
// true when it has no list, which allows everything to everybody.
func allowed(descriptor string) (who []string, all bool) {
	_, list, found := strings.Cut(descriptor, "D:")
	list, _, _ = strings.Cut(list, "S:") // the list for audits
	if !found || strings.HasPrefix(list, "NO_ACCESS_CONTROL") {
		return nil, true
	}
	for entry := range strings.SplitSeq(list, "(") {
		fields := strings.Split(strings.TrimSuffix(strings.TrimSpace(entry), ")"), ";")
		if len(fields) >= 6 && (fields[0] == "A" || fields[0] == "OA" || fields[0] == "XA") {
			who = append(who, fields[5])
		}
	}
	return who, false
}
