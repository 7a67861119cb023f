package visitor

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"os"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/beside"
)

// Config of a Visitor. The zero value means the real world.
type Config struct {
	// Connect is the host:port that is dialled for every public URL, like
	// curl's --connect-to; empty for the address that Lookup gives, port 443.
	Connect string
	// Lookup resolves a name at public resolvers; nil for this computer's own.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	// RootCAs verifies the certificate; nil for the system's authorities.
	RootCAs *x509.CertPool
	// Now is the clock; nil for [time.Now].
	Now func() time.Time
	// Key is the token that the Plex server with this id takes, for the probes
	// that it answers only to those who have one; nil, or a zero secret, for none.
	// It is sent only after that very server has answered at the address.
	Key func(serverID string) steps.Secret
	// Browser is the program that takes the picture; empty for the first one
	// found, "none" for no picture.
	Browser string
	// Owner tells our browser's profiles in the temporary folder from those of
	// others: letters and digits, the same at each start.
	Owner string
	// PictureLimit is the longest that a picture may take; zero is 15 s.
	PictureLimit time.Duration
	// Remove removes a folder and all that is in it; nil for [os.RemoveAll].
	Remove func(path string) error
}

const (
	probeLimit = 10 * time.Second // for one probe
	visitLimit = 20 * time.Second // for all of them
	bodyShown  = 4 << 10          // kept of an answer's body
)

// A Visitor makes the probes. It is safe for use by several goroutines.
type Visitor struct {
	connect string
	lookup  func(ctx context.Context, host string) ([]netip.Addr, error)
	roots   *x509.CertPool
	now     func() time.Time
	key     func(serverID string) steps.Secret
	browser string
	owner   string
	limit   time.Duration // of a picture
	remove  func(path string) error
}

var _ steps.Visitor = (*Visitor)(nil)

// New makes a visitor. It does no I/O.
func New(cfg Config) *Visitor {
	v := &Visitor{connect: cfg.Connect, lookup: cfg.Lookup, roots: cfg.RootCAs, now: cfg.Now, key: cfg.Key, browser: cfg.Browser, owner: cfg.Owner, limit: cfg.PictureLimit, remove: cfg.Remove}
	if v.lookup == nil {
		v.lookup = lookupHere
	}
	if v.limit == 0 {
		v.limit = pictureLimit
	}
	if v.key == nil {
		v.key = func(string) steps.Secret { return steps.Secret{} }
	}
	if v.remove == nil {
		v.remove = os.RemoveAll
	}
	if v.now == nil {
		v.now = time.Now
	}
	return v
}

// client makes an HTTP client that keeps its connections to itself, so that
// every visit begins with a fresh one, as a stranger's does. What it still
// dials when ctx ends is given up. No proxy: a stranger would not use this
// computer's.
func (v *Visitor) client(ctx context.Context) *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			// The transport goes on dialling when the request has given up, in the
			// hope of another one.
			DialTLSContext: func(dialling context.Context, _, address string) (conn net.Conn, err error) {
				dialling, cancel := context.WithTimeout(dialling, probeLimit)
				defer cancel()
				defer context.AfterFunc(ctx, cancel)()
				err = beside.Try(func() (err error) {
					conn, err = v.dialTLS(dialling, address)
					return err
				})
				return conn, err
			},
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: 8,
		},
	}
}
