package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// folders are those whose words people read. The samples of the gallery are no
// words of the product.
func folders() []string {
	return []string{
		"clients/cloudflare", "clients/computer", "clients/connector", "clients/plex", "clients/published", "clients/rdap", "clients/resolver", "clients/secrets", "clients/visitor",
		"cmd/wizard", "steps", "steps/zone", "web", "web/templates",
	}
}

// read reads the folders of a tree.
func read(tree fs.FS) (catalogue, error) {
	c := catalogue{}
	for _, dir := range folders() {
		files, err := fs.ReadDir(tree, dir)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			name := path.Join(dir, f.Name())
			if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") || strings.HasPrefix(f.Name(), "states") {
				continue
			}
			ext := path.Ext(name)
			if ext != ".go" && ext != ".templ" {
				continue
			}
			source, err := fs.ReadFile(tree, name)
			if err != nil {
				return nil, err
			}
			if ext == ".templ" {
				err = c.templ(name, string(source))
			} else {
				err = c.golang(name, string(source), 0)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

// golang takes the texts of a file of Go, above which so many lines are missing.
func (c catalogue) golang(name, source string, above int) error {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	c.inspect(file, func(p token.Pos) place { return place{name, above + set.Position(p).Line} })
	return nil
}

// expression takes the texts of an expression of Go that begins at a place.
func (c catalogue) expression(source string, at place) error {
	if strings.TrimSpace(source) == "" {
		return nil
	}
	e, err := parser.ParseExpr(source)
	if err != nil {
		return err
	}
	c.inspect(e, func(p token.Pos) place {
		return place{at.file, at.line + strings.Count(source[:min(max(int(p)-1, 0), len(source))], "\n")}
	})
	return nil
}

// silent names the calls whose words nobody reads on a page: errors of Go, the log,
// and what machines read.
var silent = regexp.MustCompile(`^(errors\.New|fmt\.Errorf|regexp\.\w+|slog\.\w+|.*\.Log\.\w+|.*[lL]og(ger)?\.\w+|.*Header(\(\))?\.\w+|h\.(Set|Add|Get)|strings\.(Cut|CutPrefix|CutSuffix|HasPrefix|HasSuffix|Contains|Index|Split|TrimPrefix|TrimSuffix|EqualFold|Count)|os\.\w+|exec\.\w+|template\.\w+|panic)$`)

func (c catalogue) inspect(root ast.Node, at func(token.Pos) place) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			return n.Tag == nil
		case *ast.CallExpr:
			if silent.MatchString(nameOf(n.Fun)) {
				return false
			}
			if text, ok := c.whole(n); ok { // a Sprintf that stands alone
				c.add(text, at(n.Pos()))
			}
		case *ast.BinaryExpr:
			if n.Op != token.ADD {
				return n.Op == token.LAND || n.Op == token.LOR // what is compared is not shown
			}
			if text, ok := c.whole(n); ok {
				c.add(text, at(n.Pos()))
				for _, part := range operands(n) { // what is put in may have words of its own
					if _, own := part.(*ast.BasicLit); !own {
						c.arguments(part, at)
					}
				}
				return false
			}
		case *ast.KeyValueExpr:
			key, ok := n.Key.(*ast.Ident) // of a field that a machine reads
			return !ok || !slices.Contains([]string{"ID", "Icon", "Kind", "Href", "URL", "PollURL", "Tone", "Favicon"}, key.Name)
		case *ast.CaseClause:
			for _, s := range n.Body { // but not what is compared with
				c.inspect(s, at)
			}
			return false
		case *ast.BasicLit:
			if text, ok := literal(n); ok {
				c.add(text, at(n.Pos()))
			}
		}
		return true
	})
}

// arguments looks into one part of a sum: of a Sprintf only at what it is given, as
// its format is part of the sum.
func (c catalogue) arguments(part ast.Expr, at func(token.Pos) place) {
	call, ok := part.(*ast.CallExpr)
	if !ok || !sprintf(call) {
		c.inspect(part, at)
		return
	}
	for _, a := range call.Args[1:] {
		c.inspect(a, at)
	}
}

// whole is a text that is put together, as one key.
func (c catalogue) whole(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, ok := literal(e)
		return strings.ReplaceAll(text, "%", "%%"), ok
	case *ast.ParenExpr:
		return c.whole(e.X)
	case *ast.CallExpr:
		if sprintf(e) {
			return literal(e.Args[0].(*ast.BasicLit))
		}
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		found := false
		var b strings.Builder
		for _, part := range operands(e) {
			if text, ok := c.whole(part); ok {
				b.WriteString(text)
				found = true
			} else {
				b.WriteString("%s")
			}
		}
		return b.String(), found
	}
	return "", false
}

// operands are the parts of a sum, from left to right.
func operands(e ast.Expr) []ast.Expr {
	if b, ok := e.(*ast.BinaryExpr); ok && b.Op == token.ADD {
		return slices.Concat(operands(b.X), operands(b.Y))
	}
	return []ast.Expr{e}
}

func sprintf(call *ast.CallExpr) bool {
	if len(call.Args) == 0 || !slices.Contains([]string{"fmt.Sprintf", "fmt.Fprintf"}, nameOf(call.Fun)) {
		return false
	}
	_, ok := call.Args[0].(*ast.BasicLit)
	return ok
}

func literal(l *ast.BasicLit) (string, bool) {
	if l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}

// nameOf is how a function is called: "fmt.Sprintf", "s.Log.InfoContext".
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return nameOf(e.X) + "." + e.Sel.Name
	case *ast.CallExpr:
		return nameOf(e.Fun) + "()"
	}
	return ""
}
