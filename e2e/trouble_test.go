package e2e_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"example.test/wizard/sim"
	"example.test/wizard/sim/plex"
)

// trouble is something that goes wrong at one step, told from the page of that
// step with everything before it done. At its end the step is done after all.
type trouble struct {
	step, name string
	run        func(p *person, o *outside)
	without    bool // the step cannot be done by itself in the end
}

func troubles() []trouble {
	return slices.Concat(
		accountTroubles(), dnsTroubles(), moreDNSTroubles(), cacheTroubles(), tunnelTroubles(), hostnameTroubles(), urlTroubles(), plexTroubles(), securityTroubles(), notificationsTroubles(),
	)
}

// TestTroubles walks once, keeping a copy of everything before each step, and
// then lets each trouble happen in a copy of its own.
func TestTroubles(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	kept := keepEachStep(t)
	for _, tr := range troubles() {
		t.Run(tr.step+"/"+tr.name, func(t *testing.T) {
			t.Parallel()
			p, o := kept.at(t, tr.step)
			tr.run(p, o)
			if !tr.without {
				p.finish(o, tr.step)
			}
			o.met()
		})
	}
}

// met checks that everything happened that was to go wrong. A call that was never
// made has shown nothing.
func (o *outside) met() {
	o.t.Helper()
	for _, f := range o.Cloudflare.Faults().List() {
		o.t.Errorf("this was never met, or not as often as meant: %+v", f)
	}
	if left := o.PlexTV.Trouble(); left != (plex.Trouble{}) {
		o.t.Errorf("this was never met, or not as often as meant: %+v", left)
	}
	if left := o.Plex.Mood().Maintenance; left > 0 {
		o.t.Errorf("Plex would update its database for %d more requests", left)
	}
}

// finish goes on until the step is done, and leaves its page.
func (p *person) finish(o *outside, step string) {
	p.t.Helper()
	here := p.at("/steps/" + step)
	if !here() {
		p.open("/steps/" + step)
	}
	p.walk(o, func() bool { return !here() })
	p.listed(step)
}

// kept holds a copy of the world and of the wizard's folder before each step.
type kept struct{ dir string }

// keepEachStep walks the whole way, and stops everything before each step to
// copy it.
func keepEachStep(t *testing.T) kept {
	t.Helper()
	k := kept{dir: t.TempDir()}
	now := filepath.Join(k.dir, "now")
	for _, id := range nine() {
		o := newOutside(t, filepath.Join(now, "outside"))
		r := read(t, start(t, filepath.Join(now, "data"), "-world", o.file))
		r.ByStep = true
		r.walk(o, r.isAt("/steps/"+id))
		r.w.end(syscall.SIGTERM)
		o.close()
		if err := os.CopyFS(filepath.Join(k.dir, id), os.DirFS(now)); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

// at goes on before a step in a copy of its own.
func (k kept) at(t *testing.T, step string) (*person, *outside) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(k.dir, step))); err != nil {
		t.Fatal(err)
	}
	// The copy stands for a computer of its own, and its connector shares no port
	// with those of the others.
	if err := os.Remove(filepath.Join(dir, "data", "connector", "state.json")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if err := sim.Move(filepath.Join(dir, "outside", "world")); err != nil {
		t.Fatal(err)
	}
	o := newOutside(t, filepath.Join(dir, "outside"))
	r := read(t, start(t, filepath.Join(dir, "data"), "-world", o.file))
	r.ByStep = true
	// What is done already is passed over, and Plex has another port now. That is no
	// part of what is looked at, so it is done without a browser.
	i := slices.Index(nine(), step)
	r.walk(o, func() bool {
		return slices.ContainsFunc(nine()[i:], func(id string) bool { return r.isAt("/steps/" + id)() })
	})
	p := r.inBrowser()
	p.open("/steps/" + step)
	return p, o
}
