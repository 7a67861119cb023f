package connector_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/clients/connector"
	"example.test/wizard/sim/edge"
	"example.test/wizard/steps"
)

// Where the program is put, and where when another is there.
const (
	program = "/usr/local/bin/cloudflared"
	beside  = "/usr/local/lib/plex-tunnel-wizard/cloudflared"
)

func TestServiceEndToEnd(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		s := systems[kind]
		empty := b.tree()
		h := b.world.host(b.config(s.goos, true))
		var p parts
		must(t, h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), p.report))
		want := "release download sum version place key service join"
		if s.goos == "darwin" {
			want = "release download sum unpack version place key service join"
		}
		if got := p.ended(); got != want {
			t.Errorf("parts: %s", got)
		}
		if d := cmp.Diff(s.calls, changing(b.called())); d != "" {
			t.Errorf("calls (-want +got):\n%s", d)
		}
		if b.mode(s.key) != 0o600 || b.mode(s.unit) != s.mode || b.mode(program) != 0o755 {
			t.Errorf("modes:\n%s", b.tree())
		}
		if got := strings.TrimSpace(b.read(s.key)); got != tokenFor(canary) {
			t.Errorf("the key file holds %d bytes", len(got))
		}
		noSecrets(t, b.root, append(b.called(), b.world.log.String())...)
		noSecrets(t, b.world.dir)

		l, err := h.Status(t.Context())
		must(t, err)
		if !l.Installed || !l.Ours || !l.Running || l.KeyOnArgv || !l.AtBoot || l.Path != program || l.TunnelID != tunnelID || l.Manager != kind || l.Version != "2026.8.2" {
			t.Errorf("%+v", l)
		}
		if at := b.world.edge.Connectors(tunnelID); l.ID == "" || !slices.ContainsFunc(at, func(c edge.Connector) bool { return c.ID == l.ID }) {
			t.Errorf("%s is not among %+v", l.ID, at)
		}

		b.mu.Lock()
		b.calls = nil
		b.mu.Unlock()
		must(t, h.Uninstall(t.Context()))
		if d := cmp.Diff(s.remove, changing(b.called())); d != "" {
			t.Errorf("calls of the removal (-want +got):\n%s", d)
		}
		if left := b.tree(); withoutFolders(left) != withoutFolders(empty) {
			t.Errorf("left behind:\n%s", left)
		}
		if l, err := h.Status(t.Context()); err != nil || l.Installed || l.Running {
			t.Errorf("after removal: %+v %v", l, err)
		}
	})
}

// changing leaves out the calls that only ask.
func changing(calls []string) []string {
	return slices.DeleteFunc(calls, func(c string) bool {
		return strings.Contains(c, "is-active") || strings.Contains(c, "status") || strings.Contains(c, "launchctl print") || strings.Contains(c, "journalctl")
	})
}

func withoutFolders(tree string) string {
	var out []string
	for line := range strings.Lines(tree) {
		if !strings.HasPrefix(line, "d") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

func TestServiceIsTakenBackWhenACallFails(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		before := b.tree()
		for _, call := range systems[kind].fails {
			b.failAt = call
			err := b.world.host(b.config(systems[kind].goos, true)).Install(t.Context(), steps.NewSecret(tokenFor(canary)), new(parts).report)
			problem := steps.Explain(err)
			if problem.Title != "The service manager refused" || !strings.Contains(problem.Detail[1].Values[0].Text, "does not please me") {
				t.Errorf("%s: %+v", call, problem)
			}
			if after := b.tree(); after != before {
				t.Errorf("%s: left behind:\n%s", call, cmp.Diff(before, after))
			}
			noSecrets(t, b.root, err.Error(), b.world.log.String())
		}
	})
}

func TestServiceWithARefusedKeyIsTakenBack(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		before := withoutFolders(b.tree())
		var p parts
		err := b.world.host(b.config(systems[kind].goos, true)).Install(t.Context(), steps.NewSecret(tokenFor("another secret, of 32 bytes too!")), p.report)
		problem := steps.Explain(err)
		if problem.Title != "Cloudflare does not accept the key of the tunnel" || problem.Detail[0].Values[0].Text != "Unauthorized: Invalid tunnel secret" {
			t.Errorf("%+v", problem)
		}
		if !strings.HasSuffix(p.ended(), "service join!") {
			t.Errorf("parts: %s", p.ended())
		}
		if after := withoutFolders(b.tree()); after != before {
			t.Errorf("left behind:\n%s", after)
		}
	})
}

