package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// process is one running wizard.
type process struct {
	cmd  *exec.Cmd
	link string
}

// start starts the program and reads its start link.
func (b bench) start(ctx context.Context, name string, stderr io.Writer, args ...string) (*process, error) {
	home := filepath.Join(b.dir, name)
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, b.binary, append([]string{"-open=false", "-addr", "127.0.0.1:0", "-data", filepath.Join(home, "data")}, args...)...)
	c.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "CLOUDFLARE_API_TOKEN=", "PLEX_TOKEN=")
	c.Stderr = stderr
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: c}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if line := strings.TrimSpace(lines.Text()); strings.Contains(line, "/start?k=") {
			p.link = line
			go func() { _, _ = io.Copy(io.Discard, out) }() // so that it is never held up
			return p, nil
		}
	}
	return nil, fmt.Errorf("it printed no start link: %w", c.Wait())
}

// stop ends it as Ctrl-C does.
func (p *process) stop() error {
	if runtime.GOOS == "windows" {
		return errors.Join(p.cmd.Process.Kill(), ignoreExit(p.cmd.Wait()))
	}
	return errors.Join(p.cmd.Process.Signal(os.Interrupt), p.cmd.Wait())
}

func ignoreExit(err error) error {
	if _, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil
	}
	return err
}

// memory is what it holds of the computer's memory, in MiB; 0 where that cannot
// be told.
func (p *process) memory() float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		var kib float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kib); err == nil {
			return kib / 1024
		}
	}
	return 0
}

// starts measures from the start of the process to the last byte of its first
// page, 11 times, and the memory then.
func (b bench) starts(ctx context.Context) error {
	var took []time.Duration
	var held float64
	for i := range 11 {
		began := time.Now()
		p, err := b.start(ctx, fmt.Sprint("start-", i), io.Discard)
		if err != nil {
			return err
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.link, nil)
		if err != nil {
			return errors.Join(err, p.stop())
		}
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
		res, err := client.Do(r)
		if err != nil {
			return errors.Join(err, p.stop())
		}
		_, err = io.Copy(io.Discard, res.Body)
		took = append(took, time.Since(began))
		held = max(held, p.memory())
		if err := errors.Join(err, res.Body.Close(), p.stop()); err != nil {
			return err
		}
	}
	b.report.add("start to first page, p50 of 11", "ms", ms(quantile(took, 0.5)), 30)
	b.report.add("start to first page, fastest", "ms", ms(quantile(took, 0)), 0)
	b.report.add("memory after the start, most of 11", "MiB", held, 25)
	return nil
}
