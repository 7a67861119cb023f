package e2e_test

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

const bySSH = "You are connected by SSH"

// contained reports whether the tests themselves run in a container.
func contained() bool {
	_, docker := os.Stat("/.dockerenv")
	_, podman := os.Stat("/run/.containerenv")
	return docker == nil || podman == nil
}

// TestWhereLinuxRunsIt starts the program without flags for its place, as all
// kinds of people do on all kinds of computers, and reads what the terminal says.
func TestWhereLinuxRunsIt(t *testing.T) {
	t.Parallel()
	needMounts(t)
	const config = ".config/plex-tunnel-wizard-demo"
	for _, c := range []struct {
		name  string
		first func(home, other string) string // a line of shell, as root of a world of its own; none for an ordinary user
		env   func(home string) []string      // nil for the home alone
		says  []string
		fails bool
		made  func(home, other string) string // the folder that must be there
	}{
		{
			name: "an ordinary user, no display", says: []string{"There is no display here", "ssh -N -L "},
			made: func(home, _ string) string { return filepath.Join(home, config) },
		},
		{
			name: "over SSH", says: []string{bySSH, "ssh -N -L "},
			env: func(home string) []string { return []string{"HOME=" + home, "SSH_CONNECTION=192.0.2.1 1 192.0.2.2 22"} },
		},
		{
			name: "root", says: []string{"A browser is not opened as root"},
			first: func(string, string) string { return "true" },
			made:  func(home, _ string) string { return filepath.Join(home, config) },
		},
		{
			name: "sudo that keeps $HOME", says: []string{"A browser is not opened as root"},
			first: func(home, other string) string {
				passwd := filepath.Join(t.TempDir(), "passwd")
				must(t, os.WriteFile(passwd, []byte("root:x:0:0::"+other+":/bin/sh\nrobin:x:1000:1000::"+home+":/bin/sh\n"), 0o644))
				return "mount --bind '" + passwd + "' /etc/passwd"
			},
			env:  func(home string) []string { return []string{"HOME=" + home, "SUDO_USER=robin", "SUDO_UID=1000"} },
			made: func(_, other string) string { return filepath.Join(other, config) },
		},
		{
			name: "a container", says: []string{"This is a container", "--network host"},
			first: func(string, string) string { return "mount -t tmpfs tmpfs /run && touch /run/.containerenv" },
		},
		{
			name: "a read-only home", says: []string{"cannot be made; give another with -data DIR", "read-only file system"}, fails: true,
			first: func(home, _ string) string { return "mount -t tmpfs -o ro tmpfs '" + home + "'" },
		},
		{
			name: "a home without the right to write", says: []string{"cannot be made; give another with -data DIR", "permission denied"}, fails: true,
			env: func(home string) []string { must(t, os.Chmod(home, 0o500)); return []string{"HOME=" + home} },
		},
		{
			name: "no home", says: []string{"names no folder for settings; give one with -data DIR"}, fails: true,
			env: func(string) []string { return nil },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			home, other := t.TempDir(), t.TempDir()
			cmd := exec.Command(shared.binary, "-demo", "-addr", "127.0.0.1:0")
			cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home}
			if c.env != nil {
				cmd.Env = append(cmd.Env[:1], c.env(home)...)
			}
			first := ""
			if c.first != nil {
				first = c.first(home, other)
			}
			alone(cmd, first)
			if c.fails {
				out, err := cmd.CombinedOutput()
				var exit *exec.ExitError
				if !errors.As(err, &exit) || exit.ExitCode() != 1 || !containsAll(string(out), c.says) {
					t.Errorf("%v: %s", err, out)
				}
				return
			}
			says := append(c.says, "/start?k=")
			if contained() && !slices.Contains(says, bySSH) {
				says = []string{"This is a container", "/start?k="} // the tests run in one, and that is said first
			}
			startsAndStops(t, cmd, says)
			if c.made != nil {
				private(t, c.made(home, other))
			}
			for _, dir := range []string{home, other} {
				if c.made != nil && !strings.HasPrefix(c.made(home, other), dir) {
					left, err := os.ReadDir(dir)
					if err != nil || len(left) > 0 {
						t.Errorf("left in %s: %v, %v", dir, left, err)
					}
				}
			}
		})
	}
}

// startsAndStops reads standard output until all of that was said, and ends the
// program as Ctrl-C does.
func startsAndStops(t *testing.T, c *exec.Cmd, says []string) {
	t.Helper()
	var stderr tail
	c.Stderr = &stderr
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	late := time.AfterFunc(patience, func() { _ = c.Process.Kill() }) // and then the reading ends
	defer late.Stop()
	var said bytes.Buffer
	lines := bufio.NewScanner(out)
	for !containsAll(said.String(), says) && lines.Scan() {
		said.WriteString(lines.Text() + "\n")
	}
	if !containsAll(said.String(), says) {
		t.Errorf("it says not all of %q:\n%s%s", says, said.String(), stderr.String())
	}
	must(t, c.Process.Signal(syscall.SIGINT))
	for lines.Scan() { // so that it is never held up
	}
	must(t, c.Wait())
}

// private looks at the rights of a data folder and its file.
func private(t *testing.T, dir string) {
	t.Helper()
	for path, mode := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "wizard.db"): 0o600} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
}

func containsAll(text string, parts []string) bool {
	return !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(text, p) })
}
