package wizard_test

import (
	"go/ast"
	"go/token"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// most is the size in bytes above which a file is hard to read in one go.
const most = 16 << 10

// larger lists the files that may exceed it, with the reason.
func larger() map[string]string {
	return map[string]string{
		"web/static/htmx.min.js":      "not ours, and unmodified",
		"web/static/app.css":          "one style sheet, one block per component",
		"steps/zone/providers.txt":    "a table",
		"clients/rdap/registrars.txt": "a table",
	}
}

func TestFilesAreSmall(t *testing.T) {
	reasons := larger()
	for _, file := range treeFiles(t, ".go", ".templ", ".css", ".js", ".md", ".yml", ".txt") {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		big := info.Size() > most
		if reasons[file] == "" && big && !strings.HasSuffix(file, "_templ.go") {
			t.Errorf("%s has %d bytes; split it by subject", file, info.Size())
		}
	}
	for file := range reasons {
		if _, err := os.Stat(file); err != nil {
			t.Errorf("%s is excused from the size, but: %v", file, err)
		}
	}
}

// A ban is a text that must not be in a kind of file.
type ban struct {
	what *regexp.Regexp
	why  string
}

func templateBans() []ban {
	return []ban{
		{regexp.MustCompile(`\bhx-on\b`), "the policy forbids evaluation, so it would be dead"},
		{regexp.MustCompile(`\bjs:`), "the request would go out without its values"},
		{regexp.MustCompile(`(?i)javascript:`), "the policy forbids it"},
		{regexp.MustCompile(`hx-trigger="[^"]*\[|hx-trigger=\{[^}]*\[`), "a filter needs evaluation; the request would go out without it"},
		{regexp.MustCompile(`(?i)<script(\s*>|\s[^>]*>\s*[^<\s])`), "inline scripts are forbidden by the policy"},
		{regexp.MustCompile(`(?i)<style\b`), "inline styles are forbidden by the policy"},
		{regexp.MustCompile(`(?i)\sstyle=`), "inline styles are forbidden by the policy"},
		{regexp.MustCompile(`\btempl\.(Raw|SafeURL|SafeCSS|SafeClass|JSUnsafe\w*|ComponentScript|OnceHandle)\b`), "it goes round the escaping"},
		{regexp.MustCompile(`(?i)\son[a-z]+=`), "inline handlers are forbidden by the policy"},
	}
}

func TestTemplateBans(t *testing.T) {
	files := treeFiles(t, ".templ")
	if len(files) == 0 {
		t.Fatal("there are no templates")
	}
	for _, file := range files {
		text := read(t, file)
		for _, b := range templateBans() {
			if m := b.what.FindString(text); m != "" {
				t.Errorf("%s has %q: %s", file, m, b.why)
			}
		}
	}
}

// TestTemplateBansBite plants what is banned, one for each.
func TestTemplateBansBite(t *testing.T) {
	planted := []string{
		`<a hx-on:click="x()">`, `hx-vals="js:{a: 1}"`, `<a href="JavaScript:x()">`, `<p hx-trigger="click[ctrlKey]">`, `<script>x()</script>`,
		`<style>p {}</style>`, `<p style="color: red">`, `@templ.Raw(x)`, `<p onclick="x()">`,
	}
	for i, b := range templateBans() {
		if !b.what.MatchString(planted[i]) {
			t.Errorf("%s does not find %s", b.what, planted[i])
		}
	}
	for _, fine := range []string{`<script src={ x } defer></script>`, `hx-trigger={ "every " + p.Poll }`, `class="one"`} {
		for _, b := range templateBans() {
			if b.what.MatchString(fine) {
				t.Errorf("%s refuses %s", b.what, fine)
			}
		}
	}
}

// bannedCalls are names of packages that no Go file may use, with the reason.
func bannedCalls() map[string]string {
	return map[string]string{
		"httputil.DumpRequest":    "it prints the Authorization header",
		"httputil.DumpRequestOut": "it prints the Authorization header",
		"http.DefaultClient":      "it has no deadline; have a client passed in",
		"http.Get":                "it has no deadline; have a client passed in",
		"http.Post":               "it has no deadline; have a client passed in",
		"http.PostForm":           "it has no deadline; have a client passed in",
		"http.Head":               "it has no deadline; have a client passed in",
		"time.Sleep":              "wait for a condition or on a timer that a context ends",
		"time.Tick":               "it cannot be stopped",
	}
}

func TestGoBans(t *testing.T) {
	files := goFiles(t)
	bubble := map[string]bool{} // folders whose tests run in time of their own
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") && strings.Contains(read(t, file), `"testing/synctest"`) {
			bubble[path.Dir(file)] = true
		}
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_templ.go") {
			continue
		}
		f := parsed(t, file, nil)
		for _, call := range banned(f) {
			if strings.HasSuffix(file, "_test.go") && (strings.HasPrefix(call, "http.") || call == "time.Sleep" && bubble[path.Dir(file)]) {
				continue // the deadline of the test holds; in a bubble of testing/synctest time costs nothing
			}
			t.Errorf("%s uses %s: %s", file, call, bannedCalls()[call])
		}
		if !strings.HasSuffix(file, "_test.go") {
			for _, name := range mutable(f) {
				t.Errorf("%s has the package variable %s; pass it in, or make it a function", file, name)
			}
		}
	}
}

