package main

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func list(t *testing.T, dir string) []string {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range all {
		out = append(out, e.Name())
	}
	return out
}

func TestFlags(t *testing.T) {
	for name, c := range map[string]struct {
		command string
		args    []string
		want    func(o options) bool
	}{
		"defaults": {"serve", nil, func(o options) bool {
			return o.addr == "127.0.0.1:8080" && o.open && !o.demo && o.world == "" && len(o.hosts) == 0 && o.level == slog.LevelWarn && o.data != ""
		}},
		"quiet":        {"serve", []string{"-open=false", "-log-level", "debug"}, func(o options) bool { return !o.open && o.level == slog.LevelDebug }},
		"two hosts":    {"serve", []string{"-allow-host", "nas.lan", "--allow-host=attic"}, func(o options) bool { return slices.Equal(o.hosts, []string{"nas.lan", "attic"}) }},
		"demo":         {"serve", []string{"-demo", "-world-out", "w.json", "-data", "d"}, func(o options) bool { return o.demo && o.worldOut == "w.json" && o.data == "d" }},
		"world":        {"serve", []string{"-world", "w.json"}, func(o options) bool { return o.world == "w.json" && !o.demo }},
		"any port":     {"serve", []string{"-addr", "127.0.0.1:0"}, func(o options) bool { return o.addr == "127.0.0.1:0" }},
		"by name":      {"serve", []string{"-addr", "localhost:9000"}, func(o options) bool { return o.addr == "localhost:9000" }},
		"version six":  {"serve", []string{"-addr", "[::1]:9000"}, func(o options) bool { return o.addr == "[::1]:9000" }},
		"check":        {"check", nil, func(o options) bool { return !o.json && o.readOnly }},
		"check's JSON": {"check", []string{"-json", "-data", "d"}, func(o options) bool { return o.json && o.data == "d" }},
		"not check":    {"serve", nil, func(o options) bool { return !o.readOnly }},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := parse(c.command, c.args, io.Discard)
			if err != nil || !c.want(o) {
				t.Errorf("%+v, %v", o, err)
			}
		})
	}
}

func TestFlagsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		command string
		args    []string
		says    string
	}{
		"all addresses":     {"serve", []string{"-addr", "0.0.0.0:8080"}, "not on this computer only"},
		"all of both":       {"serve", []string{"-addr", ":8080"}, "not on this computer only"},
		"all of six":        {"serve", []string{"-addr", "[::]:8080"}, "not on this computer only"},
		"the local network": {"serve", []string{"-addr", "192.168.1.20:8080"}, "ssh -N -L"},
		"a name":            {"serve", []string{"-addr", "nas.lan:8080"}, "not on this computer only"},
		"a name like ours":  {"serve", []string{"-addr", "localhost.evil.test:80"}, "not on this computer only"},
		"no port":           {"serve", []string{"-addr", "localhost"}, "missing port"},
		"two worlds":        {"serve", []string{"-demo", "-world", "w.json"}, "-demo brings its own world"},
		"no world to write": {"serve", []string{"-world-out", "w.json"}, "use both"},
		"unknown":           {"serve", []string{"-bogus"}, "see wizard help"},
		"JSON of pages":     {"serve", []string{"-json"}, "see wizard help"},
		"a level":           {"serve", []string{"-log-level", "loud"}, "see wizard help"},
		"left over":         {"check", []string{"-json", "now"}, `"now" is not understood`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(c.command, c.args, io.Discard)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestDefaultData(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("APPDATA", home)
	t.Setenv("LOCALAPPDATA", "")
	base, err := os.UserConfigDir()
	if err != nil {
		t.Fatal(err)
	}
	life, err := defaultData(false)
	if err != nil || life != filepath.Join(base, "plex-tunnel-wizard") {
		t.Errorf("%q, %v", life, err)
	}
	if pretend, err := defaultData(true); err != nil || pretend != life+"-demo" {
		t.Errorf("the demonstration shares %q, %v", pretend, err)
	}
	if runtime.GOOS == "linux" {
		t.Setenv("HOME", "")
		if _, err := parse("serve", nil, io.Discard); err == nil || !strings.Contains(err.Error(), "-data DIR") {
			t.Errorf("without a home: %v", err)
		}
		if o, err := parse("serve", []string{"-data", "d"}, io.Discard); err != nil || o.data != "d" {
			t.Errorf("with -data: %v", err)
		}
	}
}

// TestUnderSudo: what root makes is kept out of the person's home.
func TestUnderSudo(t *testing.T) {
	slash := filepath.FromSlash
	for _, c := range [][4]string{
		{"/home/robin/.config", "/home/robin", "/root", "/root/.config"},
		{"/Users/robin/Library/Application Support", "/Users/robin", "/var/root", "/var/root/Library/Application Support"},
		{"/home/robin/settings/here", "/home/robin", "/root", "/root/settings/here"},
		{"/root/.config", "/home/robin", "/root", "/root/.config"},
		{"/root/.config", "/root", "/root", "/root/.config"},
		{"/home/robin2/.config", "/home/robin", "/root", "/home/robin2/.config"},
		{"/home/robin/.config", "", "/root", "/home/robin/.config"},
		{"/home/robin/.config", "/home/robin", "", "/home/robin/.config"},
	} {
		if got := underSudo(slash(c[0]), slash(c[1]), slash(c[2])); got != slash(c[3]) {
			t.Errorf("%q: %q", c, got)
		}
	}
}
