package source

import "strings"

// accented sets accents on the letters of a text, and leaves its verbs.
func accented(text string) string {
	var b strings.Builder
	accents := accents()
	from := 0
	for _, m := range verb.FindAllStringIndex(text, -1) {
		b.WriteString(accents.Replace(text[from:m[0]]) + text[m[0]:m[1]])
		from = m[1]
	}
	return b.String() + accents.Replace(text[from:])
}

// accents is the letter with an accent for each without.
func accents() *strings.Replacer {
	return strings.NewReplacer(
		"a", "à", "b", "ƀ", "c", "ç", "d", "ð", "e", "é", "f", "ƒ", "g", "ğ", "h", "ħ", "i", "í", "j", "ĵ", "k", "ķ", "l", "ł", "m", "ɱ",
		"n", "ñ", "o", "ø", "p", "þ", "q", "ɋ", "r", "ř", "s", "š", "t", "ŧ", "u", "ü", "v", "ṽ", "w", "ŵ", "x", "ẋ", "y", "ý", "z", "ž",
		"A", "À", "B", "Ɓ", "C", "Ç", "D", "Ð", "E", "É", "F", "Ƒ", "G", "Ğ", "H", "Ħ", "I", "Í", "J", "Ĵ", "K", "Ķ", "L", "Ł", "M", "Ɱ",
		"N", "Ñ", "O", "Ø", "P", "Þ", "Q", "Ɋ", "R", "Ř", "S", "Š", "T", "Ŧ", "U", "Ü", "V", "Ṽ", "W", "Ŵ", "X", "Ẋ", "Y", "Ý", "Z", "Ž",
	)
}
