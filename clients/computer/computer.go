// Package computer tells what the wizard must know about the machine it runs
// on: its name, its system, whether this user may install a service, and
// whether its clock is right. It changes nothing.
package computer

import (
	"crypto/x509"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"example.test/wizard/steps"
)

// Config of a Box. The zero value means this computer and the real Cloudflare.
type Config struct {
	Cloudflare string         // base URL whose clock is compared; empty for the API's
	RootCAs    *x509.CertPool // nil for the system's
	Now        func() time.Time
}

// A Box is this computer.
type Box struct {
	base string
	http *http.Client
	now  func() time.Time
	user func() rights
}

var _ steps.Computer = (*Box)(nil)

// New describes this computer. It does no I/O.
func New(cfg Config) *Box {
	b := &Box{base: cfg.Cloudflare, http: newClient(cfg), now: cfg.Now, user: func() rights { return lookUp(exec.LookPath) }}
	if b.base == "" {
		b.base = "https://api.cloudflare.com/client/v4/"
	}
	if b.now == nil {
		b.now = time.Now
	}
	return b
}

// Close ends idle connections. The box stays usable.
func (b *Box) Close() { b.http.CloseIdleConnections() }

// Name implements [steps.Computer]: the host name without its domain, or
// "this computer" when it has none.
func (b *Box) Name() string {
	name, err := os.Hostname()
	name, _, _ = strings.Cut(name, ".")
	if err != nil || name == "" {
		return "this computer"
	}
	return name
}

// System implements [steps.Computer].
func (b *Box) System() string { return system(runtime.GOOS, runtime.GOARCH) }

func system(goos, goarch string) string {
	names := map[string]string{
		"linux": "Linux", "darwin": "macOS", "windows": "Windows", "freebsd": "FreeBSD", "openbsd": "OpenBSD", "netbsd": "NetBSD",
	}
	if n, ok := names[goos]; ok {
		goos = n
	}
	return goos + " on " + goarch
}
