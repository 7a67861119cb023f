package e2e_test

import (
	"os"
	"path/filepath"
	"testing"

	"example.test/wizard/sim"
)

// TestJourneyOverAGivenProgram walks the whole way in a world that offers no
// releases: the wizard runs the cloudflared that CLOUDFLARED_BIN names as its
// child. Where it names none, that is the stand-in, as a program of its own.
// Then every layer of the way is broken, and named by the page of step 6.
func TestJourneyOverAGivenProgram(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := newOutside(t, dir)
	file := o.File()
	file.Releases = ""
	if err := sim.WriteFile(o.file, file); err != nil {
		t.Fatal(err)
	}
	program := os.Getenv("CLOUDFLARED_BIN")
	if program == "" {
		program = filepath.Join(dir, "cloudflared")
		if err := os.Symlink(shared.binary, program); err != nil {
			t.Fatal(err)
		}
	}
	r := read(t, startIn(t, filepath.Join(dir, "data"), []string{"CLOUDFLARED_BIN=" + program}, "-world", o.file))
	r.walk(o, r.isAt("/summary"))
	r.until("/", "every step is done", func() bool {
		for _, id := range nine() {
			if got := r.Page().Find(`[data-step="`+id+`"]`).AttrOr("data-status", ""); got != "done" {
				return false
			}
		}
		return true
	})
	if _, err := os.Stat(filepath.Join(dir, "data", "connector", "cloudflared")); err != nil {
		t.Error(err)
	}
	for _, id := range o.Cloudflare.TunnelIDs() {
		if n := len(o.Edge.Connectors(id)); n != 1 {
			t.Errorf("%d connectors", n)
		}
	}
	namesEachLayer(t, r, o)
}
