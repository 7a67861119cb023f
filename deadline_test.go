package wizard_test

import (
	"go/ast"
	"slices"
	"testing"
)

// endless are the places in clients that begin a context which nothing ends
// from outside, with the reason.
func endless() map[string]string {
	return map[string]string{
		"clients/connector/childmain.go": "the program’s own, ended by a signal",
		"clients/connector/child.go":     "a child process lives until it is stopped",
		"clients/connector/manager.go":   "the undo that it is given to has a limit of its own",
	}
}

// TestClientsHaveDeadlines: a context that begins in a client, or outlives the
// one it came from, has a limit, and so has a program.
func TestClientsHaveDeadlines(t *testing.T) {
	excused := endless()
	for file, f := range sources(t, "clients/") {
		for _, call := range unlimited(f) {
			if _, ok := excused[file]; ok {
				delete(excused, file)
				continue
			}
			t.Errorf("%s uses %s without a deadline", file, call)
		}
	}
	for file := range excused {
		t.Errorf("%s is excused, and has no such place", file)
	}
}

// unlimited lists contexts without a limit.
func unlimited(f *ast.File) []string {
	begins := []string{"context.Background", "context.TO" + "DO", "context.WithoutCancel"}
	limited := map[ast.Expr]bool{}
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch name := called(c); {
		case name == "context.WithTimeout" || name == "context.WithDeadline":
			limited[c.Args[0]] = true
		case slices.Contains(begins, name) && !limited[c], name == "exec.Command":
			out = append(out, name)
		}
		return true
	})
	return out
}

// TestClientsHaveDeadlinesBites plants what is banned.
func TestClientsHaveDeadlinesBites(t *testing.T) {
	const planted = `package x
func f(ctx context.Context) {
	a, _ := context.WithTimeout(context.Background(), 1)
	b, _ := context.WithTimeout(context.WithoutCancel(ctx), 1)
	c, _ := context.WithCancel(context.Background())
	d := g(context.` + "TO" + `DO())
	e := exec.Command("x")
	h := exec.CommandContext(ctx, "x")
}`
	f := parsed(t, "x.go", planted)
	if got := unlimited(f); !slices.Equal(got, []string{"context.Background", "context.TO" + "DO", "exec.Command"}) {
		t.Errorf("%q", got)
	}
}
