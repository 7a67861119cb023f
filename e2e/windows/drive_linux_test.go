package windows_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.test/wizard/sim"
	"example.test/wizard/tools/wine"
)

// TestNetworkDrive: a folder on a drive that Windows counts as one of the
// network is told of, and one on its own disk is not.
func TestNetworkDrive(t *testing.T) {
	w := wine.New(t)
	// Before anything runs in it: the kinds of drives are read once.
	registry := filepath.Join(filepath.Dir(w.Folder), "system.reg")
	b, err := os.ReadFile(registry)
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, "\n[Software\\\\Wine\\\\Drives] 1700000000\n\"n:\"=\"network\"\n"...)
	if err := os.WriteFile(registry, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(t.TempDir(), filepath.Join(filepath.Dir(w.Folder), "dosdevices", "n:")); err != nil {
		t.Fatal(err)
	}
	const nobody = "http://127.0.0.1:1"
	world := filepath.Join(w.Folder, "nobody.json")
	if err := sim.WriteFile(world, sim.File{CloudflareAPI: nobody, Plex: nobody, PlexTV: nobody, RDAP: nobody, Releases: nobody, Resolvers: []string{"127.0.0.1:1"}, Connector: "child", PublicConnect: "127.0.0.1:1", ClockSpeed: 300}); err != nil {
		t.Fatal(err)
	}
	exe := wine.Build(t, "./cmd/wizard", "wizard.exe")
	for dir, network := range map[string]bool{`N:\data`: true, `C:\data`: false} {
		out, _ := w.Command(exe, "check", "-data", dir, "-world", `C:\nobody.json`).CombinedOutput() // 1: nothing is done
		if said := strings.Contains(string(out), "is on a network drive (SMB)"); said != network || !strings.Contains(string(out), "Set up Cloudflare account") {
			t.Errorf("%s:\n%s", dir, out)
		}
	}
}
