package templates

import (
	"fmt"
	"strings"
	"unicode"
)

// groupMark is the mark of a group's state, and groupWord the word beside it.
func groupMark(state string) string {
	switch state {
	case "missing":
		return "todo" // it is ticked and will be copied: nothing needs the person
	case "differs":
		return "problem"
	case "same":
		return "done"
	case "unknown":
		return "skipped"
	default:
		return "info"
	}
}

func groupWord(state string) string {
	switch state {
	case "missing":
		return "Missing"
	case "differs":
		return "Differs"
	case "same":
		return "Same"
	case "unknown":
		return "Not known"
	default:
		return "Only here"
	}
}

// pickable reports whether a group has more than one tick box.
func pickable(g RecordGroup) bool {
	n := 0
	for _, r := range g.Records {
		if r.Pick != "" {
			n++
		}
	}
	return n > 1
}

// proxyable reports whether a record of the table may be put behind the proxy.
func proxyable(m Compare) bool {
	for _, g := range m.Groups {
		for _, r := range g.Records {
			if r.CanProxy {
				return true
			}
		}
	}
	return false
}

// recordLabel names a record for those who hear the table.
func recordLabel(format string, r Record) string {
	return fmt.Sprintf(format, strings.TrimSpace(r.Type+" "+r.Name))
}

// pickVerb is the verb of a record's tick box.
func pickVerb(r Record) string {
	if r.Pick == "change" {
		return "Change %s"
	}
	return "Create %s"
}

// proxyWords stands where a record has no choice of the proxy.
func proxyWords(r Record) string {
	switch {
	case r.Proxy != "":
		return r.Proxy
	case r.Proxied:
		return "Proxied"
	default:
		return "DNS only"
	}
}

// difference is a text in three parts: the middle one is where it differs from the other, grown to whole words.
type difference struct{ before, middle, after string }

// differ compares a with b and marks the part of a that differs. Two equal texts have no middle.
func differ(a, b string) difference {
	ra, rb := []rune(a), []rune(b)
	start := 0
	for start < len(ra) && start < len(rb) && ra[start] == rb[start] {
		start++
	}
	end := 0
	for end < len(ra)-start && end < len(rb)-start && ra[len(ra)-1-end] == rb[len(rb)-1-end] {
		end++
	}
	if start == len(ra) && start == len(rb) {
		return difference{before: a}
	}
	for start > 0 && wordRune(ra[start-1]) {
		start--
	}
	for end > 0 && wordRune(ra[len(ra)-end]) {
		end--
	}
	return difference{string(ra[:start]), string(ra[start : len(ra)-end]), string(ra[len(ra)-end:])}
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// goIf is the kind of a button that is the next action, or an ordinary one.
func goIf(next bool) string {
	if next {
		return "go"
	}
	return ""
}

// servers lists names for a sentence.
func servers(names []string) string { return strings.Join(names, ", ") }

// recordTypes are the types that can be added by hand.
func recordTypes(a AddRecord) []string {
	if len(a.Types) > 0 {
		return a.Types
	}
	return []string{"TXT", "CNAME", "A", "AAAA", "MX", "SRV", "CAA", "NS"}
}
