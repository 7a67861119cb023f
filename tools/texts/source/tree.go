package source

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// folders are those whose words people read. The samples of the gallery are no
// words of the product.
func folders() []string {
	return []string{
		"clients/cloudflare", "clients/computer", "clients/connector", "clients/plex", "clients/published", "clients/rdap", "clients/resolver", "clients/secrets", "clients/visitor",
		"cmd/wizard", "steps", "steps/zone", "web", "web/templates",
	}
}

// Read reads the folders of a tree.
func Read(tree fs.FS) (Texts, error) {
	c := Texts{}
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
			if err := c.file(tree, name); err != nil {
				return nil, err
			}
		}
	}
	for m := time.January; m <= time.December; m++ {
		c.keep(m.String(), place{"locale/fence.go", 1})
	}
	return c, c.file(tree, "sim/events.go") // what can happen in the pretend world
}

func (c Texts) file(tree fs.FS, name string) error {
	var take func(name, source string) error
	switch path.Ext(name) {
	case ".go":
		take = func(name, source string) error { return c.golang(name, source, 0) }
	case ".templ":
		take = c.templ
	case ".txt":
		take = c.table
	default:
		return nil
	}
	source, err := fs.ReadFile(tree, name)
	if err != nil {
		return err
	}
	return take(name, string(source))
}

// table takes the sentences of a table of keys, such as that of the registrars.
func (c Texts) table(name, source string) error {
	n := 0
	for line := range strings.Lines(source) {
		n++
		if key, text, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && slices.Contains([]string{"step", "dnssec", "warning", "service", "ends"}, key) {
			c.add(field.ReplaceAllString(text, "%s"), place{name, n})
		}
	}
	return nil
}

// field is where a table has a value put in.
var field = regexp.MustCompile(`\{[a-z]+\}`)
