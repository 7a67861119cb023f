package main

import (
	"io"
	"os"
	"os/user"
	"path/filepath"
	"runtime"

	"github.com/cli/browser"
)

// openBrowser opens the start link where that is safe and useful. A browser is
// never started as root, over SSH, in a container, or without a display.
func openBrowser(link, ssh string, container bool, say *console) {
	if why, far := noBrowser(container); why != "" {
		say.line(why)
		if far {
			say.line("On the computer you sit at, run this, and open the link there:")
			say.line("  " + ssh)
		}
		return
	}
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	if err := browser.OpenURL(link); err != nil {
		say.line("No browser could be opened; copy the link into one.")
	}
}

// noBrowser says why none is opened, and whether the person sits elsewhere.
func noBrowser(container bool) (why string, far bool) {
	blind := runtime.GOOS != "darwin" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == ""
	switch {
	case os.Getenv("SSH_CONNECTION") != "":
		return "You are connected by SSH, so no browser was opened.", true
	case runtime.GOOS == "windows":
		return "", false
	case container:
		return "This is a container, so no browser was opened. The link leads here only if the container shares the network of its host (--network host).", true
	case os.Geteuid() == 0 || os.Getenv("SUDO_USER") != "":
		return "A browser is not opened as root; copy the link into yours.", blind // sudo hides that one came by SSH
	case blind:
		return "There is no display here, so no browser was opened.", true
	}
	return "", false
}

// inContainer reports whether a file is there that Docker or Podman puts into
// each of their containers.
func inContainer(root string) bool {
	for _, mark := range []string{".dockerenv", "run/.containerenv"} {
		if _, err := os.Stat(filepath.Join(root, mark)); err == nil {
			return true
		}
	}
	return false
}

// sshLine is the command that makes the wizard reachable from another computer.
func sshLine(host, port string) string {
	name := os.Getenv("SUDO_USER") // root may rarely sign in from elsewhere
	if u, err := user.Current(); name == "" && err == nil {
		name = u.Username
	}
	if name == "" {
		name = "USER"
	}
	return "ssh -N -L " + port + ":127.0.0.1:" + port + " " + name + "@" + host
}
