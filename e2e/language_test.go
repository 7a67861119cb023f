package e2e_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"example.test/wizard/tools/texts/source"
	"example.test/wizard/tools/walker"
)

// accented is the language of [source.Texts.WriteAccented].
const accented = "en-XA"

// speaking puts the accented language beside the progress.
func speaking(t *testing.T, data string) {
	t.Helper()
	all, err := source.Read(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	var po bytes.Buffer
	if err := all.WriteAccented(&po); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(data, "languages")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, accented+".po"), po.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestInAnotherLanguage walks the whole way in a language of accents, with all texts
// from the one list that `task texts` writes. What a page says without accents is no
// text of ours: a name, or what a service wrote.
func TestInAnotherLanguage(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	speaking(t, data)
	r := read(t, start(t, data, "-demo"))
	r.ByStep, r.Speaks = true, accented
	plain, texts := map[string]string{}, 0
	r.Seen = func(p *walker.Page) {
		if lang := p.Find("html").AttrOr("lang", ""); lang != accented && p.Has("head") && p.Status == 200 {
			t.Errorf("%s is in %q", p.At(), lang)
		}
		for _, text := range said(p.Document) {
			texts++
			for _, word := range regexp.MustCompile(`[A-Za-z’]{2,}`).FindAllString(values().ReplaceAllString(text, " "), -1) {
				if plain[word] == "" {
					plain[word] = p.At() + ": " + text
				}
			}
		}
	}
	r.must(r.Walk(t.Context(), "/summary"))
	for _, path := range append([]string{"/", "/summary", "/history", "/undo", "/words", "/before"}, paths()...) {
		r.open(path)
	}
	allowed := others()
	for word, where := range plain {
		if !slices.Contains(allowed, word) {
			t.Errorf("%q is not in the list of texts: %s", word, where)
		}
	}
	if t.Logf("%d texts of %d pages were read", texts, len(r.Pages)); texts < 3000 {
		t.Error("too few")
	}
}

func paths() (out []string) {
	for _, id := range nine() {
		out = append(out, "/steps/"+id)
	}
	return out
}

// values are what no language has: names of hosts and files, addresses, rules, and
// what has a capital or a digit within or was cut off.
func values() *regexp.Regexp {
	return regexp.MustCompile(`\(http\.[^)]*\)|\S*…|“[^”]*”|\[[^\]]*\]|\S*[A-Za-z0-9*][./@_:=][A-Za-z0-9/]\S*|\S*[A-Za-z][A-Z0-9]\S*|\S*[0-9-][A-Za-z]\S*`)
}

// others are the words of the pretend services, and of who lives in that world.
func others() []string {
	var all []string
	for _, list := range []string{
		"Robin Ellery’s Account Attic GB dev", // the person, and this build
		"home nas vpn lab blog shop mail www autoconfig autodiscover tcp tls smtp imaps submission caldavs carddavs dmarc",                                                                                // records
		"Namecheap Inc Pretend Trust Services Free Website Healthy bypass dynamic unknown",                                                                                                                // as services put it
		"Access Alert Attack Block Creation Deletion Degraded Down Event Expiring Health Maintenance Metrics Monitoring Notification Origin Passive Removed Report Service Token Tunnel Universal Web or", // alerts of Cloudflare
		"Plex Tunnel Wizard", // the mark in what was made, which is found by it
	} {
		all = append(all, strings.Fields(list)...)
	}
	host, _ := os.Hostname()
	return append(all, host)
}

// said are the texts of a page that are read or heard.
func said(doc *goquery.Document) (out []string) {
	var within func(n *html.Node)
	within = func(n *html.Node) {
		switch {
		case n.Type == html.ElementNode && slices.Contains([]string{"code", "pre", "kbd", "samp", "script", "style", "noscript", "textarea"}, n.Data):
			return
		case n.Type == html.TextNode && strings.TrimSpace(n.Data) != "":
			out = append(out, strings.Join(strings.Fields(n.Data), " "))
		}
		for _, a := range n.Attr {
			if slices.Contains([]string{"aria-label", "alt", "placeholder", "data-label"}, a.Key) || strings.HasPrefix(a.Key, "data-say") {
				out = append(out, a.Val)
			}
		}
		for c := range n.ChildNodes() {
			within(c)
		}
	}
	within(doc.Nodes[0])
	return out
}
