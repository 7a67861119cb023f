package templates_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"example.test/wizard/locale"
	"example.test/wizard/web/templates"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// assets have fixed addresses, so that goldens do not change with a style sheet.
func assets() templates.Assets {
	return templates.Assets{
		Tokens: "/static/a/tokens.css", App: "/static/a/app.css", HTMX: "/static/a/htmx.min.js", Script: "/static/a/app.js",
		Icon: "/static/a/favicon.svg", IconWaiting: "/static/a/favicon-waiting.svg", IconAttention: "/static/a/favicon-attention.svg",
	}
}

// render draws a state as a browser would get it that asks for no language.
func render(t *testing.T, s templates.State) string {
	t.Helper()
	var b strings.Builder
	if err := s.Component.Render(t.Context(), &b); err != nil {
		t.Fatalf("render %s: %v", s.Name, err)
	}
	return locale.Locale{}.Localise(b.String())
}

func parse(t *testing.T, html string) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	return doc
}

// lines puts every tag on a line of its own, so that a difference can be read.
func lines(html string) string { return strings.ReplaceAll(html, "><", ">\n<") + "\n" }

// compare holds a text against its golden file.
func compare(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("golden file: %v (write it with -update)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs from its golden file (-want +got):\n%s", name, diff)
	}
}

// TestGolden holds the main part of every state against its golden file. What is drawn inside the pictures has a golden of its own.
func TestGolden(t *testing.T) {
	for _, s := range templates.States(assets()) {
		t.Run(s.Name, func(t *testing.T) {
			main := parse(t, render(t, s)).Find("#main")
			main.Find("svg").Empty()
			html, err := goquery.OuterHtml(main)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, s.Name, lines(html))
		})
	}
}

// TestGoldenDocument holds one whole document, with head, banner, navigation and foot.
func TestGoldenDocument(t *testing.T) {
	for _, s := range templates.States(assets()) {
		if s.Name == "job" || s.Name == "demo" {
			html := render(t, s)
			head, _, _ := strings.Cut(html, `<main class="main frame"`)
			_, foot, _ := strings.Cut(html, `</main>`)
			compare(t, "frame-"+s.Name, lines(head+"<main></main>"+foot))
		}
	}
}

// TestGoldenDrawings holds the drawings: the way, the wait, the bars.
func TestGoldenDrawings(t *testing.T) {
	wanted := map[string]string{"home": ".path", "url-failing": ".path", "dns-wait": ".chart", "security": ".chart svg", "summary": ".qr"}
	seen := 0
	for _, s := range templates.States(assets()) {
		selector, ok := wanted[s.Name]
		if !ok {
			continue
		}
		seen++
		var b strings.Builder
		parse(t, render(t, s)).Find(selector).Each(func(_ int, e *goquery.Selection) {
			html, err := goquery.OuterHtml(e)
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(lines(html))
		})
		compare(t, "drawing-"+s.Name, b.String())
	}
	if seen != len(wanted) {
		t.Errorf("%d of %d drawings were found", seen, len(wanted))
	}
}
