package source

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"example.test/wizard/locale/translation"
)

// source has a text of each kind, and what is none.
const source = `package web

import "strings"

type row struct {
	Name string ` + "`json:\"Not a text\"`" + `
}

const notYet = "Not yet"

func f(n int, host string, err error) string {
	log.Info("Not for people")
	if host == "Not compared" || strings.HasPrefix(host, "Not looked for") {
		return fmt.Sprintf("%d records lead to %s.", n, host)
	}
	switch host {
	case "Not this either":
		return "Half of it is " + lower("Done") + ", at " + fmt.Sprintf("%d of %s", n, word("The rest"))
	}
	_ = errors.New("not an error of Go")
	_ = action{ID: "Not an id", What: "100% of it"}
	_ = locale.Count(n, "record", "records") + " in " + strings.Join(all, ", and then ")
	_ = set.Marker() + ": shown alone"
	return "Content-Type" + "application/json" + "zones/%s/rules"
}

func count(n int) string { return "two" }
`

// template has a text of each kind.
const template = `package templates

templ x(p Page) {
	<p class="Not a class" aria-label="Read aloud">
		Between the tags &amp; over
		two lines <b>{ "Put together with " + p.Name }</b>
	</p>
	<p>Read at { p.At }, and <em>{ "now" }</em> again</p>
	<p>
		if p.Wide {
			It is wide.
		} else {
			It is narrow.
		}
	</p>
	if p.Wide {
		@note(Note{Tone: "Not a tone", Title: "Given to a component"})
	}
}

func word(n int) string { return "In a function" }
`

func TestTextsOfEachKind(t *testing.T) {
	c := Texts{}
	if err := c.golang("web/a.go", source, 0); err != nil {
		t.Fatal(err)
	}
	if err := c.templ("web/templates/a.templ", template); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Write(&b); err != nil {
		t.Fatal(err)
	}
	const want = `msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: web/a.go:9
msgid "Not yet"
msgstr ""

#: web/a.go:14
#, go-format
msgid "%d records lead to %s."
msgstr ""

#: web/a.go:18
msgid "Done"
msgstr ""

#: web/a.go:18
#, go-format
msgid "Half of it is %s, at %d of %s"
msgstr ""

#: web/a.go:18
msgid "The rest"
msgstr ""

#: web/a.go:21
msgid "100% of it"
msgstr ""

#: web/a.go:22
#, go-format
msgid "%s in %s"
msgstr ""

#: web/a.go:22
#, go-format
msgid "%s, and then %s"
msgstr ""

#: web/a.go:22
#, go-format
msgid "1 record"
msgid_plural "%d records"
msgstr[0] ""
msgstr[1] ""

#: web/a.go:23
#, go-format
msgid "%s: shown alone"
msgstr ""

#: web/a.go:23
msgid "shown alone"
msgstr ""

#: web/a.go:27
msgid "two"
msgstr ""

#: web/templates/a.templ:5
msgid "Between the tags & over two lines"
msgstr ""

#: web/templates/a.templ:5
msgid "Read aloud"
msgstr ""

#: web/templates/a.templ:6
#, go-format
msgid "Put together with %s"
msgstr ""

#: web/templates/a.templ:8
#, go-format
msgid "Read at %s, and"
msgstr ""

#: web/templates/a.templ:8
msgid "again"
msgstr ""

#: web/templates/a.templ:8
msgid "now"
msgstr ""

#: web/templates/a.templ:11
msgid "It is wide."
msgstr ""

#: web/templates/a.templ:13
msgid "It is narrow."
msgstr ""

#: web/templates/a.templ:17
msgid "Given to a component"
msgstr ""

#: web/templates/a.templ:21
msgid "In a function"
msgstr ""
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// product reads the texts of the program itself.
func product(t *testing.T) Texts {
	t.Helper()
	c, err := Read(os.DirFS(filepath.Join("..", "..", "..")))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAFolderThatIsMissingIsAnError(t *testing.T) {
	if _, err := Read(fstest.MapFS{}); err == nil {
		t.Error("an empty tree has texts")
	}
}

// TestPagesShowOnlyListedTexts looks for the words of the drawn pages, which are the
// golden files of the templates: they come from a sample, or they are listed.
func TestPagesShowOnlyListedTexts(t *testing.T) {
	given, listed := samples(t), ""
	for text := range product(t) {
		listed += "|" + strings.Join(runs(verb.ReplaceAllString(text, "|")), "|") + "|"
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "web", "templates", "testdata", "*.html"))
	if err != nil || len(files) < 40 {
		t.Fatal(len(files), err)
	}
	own := map[string]bool{}
	for _, name := range files {
		for _, text := range shown(t, name) {
			for _, run := range runs(text) {
				if strings.Contains(given, run) || own[run] {
					continue
				}
				own[run] = true
				if !strings.Contains(listed, run) && !inTwo(run, listed, given) {
					t.Errorf("%s shows %q, and %q is not listed", filepath.Base(name), text, run)
				}
			}
		}
	}
	if t.Logf("%d texts are of the templates alone", len(own)); len(own) < 150 {
		t.Errorf("only %d texts of the templates were compared", len(own))
	}
}

// inTwo reports whether a run begins with a listed text and goes on with one of the
// samples, which was put in.
func inTwo(run, listed, given string) bool {
	for i := 1; i < len(run)-1; i++ {
		if run[i] == ' ' && strings.Contains(listed, run[:i+1]) && strings.Contains(given, run[i:]) {
			return true
		}
	}
	return false
}

// marks end a run.
var marks = strings.NewReplacer("|", " | ", "[", " | ", "]", " | ", "(", " | ", ")", " | ", "`", " | ", "*", " | ", "·", " | ")

// runs are the words of a text in small letters, as far as they stand together: a
// name, a number or a mark between them begins a new run. So a text is found again
// after its marks have become tags and its verbs values.
func runs(text string) []string {
	var out, run []string
	end := func() {
		if len(run) > 0 {
			out = append(out, " "+strings.Join(run, " ")+" ")
		}
		run = nil
	}
	for _, w := range strings.Fields(marks.Replace(text)) {
		bare := strings.Trim(w, "“”’\"'.,:;?…–›")
		if !letters(bare) || bare == strings.ToUpper(bare) {
			end()
			continue
		}
		if w[0] != bare[0] {
			end()
		}
		if run = append(run, strings.ToLower(bare)); !strings.HasSuffix(w, bare) {
			end()
		}
	}
	end()
	return out
}

// samples are the runs of all texts of the gallery’s samples.
func samples(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "web", "templates", "states*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(len(files), err)
	}
	var b strings.Builder
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok {
				if text, ok := literal(l); ok {
					b.WriteString("|" + strings.Join(runs(text), "|") + "|")
				}
			}
			return true
		})
	}
	return b.String()
}

