package translation

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed po
var shipped embed.FS

// Shipped are the languages that are part of the program.
func Shipped() Languages {
	po, err := fs.Sub(shipped, "po")
	if err != nil {
		return nil // cannot happen: it is in the program
	}
	return In(po)
}

// Languages are those that there are besides English, by their names of BCP 47
// ("de", "pt-BR"). A catalogue is read when somebody asks for it.
type Languages map[string]func() (*Catalogue, error)

// In finds the languages of a folder by the names of its files: de.po, pt-BR.po.
func In(folder fs.FS) Languages {
	all := Languages{}
	names, _ := fs.Glob(folder, "*.po") // its only error is of the pattern
	for _, name := range names {
		all[strings.TrimSuffix(name, ".po")] = sync.OnceValues(func() (*Catalogue, error) {
			po, err := fs.ReadFile(folder, name)
			if err != nil {
				return nil, fmt.Errorf("reading a language: %w", err)
			}
			c, err := Read(po)
			if err != nil {
				return nil, fmt.Errorf("reading %s: %w", name, err)
			}
			return c, nil
		})
	}
	return all
}

// For finds the first language of an Accept-Language header that there is. Browsers
// send the header sorted. The catalogue is nil for English.
func (l Languages) For(accepted string) (name string, c *Catalogue, err error) {
	for one := range strings.SplitSeq(accepted, ",") {
		one, _, _ = strings.Cut(one, ";")
		one = strings.TrimSpace(one)
		language, _, _ := strings.Cut(one, "-")
		for _, want := range []string{one, language} {
			for _, name := range slices.Sorted(maps.Keys(l)) {
				if strings.EqualFold(name, want) {
					c, err := l[name]()
					return name, c, err
				}
			}
		}
		if strings.EqualFold(language, English) {
			break
		}
	}
	return English, nil, nil
}

// English is the language of the keys.
const English = "en"
