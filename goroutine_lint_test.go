package wizard_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// uncaught are the places that begin goroutines without taking their panics,
// with the reason.
func uncaught() map[string]string {
	return map[string]string{
		"steps/beside/beside.go sync.WaitGroup":     "takes them",
		"steps/engine.go sync.WaitGroup":            "looks, jobs and rows take them one by one, so that others go on",
		"steps/engine.go go":                        "waits for the others and does nothing else",
		"cmd/wizard/link.go sync.WaitGroup":         "takes them",
		"cmd/wizard/pictures.go sync.WaitGroup":     "takes them",
		"steps/job.go AfterFunc":                    "waits for a moment and cancels",
		"clients/connector/child.go Cancel":         "sends a signal",
		"clients/connector/quic.go AfterFunc":       "sets a deadline",
		"clients/plex/answers.go Control":           "control takes them",
		"clients/plex/gdm.go AfterFunc":             "sets a deadline",
		"clients/plex/transport.go Control":         "control takes them",
		"clients/resolver/exchange.go AfterFunc":    "sets a deadline",
		"clients/resolver/transfer.go AfterFunc":    "sets a deadline",
		"clients/visitor/process_unix.go Cancel":    "sends a signal",
		"clients/visitor/process_windows.go Cancel": "runs a program",
		"clients/visitor/socket.go AfterFunc":       "sets a deadline",
	}
}

// TestPanicsAreCaught: a panic that nobody takes ends the program and prints its
// value as it is, past everything that hides secrets. So goroutines are begun by
// steps/beside, or take their panic themselves; and so does code of ours that a
// library runs in a goroutine which it began.
func TestPanicsAreCaught(t *testing.T) {
	excused := uncaught()
	for file, f := range sources(t) {
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

// goroutines lists what begins goroutines, or is handed to a library that will,
// and whose panics are not taken.
func goroutines(f *ast.File) []string {
	handed := []string{"DialContext", "DialTLSContext", "Control", "ControlContext", "VerifyConnection", "VerifyPeerCertificate", "GetClientCertificate", "Cancel"}
	var out []string
	ours := func(name string, e ast.Expr) {
		switch e.(type) {
		case *ast.FuncLit, *ast.CallExpr:
			if !takes(e) {
				out = append(out, name)
			}
		}
	}
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
		case *ast.CallExpr:
			if name := called(n); name == "time.AfterFunc" || name == "context.AfterFunc" {
				ours("AfterFunc", n.Args[1])
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && slices.Contains(handed, key.Name) {
				ours(key.Name, n.Value)
			}
		case *ast.AssignStmt:
			if sel, ok := n.Lhs[0].(*ast.SelectorExpr); ok && slices.Contains(handed, sel.Sel.Name) {
				ours(sel.Sel.Name, n.Rhs[0])
			}
		}
		return true
	})
	return out
}

// takes reports whether what runs in a goroutine takes its panic.
func takes(g ast.Node) bool {
	found := false
	ast.Inspect(g, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			id, plain := c.Fun.(*ast.Ident)
			found = found || called(c) == "beside.Caught" || called(c) == "beside.Try" || plain && (id.Name == "recover" || id.Name == "caught")
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
	context.AfterFunc(ctx, cancel)
	time.AfterFunc(1, func() { g() })
	_ = http.Transport{DialContext: d.DialContext, DialTLSContext: func() error { return beside.Try(g) }}
	_ = net.Dialer{Control: guarded(), DialContext: func() error { return g() }}
	cmd.Cancel = func() error { return g() }
}`
	f := parsed(t, "x.go", planted)
	if got := goroutines(f); !slices.Equal(got, []string{"sync.WaitGroup", "go", "go", "AfterFunc", "Control", "DialContext", "Cancel"}) {
		t.Errorf("%q", got)
	}
}
