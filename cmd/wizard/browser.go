package main

import (
	"io"
	"os"
	"os/user"
	"runtime"

	"github.com/cli/browser"
)

// openBrowser opens the start link where that is safe and useful. A browser is
// never started as root, over SSH, or without a display.
func openBrowser(link, ssh string, say *console) {
	if why, far := noBrowser(); why != "" {
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
func noBrowser() (why string, far bool) {
	switch {
	case os.Getenv("SSH_CONNECTION") != "":
		return "You are connected by SSH, so no browser was opened.", true
	case runtime.GOOS == "windows":
		return "", false
	case os.Geteuid() == 0 || os.Getenv("SUDO_USER") != "":
		return "A browser is not opened as root; copy the link into yours.", false
	case runtime.GOOS != "darwin" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "":
		return "There is no display here, so no browser was opened.", true
	}
	return "", false
}

// sshLine is the command that makes the wizard reachable from another computer.
func sshLine(host, port string) string {
	name := "USER"
	if u, err := user.Current(); err == nil && u.Username != "" {
		name = u.Username
	}
	return "ssh -N -L " + port + ":127.0.0.1:" + port + " " + name + "@" + host
}
