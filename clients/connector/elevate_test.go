package connector_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.test/wizard/clients/connector"
	"example.test/wizard/steps"
)

// asker is a box whose user is no administrator: sudo, pkexec and osascript
// run the wizard's own program with the box's rights.
type asker struct {
	*box
	allow string // the program that lets the user through
	cfg   connector.Config
	seen  []string // command lines of the elevated child
	stdin []string
}

func (a *asker) Run(ctx context.Context, c connector.Command) (connector.Result, error) {
	switch c.Argv[0] {
	case "sudo", "pkexec", "osascript":
	default:
		return a.box.Run(ctx, c)
	}
	if c.Argv[0] != a.allow {
		return connector.Result{Code: 1, Stderr: "a password is required"}, nil
	}
	if line := strings.Join(c.Argv, " "); line == "sudo -n true" {
		return connector.Result{}, nil
	}
	a.seen = append(a.seen, strings.Join(c.Argv, " "))
	a.stdin = append(a.stdin, c.Stdin)
	args := c.Argv
	if c.Argv[0] == "osascript" {
		quoted := regexp.MustCompile(`do shell script "(.*) \|\| true" without altering line endings with administrator privileges`).FindStringSubmatch(c.Argv[2])
		args = connector.SplitWords(strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(quoted[1]))
	}
	for i, w := range args {
		if w == "connector" {
			args = args[i+1:]
			break
		}
	}
	var out, errs buffer
	code := connector.ChildMainOn(a.elevated(), a.box, args, strings.NewReader(c.Stdin), &out, &errs)
	for line := range strings.Lines(out.String()) {
		c.Line(strings.TrimSuffix(line, "\n"))
	}
	return connector.Result{Code: code, Stdout: out.String(), Stderr: errs.String()}, nil
}

func (a *asker) elevated() connector.System {
	s := a.cfg.System
	s.Elevated = true
	return s
}

func newAsker(b *box, kind, allow string) *asker {
	a := &asker{box: b, allow: allow, cfg: b.config(systems[kind].goos, false)}
	a.has = []string{"sudo", "pkexec"}
	a.cfg.System.Graphical = true
	a.cfg.Run = a
	return a
}

func TestElevation(t *testing.T) {
	ways := map[string][]string{"systemd": {"sudo", "pkexec"}, "launchd": {"osascript"}}
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		empty := withoutFolders(b.tree())
		for _, way := range ways[kind] {
			a := newAsker(b, kind, way)
			h := b.world.host(a.cfg)
			var p parts
			must(t, h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), p.report))
			if !strings.HasSuffix(p.ended(), "place key service join") {
				t.Errorf("%s: parts: %s", way, p.ended())
			}
			l, err := h.Status(t.Context())
			if err != nil || !l.Installed || !l.Running || l.TunnelID != tunnelID {
				t.Errorf("%s: %+v %v", way, l, err)
			}
			noSecrets(t, b.root, append(a.seen, b.world.log.String())...)
			noSecrets(t, b.world.dir)
			must(t, h.Uninstall(t.Context()))
			if len(a.seen) != 2 || !strings.Contains(a.seen[1], "connector uninstall --json") {
				t.Errorf("%s: %q", way, a.seen)
			}
			if after := withoutFolders(b.tree()); after != empty {
				t.Errorf("%s: left behind:\n%s", way, after)
			}
			if left := filesBelow(t, b.world.dir); left != "" {
				t.Errorf("%s: left in the wizard’s folder: %s", way, left)
			}
		}
	})
}

func TestElevatedChildTellsItsProblem(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		if kind != "systemd" {
			t.Skip("one is enough")
		}
		a := newAsker(b, kind, "sudo")
		b.failAt = "systemctl start"
		err := b.world.host(a.cfg).Install(t.Context(), steps.NewSecret(tokenFor(canary)), new(parts).report)
		p := steps.Explain(err)
		if p.Title != "The service manager refused" || len(p.Detail) != 2 || p.Detail[0].Values[0].Text != "systemctl start cloudflared.service" {
			t.Errorf("%+v", p)
		}
		if len(a.seen) != 1 {
			t.Errorf("a failed installation was tried again: %q", a.seen)
		}
	})
}

