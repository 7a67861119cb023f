//lint:file-ignore SA1019 the peer dials and the roles are reversed: x/net/http2 takes such a connection as it is, net/http only ones of its own making

package edge

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.test/wizard/sim/edge/wire"

	"golang.org/x/net/http2"
)

// rebindTimeout is how long a port that was given up is asked for again.
const rebindTimeout = 5 * time.Second

// Edge is a running pretend edge.
type Edge struct {
	cfg       Config
	ca        *authority
	caFile    string
	ownDir    string // temporary, removed by Close
	doors     []*door
	live      *registry
	transport *http2.Transport
	visitors  *http.Server
	public    net.Listener
	cache     *cache
	refusing  atomic.Bool

	connectorTLS *tls.Config

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu       sync.Mutex
	moods    map[string]Mood
	hijacked map[net.Conn]struct{}
	closed   bool
}

// Start opens two doors for connectors and one for visitors, all on 127.0.0.1.
func Start(cfg Config) (_ *Edge, err error) {
	if cfg.Tunnel == nil || cfg.Config == nil || cfg.Route == nil {
		return nil, errors.New("edge: Tunnel, Config and Route are required")
	}
	cfg.setDefaults()
	e := &Edge{
		cfg: cfg, live: newRegistry(), cache: newCache(), moods: map[string]Mood{}, hijacked: map[net.Conn]struct{}{},
		transport: &http2.Transport{DisableCompression: true},
	}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	defer func() {
		if err != nil {
			_ = e.Close()
		}
	}()
	if e.ca, err = newAuthority(); err != nil {
		return nil, err
	}
	if err := e.writeCA(); err != nil {
		return nil, err
	}
	cert, err := e.ca.leaf(wire.ServerNameHTTP2, wire.ServerNameProbe)
	if err != nil {
		return nil, err
	}
	e.connectorTLS = &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12}
	for _, colo := range []string{"lhr01", "lhr15"} {
		d, err := openDoor(colo, &e.wg, e.serveConnector)
		if err != nil {
			return nil, err
		}
		e.doors = append(e.doors, d)
	}
	if err := e.openPublic(); err != nil {
		return nil, err
	}
	return e, nil
}

func (c *Config) setDefaults() {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Policy == nil {
		c.Policy = func(*http.Request, Visitor) Verdict { return Verdict{} }
	}
	if c.Country == nil {
		c.Country = func(*http.Request) string { return "GB" }
	}
	if c.Address == nil {
		c.Address = func(*http.Request) string { return connectorIP }
	}
	if c.Log == nil {
		c.Log = func(Hit) {}
	}
	if c.OriginTimeout == 0 {
		c.OriginTimeout = 100 * time.Second
	}
}

func (e *Edge) writeCA() error {
	dir := e.cfg.Dir
	if dir == "" {
		tmp, err := os.MkdirTemp("", "edge-")
		if err != nil {
			return fmt.Errorf("edge: %w", err)
		}
		dir, e.ownDir = tmp, tmp
	}
	e.caFile = filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(e.caFile, e.ca.pem, 0o644); err != nil {
		return fmt.Errorf("edge: %w", err)
	}
	return nil
}

// Close ends every connection at once and waits until nothing of the edge runs any more.
func (e *Edge) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	for conn := range e.hijacked {
		_ = conn.Close()
	}
	e.mu.Unlock()

	e.cancel()
	var errs error
	for _, d := range e.doors {
		errs = errors.Join(errs, d.close())
	}
	if e.visitors != nil {
		errs = errors.Join(errs, e.visitors.Close())
	}
	e.wg.Wait()
	if e.ownDir != "" {
		errs = errors.Join(errs, os.RemoveAll(e.ownDir))
	}
	return errs
}

// ConnectorAddrs are the two addresses for cloudflared's --edge, as host:port.
func (e *Edge) ConnectorAddrs() []string {
	out := make([]string, 0, len(e.doors))
	for _, d := range e.doors {
		out = append(out, d.addr)
	}
	return out
}

// UDPAddrs are the addresses of QUIC: the same numbers as ConnectorAddrs, as with port 7844.
func (e *Edge) UDPAddrs() []string { return e.ConnectorAddrs() }

// PublicAddr is where visitors' HTTPS arrives, as host:port. The host that they want stands in SNI and Host.
func (e *Edge) PublicAddr() string { return e.public.Addr().String() }

// CAPEM is the root certificate of both sides.
func (e *Edge) CAPEM() []byte { return e.ca.pem }

// CAFile is a file with CAPEM, for --cacert; it lasts until Close unless Config.Dir was given.
func (e *Edge) CAFile() string { return e.caFile }

// Push sends the present configuration of a tunnel to all its connections. It does not wait for them.
func (e *Edge) Push(tunnelID string) {
	for _, c := range e.live.of(tunnelID) {
		c.wantPush()
	}
}

// Connectors lists the connectors of a tunnel that are connected now.
func (e *Edge) Connectors(tunnelID string) []Connector { return e.live.connectors(tunnelID) }

// DropConnections breaks every connection of a tunnel; the connectors come back by themselves.
func (e *Edge) DropConnections(tunnelID string) {
	for _, c := range e.live.of(tunnelID) {
		e.live.remove(c)
		_ = c.h2.Close()
	}
}

// RefuseConnections makes the edge refuse to register new connections, with the advice to try again. Those that are there stay.
func (e *Edge) RefuseConnections(on bool) { e.refusing.Store(on) }

// Block7844 sets how the connectors' ports behave for newcomers. It fails when a port that was given up cannot be had again.
func (e *Edge) Block7844(tcp, udp Reach) error {
	ctx, cancel := context.WithTimeout(e.ctx, rebindTimeout)
	defer cancel()
	var errs error
	for _, d := range e.doors {
		errs = errors.Join(errs, d.set(ctx, tcp, udp))
	}
	return errs
}

// SetMood makes a host show a fault; MoodNormal ends it.
func (e *Edge) SetMood(host string, m Mood) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.moods[strings.ToLower(host)] = m
}

func (e *Edge) mood(host string) Mood {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.moods[host]
}
