package e2e_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestFinished walks once through a world of its own and then looks, in several
// ways, at what is left when all is done.
func TestFinished(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	o := newOutside(t, t.TempDir())
	data := t.TempDir()
	w := start(t, data, "-world", o.file)
	p := visit(t, w, playwright.BrowserNewContextOptions{})
	p.signIn()
	p.walk(o, p.at("/summary"))
	p.allDone()

	t.Run("history", func(t *testing.T) { p.with(t).readHistory(o.calls.list()) })
	t.Run("again", func(t *testing.T) { p.with(t).openEverything(o) })
	t.Run("secrets", func(t *testing.T) { p.with(t).lookForToken(data) })
	t.Run("check", func(t *testing.T) {
		// The connector is a child of the wizard here; in life it is a service and
		// runs on when the wizard has ended. So the look is at a copy.
		copied := t.TempDir()
		p.with(t).must(copyFiles(copied, data))
		checkAllDone(t, o, copied)
	})
}

// copyFiles copies a folder in use. What is no file, such as the socket by which a
// new link is asked for, belongs to the running program.
func copyFiles(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		case !d.Type().IsRegular():
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, info.Mode().Perm())
	})
}

// with is the same person for a part of a test.
func (p *person) with(t *testing.T) *person {
	whole := p.t
	p.t = t
	t.Cleanup(func() { p.t = whole })
	return p
}

// openEverything visits every page twice and sees that nothing is changed by it.
func (p *person) openEverything(o *outside) {
	p.t.Helper()
	before, calls := o.Writes(), len(o.calls.list())
	pages := []string{"/", "/before", "/history", "/summary", "/undo", "/together"}
	for _, id := range nine() {
		pages = append(pages, "/steps/"+id, "/steps/"+id+"/checks")
	}
	for range 2 {
		for _, page := range pages {
			p.open(page)
			html, err := p.page.Content()
			p.must(err)
			if strings.Contains(html, token) {
				p.t.Errorf("%s holds the token", page)
			}
		}
	}
	if after := o.Writes(); after != before {
		p.t.Errorf("looking changed %d things", after-before)
	}
	if extra := o.calls.list()[calls:]; len(extra) > 0 {
		p.t.Errorf("looking sent %v", extra)
	}
	p.allDone()
}

// lookForToken reads everything that the wizard has written. The person did not
// ask to remember the token.
func (p *person) lookForToken(data string) {
	p.t.Helper()
	files := 0
	p.must(filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(token)) && !strings.HasPrefix(d.Name(), "cloudflared") { // the stand-in is this very program, which has the pretend token built in
			p.t.Errorf("%s holds the token", path)
		}
		files++
		return err
	}))
	if files == 0 {
		p.t.Error("the wizard has written nothing")
	}
	if strings.Contains(p.w.stderr.String(), token) {
		p.t.Error("the token is in the log")
	}
}