// shown are the texts of a page, with those that are only heard.
func shown(t *testing.T, name string) []string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := goquery.NewDocumentFromReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	doc.Find("*").Contents().Each(func(_ int, s *goquery.Selection) {
		if n := s.Nodes[0]; n.Type == html.TextNode && n.Parent.Data != "noscript" {
			out = append(out, strings.Join(strings.Fields(n.Data), " "))
		}
	})
	for _, key := range []string{"aria-label", "alt", "data-label"} {
		doc.Find("[" + key + "]").Each(func(_ int, s *goquery.Selection) { out = append(out, s.AttrOr(key, "")) })
	}
	return out
}

// TestVoice holds all texts to how the wizard speaks, those of pages and terminal
// that no other test reaches too.
func TestVoice(t *testing.T) {
	avoided := regexp.MustCompile(`(?i)please wait|\boops\b|\bsimply\b|\bjust (click|enter|press)|\bsuccessfully\b|\binvalid\b|\bsorry\b|[a-z]!`)
	all := product(t)
	for text, places := range all {
		if bad := avoided.FindString(text); bad != "" {
			t.Errorf("%s:%d: %q in %q", places[0].file, places[0].line, bad, text)
		}
	}
	if len(all) < 1500 {
		t.Errorf("only %d texts", len(all))
	}
}

// TestTheListIsACatalogue: what is written can be read as a language, and every text
// is found again in it.
func TestTheListIsACatalogue(t *testing.T) {
	all := product(t)
	var po bytes.Buffer
	if err := all.WriteAccented(&po); err != nil {
		t.Fatal(err)
	}
	c, err := translation.Read(po.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if months := c.Months(); strings.Count(months, "\n") != 11 {
		t.Errorf("months: %q", months)
	}
	accents := accents()
	for text := range all {
		if !strings.Contains(text, "%") && !strings.Contains(text, form) && light.FindString(text) == "" {
			if got := c.Text(text); got != accents.Replace(text) {
				t.Errorf("%q is %q", text, got)
			}
		}
	}
}

// light are the marks of a text that are no letters.
var light = regexp.MustCompile("[`*\\[\\n\\t]")