func TestServiceNeverOverAnother(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		s := systems[kind]
		b.file(s.unit, "somebody else’s")
		before := b.tree()
		h := b.world.host(b.config(s.goos, true))
		var p parts
		err := h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), p.report)
		if title := steps.Explain(err).Title; title != "A connector is installed already" || p.ended() != "" {
			t.Errorf("%q after %s", title, p.ended())
		}
		err = h.Uninstall(t.Context())
		if title := steps.Explain(err).Title; title != "This connector was not installed by the wizard" {
			t.Errorf("removal: %q", title)
		}
		if b.tree() != before || b.read(s.unit) != "somebody else’s" {
			t.Errorf("touched:\n%s", b.tree())
		}
	})
}

// TestFilesInTheWayStay: what others left is not touched, and is not in the way:
// ours is put beside it, as the plan says, and goes again without it.
func TestFilesInTheWayStay(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		s := systems[kind]
		for _, file := range []string{program, s.key} {
			b.file(file, "somebody else’s")
		}
		before := withoutFolders(b.tree())
		h := b.world.host(b.config(s.goos, true))
		if l, err := h.Status(t.Context()); err != nil || l.Found || !l.Beside || l.Place != beside {
			t.Errorf("before: %+v %v", l, err)
		}
		must(t, h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), new(parts).report))
		l, err := h.Status(t.Context())
		must(t, err)
		if !l.Running || !l.Ours || !l.Renewable || l.Path != beside || l.TunnelID != tunnelID {
			t.Errorf("%+v", l)
		}
		if b.mode(s.key+"-plex-tunnel-wizard") != 0o600 {
			t.Errorf("modes:\n%s", b.tree())
		}
		for _, file := range []string{program, s.key} {
			if b.read(file) != "somebody else’s" {
				t.Errorf("%s was touched", file)
			}
		}
		must(t, h.Uninstall(t.Context()))
		if after := withoutFolders(b.tree()); after != before || strings.Contains(b.tree(), "plex-tunnel-wizard") {
			t.Errorf("left behind:\n%s", b.tree())
		}
	})
}

// TestAProgramThatFitsIsUsed: one that others put there is used as it is, without
// a download, and stays. It never updates itself.
func TestAProgramThatFitsIsUsed(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		content, err := os.ReadFile(b.world.program)
		must(t, err)
		b.folders(filepath.Dir(program))
		must(t, os.WriteFile(filepath.Join(b.root, program), content, 0o755))
		b.guarded = true
		s := systems[kind]
		h := b.world.host(b.config(s.goos, true))
		if l, err := h.Status(t.Context()); err != nil || !l.Found || l.Beside || l.Place != program || l.FoundVersion != "2026.8.2" {
			t.Errorf("before: %+v %v", l, err)
		}
		var p parts
		must(t, h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), p.report))
		if p.ended() != "find place key service join" {
			t.Errorf("parts: %s", p.ended())
		}
		if definition := b.read(s.unit); !strings.Contains(definition, "--no-autoupdate") {
			t.Errorf("it updates itself:\n%s", definition)
		}
		if l, err := h.Status(t.Context()); err != nil || !l.Ours || l.Renewable || l.Path != program {
			t.Errorf("%+v %v", l, err)
		}
		must(t, h.Uninstall(t.Context()))
		if got, err := os.ReadFile(filepath.Join(b.root, program)); err != nil || string(got) != string(content) {
			t.Error("a program that was there before is gone, or another")
		}
	})
}

// TestWhoMayChangeAProgram: the service runs with the rights of an administrator,
// so a program that somebody else may change, or that is too old, is not used.
func TestWhoMayChangeAProgram(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		if kind != "systemd" {
			t.Skip("one is enough")
		}
		for name, tc := range map[string]struct {
			guarded bool
			version string
			found   bool
		}{
			"as it should be": {true, "2026.8.2", true}, "of a user": {false, "2026.8.2", false}, "too old": {true, "2026.7.2", false}, "says nothing": {true, "", false},
		} {
			b.guarded = tc.guarded
			b.file(program, "#!/bin/sh\necho "+tc.version+"\n")
			must(t, os.Chmod(filepath.Join(b.root, program), 0o755))
			l, err := b.world.host(b.config("linux", true)).Status(t.Context())
			if err != nil || l.Found != tc.found || l.Beside == tc.found {
				t.Errorf("%s: %+v %v", name, l, err)
			}
		}
	})
}

