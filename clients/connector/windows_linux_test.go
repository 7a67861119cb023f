package connector_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"example.test/wizard/sim/releases"
	"example.test/wizard/tools/wine"
)

const eventKey = `HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\Cloudflared`

// box64 is a Windows with the wizard and a downloaded cloudflared on it.
type box64 struct {
	t     *testing.T
	world *world
	win   *wine.Windows
	exe   string
}

func newBox64(t *testing.T) *box64 {
	t.Helper()
	if runtime.GOARCH != "amd64" {
		t.Skip("Wine runs programs for amd64")
	}
	b := &box64{t: t, world: newWorld(t, releases.Config{}), win: wine.New(t)}
	b.exe = wine.Build(t, "./cmd/wizard", "wizard.exe")
	copyFile(t, b.exe, filepath.Join(b.win.Folder, "download.exe"))
	// Wine ends its services with the last other program, as Windows does when it
	// is shut down: this one waits for a key that is never pressed. It is the first,
	// because what Wine starts below the first holds that one's output open.
	somebody := b.win.Command("cmd", "/c", `echo up>C:\up & pause`)
	keys, err := somebody.StdinPipe()
	must(t, err)
	must(t, somebody.Start())
	t.Cleanup(func() {
		must(t, keys.Close())
		_ = somebody.Process.Kill()
		_ = somebody.Wait()
	})
	eventually(t, "a Windows that is up", func() bool { return b.exists("up") })
	return b
}

// connector runs "wizard connector" as its elevated child.
func (b *box64) connector(stdin string, args ...string) (lines []string, code int) {
	b.t.Helper()
	cmd := b.win.Command(b.exe, append([]string{"connector"}, args...)...)
	cmd.Stdin = strings.NewReader(stdin)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if cmd.ProcessState == nil {
		b.t.Fatal(err)
	}
	in := bufio.NewScanner(bytes.NewReader(out))
	for in.Scan() {
		lines = append(lines, in.Text())
	}
	if errs.Len() > 0 {
		b.t.Logf("it says: %s", errs.String())
	}
	return lines, cmd.ProcessState.ExitCode()
}

func (b *box64) install(key string) (lines []string, code int) {
	b.t.Helper()
	args := b.world.edgeArgs()
	for i, a := range args {
		if a == b.world.edge.CAFile() {
			args[i] = `Z:` + strings.ReplaceAll(a, "/", `\`)
		}
	}
	hand, err := json.Marshal(map[string]any{"key": key, "program": `C:\download.exe`, "sum": sumOfFile(b.t, b.exe), "args": args})
	must(b.t, err)
	return b.connector(string(hand), "install", "--json")
}

// has reports whether there is a key of the registry.
func (b *box64) has(key string) bool { return b.win.Command("reg", "query", key).Run() == nil }

func (b *box64) exists(path string) bool {
	_, err := os.Stat(filepath.Join(b.win.Folder, path))
	return err == nil
}

// TestWindowsService installs the service for Windows under Wine: its service
// manager starts the stand-in, which joins the edge.
func TestWindowsService(t *testing.T) {
	long(t)
	b := newBox64(t)
	b.win.Run(t, "reg", "add", eventKey, "/v", "EventMessageFile", "/d", `C:\of-an-earlier-installation.exe`, "/f")
	lines, code := b.install(tokenFor(canary))
	if code != 0 {
		t.Fatalf("%d\n%s", code, strings.Join(lines, "\n"))
	}
	eventually(t, "the service at the edge", func() bool { return len(b.world.edge.Connectors(tunnelID)) == 1 })
	const program, key = "Program Files (x86)/cloudflared/cloudflared.exe", "ProgramData/cloudflared/token"
	if !b.exists(program) || !b.exists(key) || b.exists("ProgramData/cloudflared/plex-tunnel-wizard-unfinished.json") {
		t.Error("the files are not as they should be")
	}
	config := b.win.Run(t, "reg", "query", `HKLM\SYSTEM\CurrentControlSet\Services\Cloudflared`)
	for _, want := range []string{`"C:\Program Files (x86)\cloudflared\cloudflared.exe" tunnel --no-autoupdate`, `--token-file`, "Installed by Plex Tunnel Wizard", "0x2"} {
		if !strings.Contains(config, want) {
			t.Errorf("the service lacks %s:\n%s", want, config)
		}
	}
	if log := b.win.Run(t, "reg", "query", eventKey); strings.Contains(log, "earlier-installation") {
		t.Errorf("the stale entry of the event log is still there:\n%s", log)
	}
	noSecrets(t, filepath.Dir(b.exe), append(lines, config)...)
	if lines, code := b.install(tokenFor(canary)); code != 1 || !strings.Contains(strings.Join(lines, ""), "A connector is installed already") || !b.exists(key) {
		t.Errorf("a second time: %d %s", code, lines)
	}
	for up, verb := range []string{"stop", "start"} {
		if lines, code := b.connector("", verb, "--json"); code != 0 {
			t.Errorf("%s: %d %s", verb, code, lines)
		}
		eventually(t, verb, func() bool { return len(b.world.edge.Connectors(tunnelID)) == up })
	}
	if lines, code := b.connector("", "uninstall", "--json"); code != 0 {
		t.Errorf("%d\n%s", code, strings.Join(lines, "\n"))
	}
	eventually(t, "it to leave", func() bool { return len(b.world.edge.Connectors(tunnelID)) == 0 })
	if b.exists(program) || b.exists(key) || b.has(eventKey) || b.has(`HKLM\SYSTEM\CurrentControlSet\Services\Cloudflared`) {
		t.Error("something was left behind")
	}
}
