package zone

import (
	"fmt"
	"slices"
	"strings"

	"example.test/wizard/locale"
)

// statement says honestly how complete a list is. asked is false when no server
// could be asked at all.
func statement(f Found, asked bool) string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	switch {
	case !asked && f.Complete == "file":
		say("Read from a zone file. None of the old servers could be asked whether it is up to date.")
	case !asked:
		say("Nothing could be looked up: none of the old servers answers for this domain.")
	case f.Complete == "transfer":
		say("Complete: the old servers handed over the whole zone.")
	case f.Complete == "nsec":
		say("Complete: the zone is signed, and its own list of names was followed from beginning to end.")
	case f.Complete == "file":
		say("Complete as far as the zone file is: each of its records was asked for at the old servers, and %s besides.", locale.Count(f.Asked, "name was", "names were"))
	default:
		say("A good guess, not a complete list: the old servers do not hand over the zone, so %s asked for one by one.", locale.Count(f.Asked, "name was", "names were"))
	}
	if f.Stopped {
		say("The search was stopped before its end.")
	}
	if len(f.Unknown) > 0 {
		shown := make([]string, 0, len(f.Unknown))
		for _, n := range f.Unknown {
			shown = append(shown, ToUnicode(relative(n, f.Domain)))
		}
		say("Something exists below %s that could not be named.", someOf(shown, 3))
	}
	if guessed := f.Complete == ""; guessed && asked {
		if slices.ContainsFunc(f.Records, func(r Record) bool { return hasLabel(r.Name, "_domainkey") }) {
			say("Further keys below _domainkey stay hidden if their names are unusual.")
		}
		if len(f.Wildcards) > 0 {
			answers := "answers for every name below it"
			if len(f.Wildcards) > 1 {
				answers = "answer for every name below them"
			}
			say("%s %s, which can hide a name that differs only in a rare type.", someOf(f.Wildcards, 3), answers)
		}
	}
	if n := len(f.Unanswered); n > 0 {
		say("For %s no server gave an answer.", locale.Count(n, "name", "names"))
	}
	if slices.ContainsFunc(f.Servers, func(s ServerReport) bool { return s.State == "differs" }) {
		say("The old servers contradict each other.")
	}
	return strings.Join(out, " ")
}

// flood is added where the search ended because it was sent too much.
const flood = " The old servers sent far more data than a zone has, so the search was ended."

// Restate says anew how complete the list is, after something was added to it.
// What was said of a zone file stays.
func (f *Found) Restate() {
	f.Unknown = slices.DeleteFunc(slices.Clone(f.Unknown), func(name string) bool {
		return slices.ContainsFunc(f.Records, func(r Record) bool { return within(CanonicalName(r.Name), name) })
	})
	if f.Complete == "file" {
		return
	}
	flooded := strings.HasSuffix(f.Statement, flood)
	f.Statement = statement(*f, slices.ContainsFunc(f.Servers, func(s ServerReport) bool { return s.State == "ok" || s.State == "differs" }))
	if flooded {
		f.Statement += flood
	}
}
