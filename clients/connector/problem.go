package connector

import (
	"errors"
	"io/fs"
	"path/filepath"
	"syscall"

	"example.test/wizard/steps"
)

const nothingChanged = "Nothing was changed on this computer."

func releasesLink() steps.Link {
	return steps.Link{Text: "See the releases of cloudflared", URL: "https://github.com/cloudflare/cloudflared/releases"}
}

func problemKey() error {
	return &steps.Problem{
		Title: "The key of the tunnel is not valid", Text: nothingChanged,
		Fix: "Go back to step 4 and let the wizard fetch it again.", Err: errKey,
	}
}

func problemExists(l steps.LocalConnector) error {
	p := &steps.Problem{
		Title: "A connector is installed already",
		Text:  "The wizard never installs over an existing connector: that would delete its key. " + nothingChanged,
		Fix:   "Use the tunnel that it serves by choosing its name in step 4, or remove the connector first.",
		Detail: []steps.Row{
			steps.Text("Managed by", l.Manager), steps.Code("Program", l.Path),
		},
	}
	if l.TunnelID != "" {
		p.Detail = append(p.Detail, steps.Code("Its tunnel", l.TunnelID))
	}
	return p
}

func problemPlatform(s System) error {
	return &steps.Problem{
		Title: "There is no cloudflared for this computer", Text: nothingChanged,
		Fix:    "Run the wizard on another computer in the same network, and give it the address of Plex.",
		Detail: []steps.Row{steps.Text("System", s.GOOS+" on "+s.GOARCH)}, Link: releasesLink(),
	}
}

func problemGitHub(e *steps.ServiceError) error {
	p := &steps.Problem{
		Title: "GitHub does not tell which version is the newest", Text: nothingChanged,
		Fix:  "Check that this computer reaches api.github.com, and try again.",
		Link: steps.Link{Text: "See whether GitHub reports trouble", URL: "https://www.githubstatus.com/"}, Err: e,
	}
	if e.Status == 0 {
		p.Title = "GitHub does not answer"
	}
	return p
}

func problemLimited(e *steps.ServiceError) error {
	return &steps.Problem{
		Title: "GitHub asks this address to slow down", Text: "Too many requests came from your internet address in the last hour. " + nothingChanged,
		Fix: "Try again in an hour.", Err: e,
	}
}

func problemOld(version string) error {
	return &steps.Problem{
		Title:  "This version of cloudflared is too old",
		Text:   "Versions before " + steps.MinimumConnector + " show the tunnel’s key to everyone who may list processes on this computer. " + nothingChanged,
		Fix:    "Try again later, when a newer version is published.",
		Detail: []steps.Row{steps.Text("Version", version)}, Link: releasesLink(),
	}
}

func problemUnverified(name string, err error) error {
	return &steps.Problem{
		Title: "The download cannot be verified",
		Text:  "The release has no checksum for " + name + ", so there is no telling whether a download is genuine. Nothing was downloaded.",
		Fix:   "Try again later. If it stays like this, install cloudflared by hand from Cloudflare’s own package repository.",
		Link:  releasesLink(), Err: err,
	}
}

func problemSum(name, want, got string) error {
	return &steps.Problem{
		Title: "The download is not what its maker published",
		Text:  "Its checksum differs. The file was removed and nothing was installed.",
		Fix:   "Try again. If it happens again, something between here and GitHub changes downloads: a proxy, a virus scanner, or somebody.",
		Detail: []steps.Row{
			steps.Text("File", name), steps.Code("Published", want), steps.Code("Received", got),
		},
		Link: releasesLink(),
	}
}

func problemDownload(r release, err error) error {
	return &steps.Problem{
		Title: "The download broke off", Text: "What has arrived is kept. " + nothingChanged,
		Fix:    "Try again: the wizard goes on where it stopped.",
		Detail: []steps.Row{steps.Text("File", r.name), steps.Text("Version", r.version)}, Err: err,
	}
}

func problemProgram(program string, err error) error {
	return &steps.Problem{
		Title: "The downloaded program does not run", Text: "Its checksum is right, but this computer does not start it. " + nothingChanged,
		Fix:    "Look for a message of your virus scanner, or for a disk that is mounted without the right to run programs.",
		Detail: []steps.Row{steps.Code("Program", program)}, Err: err,
	}
}

// problemWrite words what kept a file from being written.
func problemWrite(file string, err error) error {
	p := &steps.Problem{
		Title: "A file cannot be written", Text: "What was begun has been taken back.",
		Fix: "The reason is in the details.", Err: err,
		Detail: []steps.Row{steps.Code("File", file), steps.Text("Reason", reason(err))},
	}
	switch {
	case errors.Is(err, syscall.ENOSPC) || diskFull(err):
		p.Title, p.Fix = "The disk is full", "Make room for about 100 MB on the disk of "+filepath.Dir(file)+", and try again."
	case errors.Is(err, fs.ErrPermission):
		p.Title, p.Fix = "The wizard may not write there", "Start the wizard as a user who may write to "+filepath.Dir(file)+", and try again."
	case errors.Is(err, syscall.EROFS):
		p.Title, p.Fix = "The disk is read-only", "Choose another folder for the wizard with -data, and try again."
	}
	return p
}

// reason is the innermost error: the paths around it are told already.
func reason(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

func problemRefused(said string) error {
	return &steps.Problem{
		Title: "Cloudflare does not accept the key of the tunnel", Text: "The connector was installed, tried, and taken away again.",
		Fix:    "The tunnel may have been deleted, or its key changed. Look at step 4 again: the wizard fetches a new key.",
		Detail: []steps.Row{steps.Text("In its words", said)},
	}
}

func problemStart(how string) error {
	return &steps.Problem{
		Title: "The connector does not stay up", Text: "It was started, ended at once, and was taken away again.",
		Fix:    "The reason is in the details. Try again when it is mended.",
		Detail: []steps.Row{steps.Text("What it said", how)},
	}
}
