package main

import (
	"bytes"
	"os"
	"path/filepath"
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
		env       map[string]string
		container bool
		says      string
		ssh       bool
	}{
		"over SSH":         {map[string]string{"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, false, "connected by SSH", true},
		"under sudo":       {map[string]string{"SUDO_USER": "me", "DISPLAY": ":0"}, false, "not opened as root", false},
		"sudo, no display": {map[string]string{"SUDO_USER": "me"}, false, "not opened as root", true},
		"in a container":   {map[string]string{"DISPLAY": ":0"}, true, "--network host", true},
		"sudo, by SSH too": {map[string]string{"SUDO_USER": "me", "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, false, "connected by SSH", true},
	} {
		t.Run(name, func(t *testing.T) {
			for _, key := range []string{"SSH_CONNECTION", "SUDO_USER", "DISPLAY", "WAYLAND_DISPLAY"} {
				t.Setenv(key, c.env[key])
			}
			var said bytes.Buffer
			openBrowser("http://localhost:1/start?k=X", ssh, c.container, &console{out: &said})
			if !strings.Contains(said.String(), c.says) || strings.Contains(said.String(), ssh) != c.ssh {
				t.Errorf("it says %q", said.String())
			}
		})
	}
}

// TestContainer knows the marks of Docker and of Podman.
func TestContainer(t *testing.T) {
	for _, mark := range []string{".dockerenv", "run/.containerenv"} {
		root := t.TempDir()
		if inContainer(root) {
			t.Error("a bare folder is a container")
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, mark)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, mark), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if !inContainer(root) {
			t.Errorf("%s is not seen", mark)
		}
	}
}

// TestSSHLineUnderSudo names the person, who may sign in, and not root.
func TestSSHLineUnderSudo(t *testing.T) {
	t.Setenv("SUDO_USER", "robin")
	if got := sshLine("attic", "8080"); got != "ssh -N -L 8080:127.0.0.1:8080 robin@attic" {
		t.Errorf("%q", got)
	}
}
