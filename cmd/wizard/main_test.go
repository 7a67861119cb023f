package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// call runs the program with arguments, as a shell would.
func call(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

func TestCommands(t *testing.T) {
	for _, c := range []struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		{[]string{"wizard", "help"}, 0, "wizard puts your Plex", ""},
		{[]string{"wizard", "version"}, 0, "wizard ", ""},
		{[]string{"wizard", "install"}, 2, "", `there is no command "install"`},
		{[]string{"wizard", "check", "-bogus"}, 2, "", "flag provided but not defined: -bogus"},
		{[]string{"wizard", "check", "now"}, 2, "", `"now" is not understood`},
		{[]string{"wizard", "connector"}, 2, "", "wizard connector:"},
		{[]string{"wizard", "connector", "dance"}, 2, "", "wizard connector:"},
		{[]string{"/opt/cloudflared", "--version"}, 0, "cloudflared version", ""},
		{[]string{`cloudflared.exe`, "--version"}, 0, "cloudflared version", ""},
		{nil, 2, "", ""},
	} {
		code, stdout, stderr := call(c.args...)
		if code != c.code || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) || c.stderr == "" && stderr != "" || c.stdout == "" && stdout != "" {
			t.Errorf("%q: code %d, stdout %q, stderr %q", c.args, code, stdout, stderr)
		}
	}
}

// TestServeRefusesBadFlags before it opens anything.
func TestServeRefusesBadFlags(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{{"-bogus"}, {"-addr", "0.0.0.0:0"}, {"-demo", "-world", "x.json"}, {"-open=perhaps"}, {"serve", "now"}} {
		code, stdout, stderr := call(append(append([]string{"wizard"}, args...), "-data", dir)...)
		if code == 0 || stdout != "" || stderr == "" {
			t.Errorf("%q: code %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
	if found := list(t, dir); len(found) != 0 {
		t.Errorf("it left %q", found)
	}
}

func TestVersionLine(t *testing.T) {
	line := versionLine()
	if !strings.HasPrefix(line, "wizard "+versionText()) || !strings.HasSuffix(line, runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH) || strings.Contains(line, "\n") || versionText() == "" {
		t.Errorf("%q", line)
	}
}

// definedFlags reads the names of the flags from the source of [parse].
func definedFlags(t *testing.T) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "flags.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok || len(c.Args) < 3 {
			return true
		}
		if sel, ok := c.Fun.(*ast.SelectorExpr); ok && strings.HasSuffix(sel.Sel.Name, "Var") {
			if name, ok := c.Args[1].(*ast.BasicLit); ok {
				s, err := strconv.Unquote(name.Value)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, s)
			}
		}
		return true
	})
	return out
}

// TestUsageNamesEveryFlag, and no other.
func TestUsageNamesEveryFlag(t *testing.T) {
	flags := definedFlags(t)
	if len(flags) < 9 {
		t.Fatalf("only %q are defined", flags)
	}
	for _, f := range flags {
		if !regexp.MustCompile(`(?m)(^  |\[| )-` + f + `\b`).MatchString(usage) {
			t.Errorf("usage does not name -%s", f)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^  -([a-z-]+)`).FindAllStringSubmatch(usage, -1) {
		if !slices.Contains(flags, m[1]) {
			t.Errorf("usage names -%s, which is no flag", m[1])
		}
	}
	for _, secret := range []string{"token", "key", "secret", "password"} {
		if slices.Contains(flags, secret) {
			t.Errorf("-%s would put a secret into the list of processes", secret)
		}
	}
	for _, want := range []string{"wizard check", "wizard connector install", "wizard connector uninstall", "wizard version", "wizard help", "CLOUDFLARE_API_TOKEN", "PLEX_TOKEN", "default 127.0.0.1:8080", "Exit codes of check: 0 ", " 1 ", " 2 "} {
		if !strings.Contains(usage, want) {
			t.Errorf("usage does not say %q", want)
		}
	}
}

// TestSmallHeap leaves the last word to whoever starts the program.
func TestSmallHeap(t *testing.T) {
	for told, want := range map[string]int{"": 50, "100": 0, "off": 0} {
		got := 0
		smallHeap(told, func(percent int) int { got = percent; return 100 })
		if got != want {
			t.Errorf("GOGC=%s: %d", told, got)
		}
	}
}

// long leaves a test that takes many seconds to the whole test command; "task
// test-quick" runs the others (go test -short).
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes many seconds")
	}
}
