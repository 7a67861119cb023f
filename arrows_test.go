package wizard_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "example.test/wizard/"

// A rule says what the code of one folder may import beside the standard
// library. Tests may import more.
type rule struct {
	ours   []string // folders of this module
	others []string // packages of others; those below them are included
	tests  bool     // it serves tests, so it may know of them
	pure   bool     // neither HTTP nor processes, for what only thinks or only draws
}

// arrows lists each folder with Go code. Arrows point down, and the SDK of a
// service stays a detail of one folder. A folder that is not listed fails the
// test, so that a new one is thought about.
func arrows() map[string]rule {
	client := func(others ...string) rule {
		return rule{ours: []string{"clients/rights", "locale", "steps", "steps/beside", "steps/retry", "steps/zone"}, others: others}
	}
	return map[string]rule{
		"cmd/wizard": {
			ours: []string{
				"web", "store", "steps", "steps/beside", "locale", "locale/translation", "sim", "sim/connector", "sim/releases",
				"clients/cloudflare", "clients/computer", "clients/connector", "clients/plex", "clients/published", "clients/rdap", "clients/resolver", "clients/rights", "clients/secrets", "clients/visitor", "clients/words",
			},
			others: []string{"github.com/cli/browser", "golang.org/x/sys"},
		},
		"web": {
			ours:   []string{"locale", "locale/translation", "steps", "steps/beside", "steps/zone", "web/templates", "web/static"},
			others: []string{"github.com/go-chi/chi/v5", "github.com/gorilla/sessions", "github.com/gorilla/securecookie", "github.com/a-h/templ", "rsc.io/qr"},
		},
		"web/templates":      {ours: []string{"locale"}, others: []string{"github.com/a-h/templ"}, pure: true},
		"web/static":         {},
		"locale":             {pure: true},
		"locale/translation": {others: []string{"github.com/leonelquinteros/gotext", "golang.org/x/net/html"}, pure: true},
		"store":              {ours: []string{"steps", "steps/zone"}, others: []string{"go.etcd.io/bbolt"}, pure: true},
		"steps":              {ours: []string{"locale", "steps/beside", "steps/zone"}, others: []string{"golang.org/x/net/idna", "golang.org/x/net/publicsuffix"}, pure: true},
		"steps/beside":       {pure: true},
		"steps/retry":        {pure: true},
		"steps/zone":         {ours: []string{"locale", "steps/beside"}, others: []string{"golang.org/x/net/idna", "golang.org/x/net/publicsuffix"}, pure: true},

		// Of cloudflare-go only what is named: its other packages double the time to
		// compile and add a quarter to the program. See clients/cloudflare/request.go.
		"clients/cloudflare": client(
			"github.com/cloudflare/cloudflare-go/v7/ips", "github.com/cloudflare/cloudflare-go/v7/option",
			"github.com/miekg/dns",
		),
		"clients/computer":  client("golang.org/x/sys"),
		"clients/connector": client("golang.org/x/sys"),
		"clients/plex":      client("golang.org/x/sys"),
		"clients/published": client(),
		"clients/rdap":      client(),
		"clients/resolver":  client("github.com/miekg/dns"),
		"clients/rights":    {others: []string{"golang.org/x/sys"}, pure: true}, // a leaf, for the others
		"clients/secrets":   client("github.com/zalando/go-keyring", "golang.org/x/crypto", "golang.org/x/sys"),
		"clients/visitor":   client("golang.org/x/sys"),
		"clients/words":     client("github.com/sethvargo/go-diceware"),

		"sim":            {ours: []string{"sim/cloudflare", "sim/dns", "sim/edge", "sim/plex", "sim/releases"}, others: []string{"github.com/miekg/dns"}},
		"sim/cloudflare": {others: []string{"github.com/miekg/dns", "golang.org/x/net/idna"}},
		"sim/connector":  {ours: []string{"sim/edge/wire"}, others: []string{"golang.org/x/net/http2", "golang.org/x/sys"}},
		"sim/contract":   {others: []string{"github.com/getkin/kin-openapi"}, tests: true},
		"sim/dns":        {others: []string{"github.com/miekg/dns"}},
		"sim/edge":       {ours: []string{"sim/edge/wire"}, others: []string{"golang.org/x/net/http2"}},
		"sim/edge/wire":  {others: []string{"zombiezen.com/go/capnproto2"}},
		"sim/plex":       {},
		"sim/releases":   {},

		"tools/ship":         {},
		"tools/bench":        {ours: []string{"clients/resolver", "sim", "sim/dns", "tools/walker"}, others: []string{"github.com/PuerkitoBio/goquery"}},
		"tools/gate":         {},
		"tools/texts":        {ours: []string{"tools/texts/source"}},
		"tools/texts/source": {others: []string{"github.com/a-h/templ"}, pure: true},
		"tools/needs":        {others: []string{"github.com/playwright-community/playwright-go"}},
		"tools/walker":       {others: []string{"github.com/PuerkitoBio/goquery"}},
		"tools/wine":         {others: []string{"golang.org/x/sys"}, tests: true},
	}
}

