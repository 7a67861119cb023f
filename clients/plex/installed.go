package plex

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// installed returns the first data directory that is there. One that may not
// be looked into counts: something made it.
func (c *Client) installed() (string, bool) {
	for _, dir := range c.dataDirs {
		if _, err := os.Stat(dir); err == nil || errors.Is(err, fs.ErrPermission) {
			return dir, true
		}
	}
	return "", false
}

// installedAs returns the data directory of the server with this identifier, or
// else the only one that there is and that does not say whose it is.
func (c *Client) installedAs(id string) (string, bool) {
	silent := ""
	for _, dir := range c.dataDirs {
		if _, err := os.Stat(dir); err != nil && !errors.Is(err, fs.ErrPermission) {
			continue
		}
		switch p := readPreferences(dir); {
		case p.server == id:
			return dir, true
		case p.server == "" && silent == "":
			silent = dir
		}
	}
	return silent, silent != ""
}

// onWindows reports whether a path is one of Windows, on a drive or a share.
func onWindows(dir string) bool {
	slash := strings.ReplaceAll(dir, `\`, "/")
	return strings.Contains(slash, ":/") || strings.HasPrefix(slash, "//")
}

// shellFor is the program that takes the commands for a server whose data lies in dir,
// where it is not the terminal that people open anyway.
func shellFor(dir string) string {
	if onWindows(dir) {
		return "PowerShell"
	}
	return ""
}

// commands are what starts and what restarts the server whose data lies in dir.
// The wizard only shows them: a restart interrupts whoever watches, and needs an
// administrator nearly everywhere.
func commands(dir string) (start, restart string) {
	const mac, windows = `open -a "Plex Media Server"`, `& "$env:ProgramFiles\Plex\Plex Media Server\Plex Media Server.exe"`
	slash := strings.ReplaceAll(dir, `\`, "/")
	with := func(command string) (string, string) {
		return strings.ReplaceAll(command, "{}", "start"), strings.ReplaceAll(command, "{}", "restart")
	}
	switch {
	case strings.HasPrefix(slash, "/var/snap/"):
		return with("sudo snap {} plexmediaserver")
	case strings.HasPrefix(slash, "/var/lib/plexmediaserver/"):
		return with("sudo systemctl {} plexmediaserver")
	case strings.HasPrefix(slash, "/volume"):
		return with("sudo synopkg {} PlexMediaServer")
	case strings.HasPrefix(slash, "/share/"):
		return with("sudo /etc/init.d/plex.sh {}")
	case strings.HasPrefix(slash, "/usr/local/plexdata-plexpass/"):
		return with("sudo service plexmediaserver_plexpass {}")
	case strings.HasPrefix(slash, "/usr/local/plexdata/"):
		return with("sudo service plexmediaserver {}")
	case strings.HasPrefix(slash, "/Users/"):
		return mac, `osascript -e 'quit app "Plex Media Server"'; sleep 5; ` + mac
	case onWindows(dir):
		return windows, `Stop-Process -Name "Plex Media Server"; Start-Sleep 5; ` + windows
	}
	// Everything else is the folder of a container, whose name only its owner knows.
	return with("docker {} plex")
}
