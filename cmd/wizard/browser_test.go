package main

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
)

// TestWhoSitsElsewhere: who sits elsewhere is told how to come in.
func TestWhoSitsElsewhere(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("displays and SSH are Linux’s")
	}
	const ssh = "ssh -N -L 8080:127.0.0.1:8080 me@nas"
	for name, c := range map[string]struct {
		env  map[string]string
		says string
		ssh  bool
	}{
		"over SSH":         {map[string]string{"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, "connected by SSH", true},
		"under sudo":       {map[string]string{"SUDO_USER": "me", "DISPLAY": ":0"}, "not opened as root", false},
		"sudo, by SSH too": {map[string]string{"SUDO_USER": "me", "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, "connected by SSH", true},
	} {
		t.Run(name, func(t *testing.T) {
			for _, key := range []string{"SSH_CONNECTION", "SUDO_USER", "DISPLAY", "WAYLAND_DISPLAY"} {
				t.Setenv(key, c.env[key])
			}
			var said bytes.Buffer
			openBrowser("http://localhost:1/start?k=X", ssh, &console{out: &said})
			if !strings.Contains(said.String(), c.says) || strings.Contains(said.String(), ssh) != c.ssh {
				t.Errorf("it says %q", said.String())
			}
		})
	}
}
