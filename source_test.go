package wizard_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"iter"
	"slices"
	"strings"
	"testing"
)

// The lint tests read the program's source as a tree.

// sources yields each file of the program below one of the folders, without its
// tests and without what templ generates. No folder is all that a person runs.
func sources(t *testing.T, below ...string) iter.Seq2[string, *ast.File] {
	t.Helper()
	if len(below) == 0 {
		below = []string{"steps/", "clients/", "store/", "web/", "cmd/"}
	}
	return func(yield func(string, *ast.File) bool) {
		for _, file := range goFiles(t) {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "_templ.go") ||
				!slices.ContainsFunc(below, func(dir string) bool { return strings.HasPrefix(file, dir) }) {
				continue
			}
			if !yield(file, parsed(t, file, nil)) {
				return
			}
		}
	}
}

// parsed is one file as a tree, with its comments; text takes the place of what
// is on the disk, unless it is nil.
func parsed(t *testing.T, file string, text any) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
