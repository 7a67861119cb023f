package connector_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"example.test/wizard/clients/connector"
	"example.test/wizard/sim/releases"
)

// TestChildDiesWithAKilledWizard runs a wizard of its own and kills it.
func TestChildDiesWithAKilledWizard(t *testing.T) {
	w := newWorld(t, releases.Config{Program: executable(t)})
	closeHost(t, w.installed())
	self, err := os.Executable()
	must(t, err)
	before := w.state().PID
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "BE_WIZARD="+w.dir, "BE_WIZARD_ARGS="+strings.Join(append(w.edgeArgs(), "--loglevel", "fatal"), "\n"), // a silent one does not notice a broken pipe
		"CLOUDFLARE_API_TOKEN=canary-api", "PLEX_TOKEN=canary-plex")
	must(t, cmd.Start())
	eventually(t, "the child of the other wizard", func() bool { return w.state().PID != before && len(w.edge.Connectors(tunnelID)) == 1 })
	child := w.state()
	if env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", child.PID)); err != nil || strings.Contains(string(env), "canary") {
		t.Errorf("the child’s environment holds a secret of the wizard: %v", err)
	}
	if argv, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", child.PID)); err != nil || strings.Contains(string(argv), tokenFor(canary)) {
		t.Errorf("the child’s arguments hold the key: %v", err)
	}
	must(t, cmd.Process.Kill())
	_ = cmd.Wait()
	eventually(t, "the child to end", func() bool { return connector.StartOf(child.PID) == "" })
	eventually(t, "the edge to see it", func() bool { return len(w.edge.Connectors(tunnelID)) == 0 })
}
