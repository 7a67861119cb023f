package locale

import (
	"slices"
	"strings"
)

// The separators of thousands, as characters that do not break a line.
const (
	space  = "\u00a0"
	narrow = "\u202f"
	raised = "\u2019"
)

// Of reads the first language of an Accept-Language header, by the Unicode CLDR's
// tables of numbers and times for the languages that it lists. Digits are those of
// English for everybody; the name of a month comes with the words.
func Of(accepted string) Locale {
	first, _, _ := strings.Cut(accepted, ",")
	first, _, _ = strings.Cut(first, ";")
	language, region, _ := strings.Cut(strings.ToLower(strings.TrimSpace(first)), "-")
	l := Locale{Group: ","}
	is := func(list string) bool { return slices.Contains(strings.Fields(list), language) }
	in := func(list string) bool { return slices.Contains(strings.Fields(list), region) }
	switch {
	case language == "en":
		l.MonthFirst = region == "" || in("us ca ph")
		l.Twelve = l.MonthFirst || in("au nz in sg hk my")
		if region == "za" {
			l.Comma, l.Group = true, space
		}
	case language == "es" && in("mx us pe"):
		l.Twelve = in("mx us pe")
	case language == "de" && in("ch li"), language == "it" && region == "ch":
		l.Group, l.FromFive = raised, language == "it"
	case language == "fr" && region != "ca":
		l.Comma, l.Group = true, narrow
	case is("af cs fi fr kk ky lt nb nn no ru sk sv uk uz") || language == "de" && region == "at":
		l.Comma, l.Group = true, space
	case is("be bg et hu hy ka lv pl sq") || language == "pt" && region == "pt":
		l.Comma, l.Group, l.FromFive = true, space, true
		l.Twelve = language == "sq"
	case is("az bs ca da de el es eu gl hr id is it lo mk nl pt ro sl sr tr vi"):
		l.Comma, l.Group = true, "."
		l.FromFive = is("it sl") || language == "es" && !in("ar cl co")
		l.Twelve = language == "el" || language == "es" && in("ar cl co")
	case is("am ar bn fil gu hi km kn ko ml mr ms or pa ta te ur") || language == "zh" && in("tw hk"):
		l.Twelve = true
	case is("cy fa ga he ja mn my ne si sw th zh zu"):
	default:
		return Locale{}
	}
	return l
}