// refused says why a folder may not import a package; empty when it may.
func (r rule) refused(imported string) string {
	if to, ours := strings.CutPrefix(imported, module); ours {
		if !slices.Contains(r.ours, to) {
			return "that arrow does not point down"
		}
		return ""
	}
	if first, _, _ := strings.Cut(imported, "/"); strings.Contains(first, ".") {
		for _, o := range r.others {
			if imported == o || strings.HasPrefix(imported, o+"/") {
				return ""
			}
		}
		return "this package of others belongs elsewhere"
	}
	if r.pure && slices.Contains([]string{"net/http", "os/exec", "database/sql"}, imported) {
		return "this folder knows nothing of the outside"
	}
	if !r.tests && (imported == "testing" || strings.HasPrefix(imported, "net/http/httptest")) {
		return "that is for tests"
	}
	return ""
}

func TestArrows(t *testing.T) {
	rules := arrows()
	found := map[string]bool{}
	for _, file := range goFiles(t) {
		dir := path.Dir(file)
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		found[dir] = true
		r, listed := rules[dir]
		if !listed {
			t.Errorf("%s: the folder %s is not listed in arrows", file, dir)
			continue
		}
		for _, imported := range importsOf(t, file) {
			if why := r.refused(imported); why != "" {
				t.Errorf("%s must not import %s: %s", file, imported, why)
			}
		}
	}
	for dir := range rules {
		if !found[dir] {
			t.Errorf("%s is listed in arrows, but holds no Go code", dir)
		}
	}
}

// TestArrowsRefuse plants imports that must not be.
func TestArrowsRefuse(t *testing.T) {
	for _, c := range []struct {
		dir, imported string
		refused       bool
	}{
		{"steps", module + "web", true},
		{"steps", module + "steps/zone", false},
		{"steps/zone", module + "steps", true},
		{"steps", "github.com/miekg/dns", true},
		{"steps", "golang.org/x/net/idna", false},
		{"steps", "golang.org/x/net/idnaother", true},
		{"steps", "net/http", true},
		{"web/templates", module + "steps", true},
		{"clients/plex", module + "clients/secrets", true},
		{"clients/plex", module + "sim/plex", true},
		{"clients/cloudflare", "github.com/cloudflare/cloudflare-go/v7", true},
		{"clients/cloudflare", "github.com/cloudflare/cloudflare-go/v7/dns", true},
		{"clients/cloudflare", "github.com/cloudflare/cloudflare-go/v7/ips", false},
		{"sim/cloudflare", module + "steps", true},
		{"sim/cloudflare", module + "sim/dns", true},
		{"web", "net/http/httptest", true},
	} {
		if why := arrows()[c.dir].refused(c.imported); (why != "") != c.refused {
			t.Errorf("%s importing %s: %q; want refused %t", c.dir, c.imported, why, c.refused)
		}
	}
}

func importsOf(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(f.Imports))
	for i, imp := range f.Imports {
		if out[i], err = strconv.Unquote(imp.Path.Value); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// goFiles lists all Go files of the tree with slashes.
func goFiles(t *testing.T) []string {
	t.Helper()
	return treeFiles(t, ".go")
}

// treeFiles lists what is kept in the repository, by the ends of the names.
func treeFiles(t *testing.T, suffixes ...string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && p != "." && (strings.HasPrefix(name, ".") || slices.Contains([]string{"artifacts", "dist", "node_modules", "testdata"}, name)):
			return filepath.SkipDir
		case !d.IsDir() && slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(name, s) }):
			out = append(out, filepath.ToSlash(p))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
