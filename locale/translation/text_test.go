package translation

import (
	"strings"
	"testing"

	"example.test/wizard/locale"
)

// german is a catalogue with something of each kind.
const german = `msgid ""
msgstr ""
"Language: de\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Done"
msgstr "Fertig"

msgid "Move DNS to Cloudflare"
msgstr "DNS zu Cloudflare umziehen"

msgid "Cloudflare"
msgstr "Cloudflare"

msgid "the rest"
msgstr "der Rest"

msgid "Nothing has been done yet."
msgstr "Noch ist nichts geschehen."

msgid "%s of %s steps are done"
msgstr "%s von %s Schritten sind getan"

msgid "three"
msgstr "drei"

msgid "nine"
msgstr "neun"

msgid "%s to %s"
msgstr "%[2]s von %[1]s"

msgid "%d%% of %s"
msgstr "%d %% von %s"

msgid "The file %q is empty"
msgstr "Die Datei %q ist leer"

msgid "1 record"
msgid_plural "%d records"
msgstr[0] "%d Eintrag"
msgstr[1] "%d Einträge"

msgid "We will copy %s"
msgstr "Wir kopieren %s"

msgid "The wizard works with a [token](/words#token): a key. Leave ` + "`code`" + ` **alone**."
msgstr "**Allein** bleibt ` + "`code`" + `. Der Assistent nimmt einen [Schlüssel](/words#token)."

msgid "Server **%s** has Plex Pass."
msgstr "Der Server **%s** hat den Plex Pass."

msgid "Open [its page](%s), version %s."
msgstr "Version %[2]s: [ihre Seite](%[1]s) öffnen."

msgid "Skip to the content"
msgstr "Zum Inhalt"

msgid "Not translated yet"
msgstr ""
`

func catalogue(t *testing.T, po string) *Catalogue {
	t.Helper()
	c, err := Read([]byte(po))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestText(t *testing.T) {
	c := catalogue(t, german)
	for in, want := range map[string]string{
		"":                                       "",
		"Done":                                   "Fertig",
		"  Done\n":                               "  Fertig ",
		"done":                                   "fertig",
		"The rest":                               "Der Rest",
		"Not translated yet":                     "Not translated yet",
		"attic.example.com":                      "attic.example.com",
		"done.example.com":                       "done.example.com", // a name, though a word is in it
		"2. Move DNS to Cloudflare":              "2. DNS zu Cloudflare umziehen",
		"Three of nine steps are done":           "Drei von neun Schritten sind getan",
		"Three of nine steps are done. Done":     "Drei von neun Schritten sind getan. Fertig",
		"we will copy the rest":                  "wir kopieren der Rest",
		"x.example to y.example":                 "y.example von x.example",
		"Done, 40% of the rest":                  "Fertig, 40 % von der Rest",
		`The file "a to b" is empty`:             `Die Datei "a to b" ist leer`,
		"36 the rest":                            "36 der Rest",
		"1 record":                               "1 Eintrag",
		"12 records":                             "12 Einträge",
		"We will copy 1,234 records":             "Wir kopieren 1,234 Einträge",
		"We will copy 12 records (Done)":         "Wir kopieren 12 Einträge (Fertig)",
		"Nothing has been done yet. By: someone": "Noch ist nichts geschehen. By: someone",
	} {
		if got := c.Text(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
		if got := c.Text(in); got != want {
			t.Errorf("the second time, %q is %q, want %q", in, got, want)
		}
	}
	text := "We will copy " + locale.Count(1234, "record", "records")
	if got := locale.Of("de").Localise(c.Text(text)); got != "Wir kopieren 1.234 Einträge" {
		t.Errorf("a number with fences: %q", got)
	}
}

// TestManyTexts: what is remembered has an end, and a long text is done in time.
func TestManyTexts(t *testing.T) {
	c := catalogue(t, german)
	for i := range 2*remembered + 10 {
		c.Text("Done " + strings.Repeat("x", i%97) + string(rune('a'+i%26)) + strings.Repeat("y", i%89))
	}
	if n := len(c.already); n > remembered {
		t.Errorf("%d texts are remembered", n)
	}
	long := strings.Repeat("x to y, (z) ", 400)
	if got := c.Text(long); len(got) < len(long) {
		t.Errorf("of %d bytes came %d", len(long), len(got))
	}
}

func TestPlurals(t *testing.T) {
	c := catalogue(t, `msgid ""
msgstr ""
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"

msgid "1 record"
msgid_plural "%d records"
msgstr[0] "%d запись"
msgstr[1] "%d записи"
msgstr[2] "%d записей"
`)
	for in, want := range map[string]string{"1 record": "1 запись", "2 records": "2 записи", "5 records": "5 записей", "21 records": "21 запись", "1\u00a0022 records": "1\u00a0022 записи"} {
		if got := c.Text(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	one := func(key, to string) string { return "msgid \"" + key + "\"\nmsgstr \"" + to + "\"\n" }
	for name, po := range map[string]string{
		"nothing":            "",
		"no language at all": "<html>",
		"nothing translated": one("Done", ""),
		"another value":      one("%d of %s", "%s of %d"),
		"a value too many":   one("In %s", "In %s, %s"),
		"a value from 0":     one("In %s", "In %[0]s"),
		"a mark too many":    one("In `x`", "In `x` **y**"),
		"a mark less":        one("In [x](/y)", "In x"),
		"a wrong form":       "msgid \"1 x\"\nmsgid_plural \"%d x\"\nmsgstr[0] \"%s x\"\nmsgstr[1] \"%d x\"\n",
	} {
		if _, err := Read([]byte(po)); err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
}

func TestMonths(t *testing.T) {
	if m := catalogue(t, german).Months(); m != "" {
		t.Errorf("months %q", m)
	}
	var po strings.Builder
	for _, m := range strings.Fields("January February March April May June July August September October November December") {
		po.WriteString("msgid \"" + m + "\"\nmsgstr \"" + m + "X\"\n\n")
	}
	if m := strings.Split(catalogue(t, po.String()).Months(), "\n"); len(m) != 12 || m[0] != "JanuaryX" || m[11] != "DecemberX" {
		t.Errorf("months %q", m)
	}
}
