// Package translation draws finished pages in other languages. It knows the texts
// of one language each, as gettext keeps them, with the English as the key; it does
// not know who wrote a text, or what it means.
//
// A page is translated when it is finished: who writes a text, be it a step, a page
// or a template, writes English and nothing more. So every text is found again by
// its look. One without values is looked up as it is. One with values is compared
// with the keys that have a verb (%s, %d) where a value stands; the values are kept,
// and those that are texts of their own ("2 records") are looked up as well. What is
// found nowhere, such as a name, stays as it is.
package translation

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/leonelquinteros/gotext"
)

// A Catalogue has the texts of one language. Any number of goroutines may use it.
type Catalogue struct {
	plain   map[string]string // texts without values
	valued  []valued          // texts with values, those with the most words first
	mu      sync.Mutex
	already map[string]string // what was found before, for the next page
}

// Read reads a catalogue: a .po file of gettext. Texts that are not translated yet
// are left out. It fails when a translation has other values than its key.
func Read(po []byte) (*Catalogue, error) {
	file := gotext.NewPo()
	file.Parse(po)
	domain := file.GetDomain()
	c := &Catalogue{plain: map[string]string{}, already: map[string]string{}}
	for key, t := range domain.GetTranslations() {
		if key == "" || !t.IsTranslated() {
			continue
		}
		err := c.add(key, t.Get())
		if t.PluralID != "" {
			several := func(n int) string { return domain.GetN(key, t.PluralID, n) }
			err = c.counted(key, t.PluralID, slices.Collect(maps.Values(t.Trs)), several)
		}
		if err != nil {
			return nil, fmt.Errorf("%q and %q: %w", key, t.Get(), err)
		}
	}
	if len(c.plain)+len(c.valued) == 0 {
		return nil, fmt.Errorf("no text is translated")
	}
	slices.SortFunc(c.valued, func(a, b valued) int {
		return cmp.Or(cmp.Compare(b.letters, a.letters), cmp.Compare(a.shape.String(), b.shape.String()))
	})
	return c, nil
}

func (c *Catalogue) add(key, to string) error {
	bare, turned, err := tagged(numbered(key), numbered(to))
	if err != nil {
		return err
	}
	from, into := cut(bare), cut(turned)
	if len(from.values) == 0 {
		c.plain[from.words[0]] = into.words[0]
		return nil
	}
	v, err := newValued(from, into)
	if err == nil {
		c.valued = append(c.valued, v)
	}
	return err
}

// counted adds a text that counts something. Of its forms, several gives that of a
// number.
func (c *Catalogue) counted(one, many string, forms []string, several func(int) string) error {
	v := valued{}
	for _, form := range forms {
		var err error
		if v, err = newValued(cut(many), cut(numbered(form))); err != nil {
			return err
		}
	}
	v.several = func(n int) pieces { return cut(several(n)) }
	c.valued = append(c.valued, v)
	c.plain[one] = strings.Join(cut(several(1)).words, "1") // a form may be for 21 as well
	return nil
}

// Months are the names of the months in this language, one a line; empty unless all
// twelve are known.
func (c *Catalogue) Months() string {
	var names []string
	for m := time.January; m <= time.December; m++ {
		name, ok := c.plain[m.String()]
		if !ok {
			return ""
		}
		names = append(names, name)
	}
	return strings.Join(names, "\n")
}
