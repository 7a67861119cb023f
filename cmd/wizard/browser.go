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
func openBrowser(link string, say *console) {
	if why := noBrowser(); why != "" {
		say.line(why)
		return
	}
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	if err := browser.OpenURL(link); err != nil {
		say.line("No browser could be opened; copy the link into one.")
	}
}

func noBrowser() string {
	switch {
	case os.Getenv("SSH_CONNECTION") != "":
		return "You are connected by SSH, so no browser was opened. Forward the port as the README tells, and open the link there."
	case runtime.GOOS == "windows":
		return ""
	case os.Geteuid() == 0 || os.Getenv("SUDO_USER") != "":
		return "A browser is not opened as root; copy the link into yours."
	case runtime.GOOS != "darwin" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "":
		return "There is no display here, so no browser was opened. From another computer, forward the port as the README tells."
	}
	return ""
}

// sshLine is the command that makes the wizard reachable from another computer.
func sshLine(host, port string) string {
	name := "USER"
	if u, err := user.Current(); err == nil && u.Username != "" {
		name = u.Username
	}
	return "ssh -N -L " + port + ":127.0.0.1:" + port + " " + name + "@" + host
}