// TestAProgramThatMoved: between the plan and the yes it was replaced.
func TestAProgramThatMoved(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		if kind != "systemd" {
			t.Skip("one is enough")
		}
		b.guarded = true
		b.file(program, "another")
		before := withoutFolders(b.tree())
		var out, errs buffer
		hand := `{"key":"` + tokenFor(canary) + `","found":true,"sum":"00"}`
		code := connector.ChildMainOn(b.config("linux", true).System, b, []string{"install"}, strings.NewReader(hand), &out, &errs)
		if code != 1 || !strings.Contains(out.String(), "has changed") || withoutFolders(b.tree()) != before {
			t.Errorf("%d %s%s\n%s", code, out.String(), errs.String(), b.tree())
		}
	})
}

// TestAPlantedMark: what an installation left is cleared away by an administrator,
// so what it names is believed only from one, and only of our own places.
func TestAPlantedMark(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		s := systems[kind]
		const victim = "/etc/important"
		mark := filepath.Join(filepath.Dir(s.key), "plex-tunnel-wizard-unfinished.json")
		b.file(victim, "x")
		b.file(s.key, "theirs")
		names := func(file, content string) string {
			sum := sha256.Sum256([]byte(content))
			return fmt.Sprintf(`{"pid":1,"program":%q,"sum":"%x","key":%q,"key_sum":"%[2]x"}`, file, sum, file)
		}
		for name, plant := range map[string]func(){
			"anybody may write it": func() {
				b.file(mark, names(s.key, "theirs"))
				must(t, os.Chmod(filepath.Join(b.root, mark), 0o666))
			},
			"a link": func() {
				b.file("/home/robin/mark", names(s.key, "theirs"))
				must(t, os.Symlink(filepath.Join(b.root, "/home/robin/mark"), filepath.Join(b.root, mark)))
			},
			"it names a file of others": func() { b.file(mark, names(victim, "x")) },
		} {
			t.Run(name, func(t *testing.T) {
				plant()
				h := b.world.host(b.config(s.goos, true))
				if l, err := h.Status(t.Context()); err != nil || l.Unfinished != (name == "it names a file of others") {
					t.Errorf("%+v %v", l, err)
				}
				must(t, h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), new(parts).report))
				must(t, h.Uninstall(t.Context()))
				if b.read(victim) != "x" || b.read(s.key) != "theirs" {
					t.Error("a file of others was touched")
				}
				must(t, os.RemoveAll(filepath.Join(b.root, mark)))
			})
		}
	})
}

func TestNoServiceManager(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		if kind != "systemd" {
			t.Skip("one is enough")
		}
		must(t, os.RemoveAll(filepath.Join(b.root, "run")))
		h := b.world.host(b.config("linux", true))
		if l, err := h.Status(t.Context()); err != nil || l.Installed {
			t.Errorf("%+v %v", l, err)
		}
		// A NAS or a container: everything is prepared, and the person starts it.
		must(t, h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), new(parts).report))
		l, err := h.Status(t.Context())
		must(t, err)
		key := filepath.Join(b.world.dir, "connector", "token")
		if l.Installed || !l.ByHand || l.Prepared != tunnelID || !strings.Contains(l.Manual, "run --token-file "+key) || !strings.Contains(l.Compose, key) || !strings.Contains(l.Compose, "network_mode: host") {
			t.Errorf("%+v", l)
		}
		if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info, err)
		}
		noSecrets(t, b.world.dir, l.Manual, l.Compose)
		args := append([]string{"tunnel", "--metrics", b.port}, b.world.edgeArgs()...)
		cmd := exec.Command(b.world.program, append(args, "run", "--token-file", key)...)
		must(t, cmd.Start())
		t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
		eventually(t, "the one that the person started", func() bool {
			l, err := h.Status(t.Context())
			must(t, err)
			return l.Running && l.TunnelID == tunnelID && l.Ready == 2
		})
		must(t, h.Uninstall(t.Context()))
		if left := filesBelow(t, b.world.dir); left != "" {
			t.Errorf("left behind: %s", left)
		}
	})
}

var _ connector.Runner = (*box)(nil)
