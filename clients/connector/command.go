package connector

import (
	"strings"
	"unicode"
)

// byHand is a command for a person's terminal. It never holds a secret.
func (h *Host) byHand(words ...string) string {
	argv := append([]string{h.sys.Executable, "connector"}, words...)
	if h.sys.GOOS != "windows" {
		return "sudo " + quoteAll(argv)
	}
	return windowsCommand(argv, h.sys.Short)
}

// windowsCommand is one line that means the same in PowerShell, which is what an
// administrator's terminal mostly is, and in cmd. A quoted program as the first
// word does not: PowerShell needs an ampersand before it, and cmd may not have
// one. So paths take their short form, which needs no quotes; on a drive that has
// none, PowerShell is called by either of the two.
func windowsCommand(argv []string, short func(string) string) string {
	words := make([]string, len(argv))
	bare := true
	for i, a := range argv {
		words[i] = a
		if !bareWord(a) && short != nil {
			if s := short(a); s != "" {
				words[i] = s
			}
		}
		bare = bare && bareWord(words[i])
	}
	if bare {
		return strings.Join(words, " ")
	}
	for i, a := range argv {
		if !bareWord(a) || i == 0 {
			a = "'" + strings.ReplaceAll(a, "'", "''") + "'"
		}
		words[i] = a
	}
	return `powershell -Command "& ` + strings.Join(words, " ") + `"`
}

// bareWord reports whether neither shell sees anything in a word but the word.
func bareWord(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(`\/:._-~`, r)
	})
}
