package source

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// golang takes the texts of a file of Go, above which so many lines are missing.
func (c Texts) golang(name, source string, above int) error {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	c.inspect(file, func(p token.Pos) place { return place{name, above + set.Position(p).Line} })
	return nil
}

// expression takes the texts of an expression of Go that begins at a place.
func (c Texts) expression(source string, at place) error {
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

func (c Texts) inspect(root ast.Node, at func(token.Pos) place) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			return n.Tag == nil
		case *ast.FuncDecl:
			if n.Recv == nil && slices.Contains(spoken(), n.Name.Name) {
				c.literals(n, at)
			}
		case *ast.CallExpr:
			if slices.Contains(spoken(), nameOf(n.Fun)) {
				c.literals(n, at)
			}
			if silent.MatchString(nameOf(n.Fun)) {
				return false
			}
			if text, ok := joined(n); ok {
				c.keep(text, at(n.Pos()))
				c.inspect(n.Args[0], at)
				return false
			}
			if one, many, ok := plural(n); ok {
				c.keep(one+form+many, at(n.Pos()))
				c.inspect(n.Args[0], at)
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
					if l, own := part.(*ast.BasicLit); !own {
						c.arguments(part, at)
					} else if text, ok := literal(l); ok && strings.HasPrefix(text, ": ") { // also shown without what is before it
						c.add(text[2:], at(l.Pos()))
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
				c.named(text, at(n.Pos()))
			}
		}
		return true
	})
}

// named takes the names of a table in Go, each of which stands behind its code.
func (c Texts) named(table string, at place) {
	lines := strings.Split(strings.TrimSpace(table), "\n")
	if len(lines) < 100 {
		return
	}
	for i, line := range lines {
		if _, name, ok := strings.Cut(line, " "); ok {
			c.keep(name, place{at.file, at.line + i})
		}
	}
}

// spoken names the functions all of whose words are for people, also those that look
// like words for a program: numbers in words, and what the drawing of the way says.
func spoken() []string { return []string{"count", "at", "planTitle", "draw"} }

func (c Texts) literals(root ast.Node, at func(token.Pos) place) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			c.literals(n.Value, at)
			return false
		case *ast.BasicLit:
			if text, ok := literal(n); ok && letters(strings.ReplaceAll(text, " ", "")) {
				c.keep(strings.TrimSpace(text), at(n.Pos()))
			}
		}
		return true
	})
}

// joined is what stands between the parts of a list, with its words.
func joined(call *ast.CallExpr) (string, bool) {
	if nameOf(call.Fun) != "strings.Join" || len(call.Args) != 2 {
		return "", false
	}
	l, ok := call.Args[1].(*ast.BasicLit)
	if !ok {
		return "", false
	}
	between, ok := literal(l)
	return "%s" + between + "%s", ok && strings.ContainsFunc(between, unicode.IsLetter)
}

// form stands between the two forms of a text that counts something.
const form = "\x00"

// plural is a text that counts something, in both of its forms.
func plural(call *ast.CallExpr) (one, many string, ok bool) {
	if nameOf(call.Fun) != "locale.Count" || len(call.Args) != 3 {
		return "", "", false
	}
	single, ok1 := call.Args[1].(*ast.BasicLit)
	several, ok2 := call.Args[2].(*ast.BasicLit)
	if !ok1 || !ok2 {
		return "", "", false
	}
	one, ok1 = literal(single)
	many, ok2 = literal(several)
	return "1 " + strings.TrimSpace(one), "%d " + strings.TrimSpace(many), ok1 && ok2
}

// arguments looks into one part of a sum: of a Sprintf only at what it is given, as
// its format is part of the sum.
func (c Texts) arguments(part ast.Expr, at func(token.Pos) place) {
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
func (c Texts) whole(e ast.Expr) (string, bool) {
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
