package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A process is the wizard, as a program of its own.
type process struct {
	cmd   *exec.Cmd
	link  string
	base  string
	ended chan struct{}
	said  *terminal // standard output and error
}

// startProcess starts the wizard on a folder and waits for its start link, which
// is empty when it died before.
func startProcess(t *testing.T, exe, announce, data, world string, armed func(kill func()), env ...string) *process {
	t.Helper()
	p := &process{ended: make(chan struct{}), said: newTerminal()}
	p.cmd = exec.Command(exe, "-open=false", "-addr", "127.0.0.1:0", "-data", data, "-world", world, "-log-level", "debug")
	home := filepath.Dir(data)
	// No session bus, so that the keyring of whoever runs the tests is left alone.
	p.cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(home, "none"), "CLOUDFLARE_API_TOKEN=", "PLEX_TOKEN=", announceTo+"="+announce)
	p.cmd.Env = append(p.cmd.Env, env...)
	p.cmd.Stderr = p.said
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	links := make(chan string, 1)
	go func() {
		defer close(p.ended)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			line := strings.TrimSpace(lines.Text())
			if strings.Contains(line, "/start?k=") {
				select {
				case links <- line:
				default:
				}
				continue
			}
			_, _ = p.said.Write([]byte(line + "\n"))
		}
		_ = p.cmd.Wait() // most often it was killed
	}()
	armed(p.kill)
	select {
	case p.link = <-links:
		p.base, _, _ = strings.Cut(p.link, "/start?")
		return p
	case <-p.ended:
		return p
	case <-time.After(mostTime):
		p.kill()
		t.Fatalf("no start link\n%s", p.said)
	}
	return nil
}

// kill is kill -9, and returns when nothing is left.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// victim is the program that is killed: this test binary, or, where it is
// watched by the race detector, which makes it ten times as heavy, one like it
// that is not. The tests in a browser watch for races.
func victim(t *testing.T) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if !raced {
		return exe
	}
	exe = filepath.Join(t.TempDir(), filepath.Base(exe))
	c := exec.Command("go", "test", "-c", "-o", exe, ".")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	return exe
}