// TestByHand: without a way to become an administrator there is a command, which works once.
func TestByHand(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		if kind != "systemd" && kind != "launchd" {
			t.Skip("two are enough")
		}
		now := time.Now()
		a := newAsker(b, kind, "")
		a.cfg.Now = func() time.Time { return now }
		h := b.world.host(a.cfg)
		l, err := h.Status(t.Context())
		if err != nil || l.Manual != "" {
			t.Errorf("before: %q %v", l.Manual, err)
		}
		err = h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), new(parts).report)
		l, sErr := h.Status(t.Context())
		must(t, sErr)
		problem := steps.Explain(err)
		file := filepath.Join(b.world.dir, "connector", "handover.json")
		want := "sudo '/home/robin/wizard app' connector install --handover " + file
		if l.Manual != want || !strings.HasSuffix(problem.Fix, ": "+want) || strings.Contains(problem.Fix, canary) {
			t.Errorf("%q\n%q", l.Manual, problem.Fix)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info, err)
		}

		args := connector.SplitWords(l.Manual)[3:]
		var out, errs buffer
		if code := connector.ChildMainOn(a.elevated(), b, args, strings.NewReader(""), &out, &errs); code != 0 {
			t.Errorf("%d\n%s%s", code, out.String(), errs.String())
		}
		if s := out.String(); !strings.Contains(s, "Put it in place: /usr/local/bin/cloudflared") || !strings.HasSuffix(s, "Done. Go back to the wizard.\n") {
			t.Errorf("%s", s)
		}
		if l, err = h.Status(t.Context()); err != nil || !l.Running || l.Manual != "" {
			t.Errorf("after: %+v %v", l, err)
		}
		var again buffer
		if code := connector.ChildMainOn(a.elevated(), b, args, strings.NewReader(""), &again, &errs); code != 1 || !strings.Contains(again.String(), "cannot be read") {
			t.Errorf("a second time: %d %s", code, again.String())
		}
		noSecrets(t, b.world.dir, out.String(), again.String(), errs.String())
	})
}

func TestHandoverDoesNotWaitForEver(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		if kind != "systemd" {
			t.Skip("one is enough")
		}
		for _, tc := range []struct {
			name string
			end  func(h *connector.Host, now *time.Time)
		}{
			{"after an hour", func(h *connector.Host, now *time.Time) {
				*now = now.Add(2 * time.Hour)
				if l, err := h.Status(t.Context()); err != nil || l.Manual != "" {
					t.Errorf("%q %v", l.Manual, err)
				}
			}},
			{"at the end", func(h *connector.Host, _ *time.Time) { closeHost(t, h) }},
			{"at the next start", func(h *connector.Host, _ *time.Time) { must(t, h.Resume(t.Context())) }},
		} {
			now := time.Now()
			a := newAsker(b, kind, "")
			a.cfg.Now = func() time.Time { return now }
			h := b.world.host(a.cfg)
			if err := h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), new(parts).report); err == nil {
				t.Error("no error")
			}
			tc.end(h, &now)
			if _, err := os.Stat(filepath.Join(b.world.dir, "connector", "handover.json")); err == nil {
				t.Errorf("%s: it still lies there", tc.name)
			}
		}
	})
}

