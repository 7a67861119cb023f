package wizard_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// uncaught are the places that begin goroutines without taking their panics,
// with the reason.
func uncaught() map[string]string {
	return map[string]string{
		"steps/beside/beside.go sync.WaitGroup": "takes them",
		"steps/engine.go sync.WaitGroup":        "looks, jobs and rows take them one by one, so that others go on",
		"steps/engine.go go":                    "waits for the others and does nothing else",
		"cmd/wizard/link.go sync.WaitGroup":     "takes them",
		"cmd/wizard/pictures.go sync.WaitGroup": "takes them",
	}
}

// TestPanicsAreCaught: a panic that nobody takes ends the program and prints its
// value as it is, past everything that hides secrets. So goroutines are begun by
// steps/beside, or take their panic themselves.
func TestPanicsAreCaught(t *testing.T) {
	excused := uncaught()
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") ||
			!slices.ContainsFunc([]string{"steps/", "clients/", "store/", "web/", "cmd/"}, func(dir string) bool { return strings.HasPrefix(file, dir) }) {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		found := goroutines(f)
		for _, what := range found {
			if excused[file+" "+what] == "" {
				t.Errorf("%s has %s, whose panic nobody takes; use steps/beside", file, what)
			}
		}
		for key := range excused {
			if at, what, _ := strings.Cut(key, " "); at == file && !slices.Contains(found, what) {
				t.Errorf("%s is excused, but is not there any more", key)
			}
		}
	}
}

// goroutines lists what begins goroutines whose panics are not taken.
func goroutines(f *ast.File) []string {
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if pkg, ok := n.X.(*ast.Ident); ok && pkg.Name == "sync" && n.Sel.Name == "WaitGroup" {
				out = append(out, "sync.WaitGroup")
			}
		case *ast.GoStmt:
			if !takes(n) {
				out = append(out, "go")
			}
		}
		return true
	})
	return out
}

// takes reports whether a goroutine takes its panic.
func takes(g *ast.GoStmt) bool {
	found := false
	ast.Inspect(g, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			id, plain := c.Fun.(*ast.Ident)
			found = found || called(c) == "beside.Caught" || plain && (id.Name == "recover" || id.Name == "caught")
		}
		return true
	})
	return found
}

// TestPanicsAreCaughtBites plants what is banned.
func TestPanicsAreCaughtBites(t *testing.T) {
	const planted = `package x
var wg sync.WaitGroup
func f() {
	go g()
	go func() { g() }()
	go func() { defer func() { _ = recover() }(); g() }()
	go func() { _ = beside.Caught(g) }()
	go func() { failed <- caught(log, "x", g) }()
}`
	f, err := parser.ParseFile(token.NewFileSet(), "x.go", planted, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	if got := goroutines(f); !slices.Equal(got, []string{"sync.WaitGroup", "go", "go"}) {
		t.Errorf("%q", got)
	}
}