// TestGoBansBite plants what is banned.
func TestGoBansBite(t *testing.T) {
	const planted = `package x
import ("net/http"; "time")
var Count int
var table = []string{"a"}
var errFine = errors.New("fine")
var _ = table
func f() { http.Get("x"); time.Sleep(1); _ = http.DefaultClient; _ = http.StatusOK }
`
	f := parsed(t, "x.go", planted)
	if got := banned(f); !slices.Equal(got, []string{"http.Get", "time.Sleep", "http.DefaultClient"}) {
		t.Errorf("banned: %q", got)
	}
	if got := mutable(f); !slices.Equal(got, []string{"Count", "table"}) {
		t.Errorf("mutable: %q", got)
	}
}

func banned(f *ast.File) []string {
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if pkg, ok := sel.X.(*ast.Ident); ok && bannedCalls()[pkg.Name+"."+sel.Sel.Name] != "" {
				out = append(out, pkg.Name+"."+sel.Sel.Name)
			}
		}
		return true
	})
	return out
}

// mutable lists package variables, but for errors, embedded files, regular
// expressions, values computed once and proofs that an interface is satisfied.
func mutable(f *ast.File) []string {
	fixed := []string{"sync.OnceValue", "sync.OnceValues", "regexp.MustCompile"}
	var out []string
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR || strings.Contains(comments(g.Doc), "go:embed") {
			continue
		}
		for _, s := range g.Specs {
			v, ok := s.(*ast.ValueSpec)
			if !ok || strings.Contains(comments(v.Doc)+comments(v.Comment), "go:embed") || strings.Contains(comments(v.Comment), "the linker") {
				continue
			}
			for i, name := range v.Names {
				isError := strings.HasPrefix(strings.ToLower(name.Name), "err")
				if name.Name != "_" && !isError && (i >= len(v.Values) || !slices.Contains(fixed, called(v.Values[i]))) {
					out = append(out, name.Name)
				}
			}
		}
	}
	return out
}

// comments is the raw text of comments, directives included.
func comments(g *ast.CommentGroup) string {
	if g == nil {
		return ""
	}
	var b strings.Builder
	for _, c := range g.List {
		b.WriteString(c.Text)
	}
	return b.String()
}

// called names the function of a call, such as errors.New.
func called(e ast.Expr) string {
	if call, ok := e.(*ast.CallExpr); ok {
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
			if pkg, ok := sel.X.(*ast.Ident); ok {
				return pkg.Name + "." + sel.Sel.Name
			}
		}
	}
	return ""
}

// TestNothingIsPutOff looks for the marks of unfinished work.
func TestNothingIsPutOff(t *testing.T) {
	marks := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)
	for _, file := range treeFiles(t, ".go", ".templ", ".css", ".md", ".yml", "run") {
		if m := marks.FindString(read(t, file)); m != "" {
			t.Errorf("%s has %s", file, m)
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