func TestChildMainRefuses(t *testing.T) {
	var said buffer
	if code := connector.ChildMain([]string{"dance"}, strings.NewReader(""), &said, &said); code != 2 {
		t.Errorf("%d: %s", code, said.String())
	}
	root := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(root, "run/systemd/system"), 0o755))
	system := connector.System{GOOS: "linux", GOARCH: "amd64", Root: root, Elevated: true, Executable: "/home/robin/wizard app", Ports: []string{"127.0.0.1:1"}}
	user := system
	user.Elevated = false
	bare := system
	bare.Root = t.TempDir()
	for _, tc := range []struct {
		name   string
		system connector.System
		args   []string
		stdin  string
		code   int
		say    string
	}{
		{"nothing", system, nil, "", 2, "say install, update, uninstall, start or stop"},
		{"another word", system, []string{"dance"}, "", 2, "say install, update, uninstall, start or stop"},
		{"another flag", system, []string{"install", "--token", "x"}, "", 2, "not defined"},
		{"a word too many", system, []string{"install", "now"}, "", 2, "one word too many"},
		{"no instructions", system, []string{"install"}, "", 1, "cannot be read"},
		{"a key that is none", system, []string{"install"}, `{"key":"x"}`, 1, "not valid"},
		{"not an administrator", user, []string{"install"}, `{"key":"` + tokenFor(canary) + `"}`, 1, "Run this in a terminal, then look again: sudo '/home/robin/wizard app' connector install"},
		{"no service manager", bare, []string{"install"}, `{"key":"` + tokenFor(canary) + `"}`, 1, "does not know"},
		{"another program than promised", system, []string{"install"}, `{"key":"` + tokenFor(canary) + `","program":"` + os.Args[0] + `","sum":"00"}`, 1, "not what its maker published"},
		{"no report file", system, []string{"install", "--report", "/nonexistent"}, "", 1, "no such file"},
		{"nothing to remove", system, []string{"uninstall"}, "", 0, "Done"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var out, errs buffer
			code := connector.ChildMainOn(tc.system, &box{t: t, root: root}, tc.args, strings.NewReader(tc.stdin), &out, &errs)
			said := out.String() + errs.String()
			if code != tc.code || !strings.Contains(said, tc.say) {
				t.Errorf("%d: %s", code, said)
			}
			noSecrets(t, root, said)
		})
	}
}

// TestReportFile lets a child write to a file what it cannot say, while another reads it.
func TestReportFile(t *testing.T) {
	eachSystem(t, func(t *testing.T, kind string, b *box) {
		if kind != "systemd" {
			t.Skip("one is enough")
		}
		cfg := b.config("linux", true)
		program := filepath.Join(t.TempDir(), "program")
		must(t, os.WriteFile(program, []byte("x"), 0o755))
		b.failAt = "systemctl enable"
		file := filepath.Join(t.TempDir(), "report")
		must(t, os.WriteFile(file, nil, 0o600))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		read := make(chan error, 1)
		lives := func() bool { return true }
		var p parts
		go func() { read <- connector.Follow(ctx, file, p.report, lives) }()
		hand := `{"key":"` + tokenFor(canary) + `","program":"` + program + `","sum":"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}`
		var out, errs buffer
		if code := connector.ChildMainOn(cfg.System, b, []string{"install", "--report", file}, strings.NewReader(hand), &out, &errs); code != 1 || out.String()+errs.String() != "" {
			t.Errorf("%d %s%s", code, out.String(), errs.String())
		}
		if err := <-read; steps.Explain(err).Title != "The service manager refused" || p.ended() != "place key service!" {
			t.Errorf("%v after %s", err, p.ended())
		}
		cancel()
		must(t, os.Truncate(file, 0))
		if err := connector.Follow(ctx, file, p.report, lives); !errors.Is(err, context.Canceled) {
			t.Errorf("nobody reports: %v", err)
		}
		err := connector.Follow(t.Context(), file, p.report, func() bool { return false })
		if steps.Explain(err).Title != "The part with the rights of an administrator ended without a word" {
			t.Errorf("it died: %v", err)
		}
		last := func() bool { // it says how it went, and ends
			must(t, os.WriteFile(file, []byte(`{"done":true}`+"\n"), 0o600))
			return false
		}
		if err := connector.Follow(t.Context(), file, p.report, last); err != nil {
			t.Errorf("its last word was not heard: %v", err)
		}
	})
}
