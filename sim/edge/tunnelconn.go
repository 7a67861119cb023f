//lint:file-ignore SA1019 the peer dials and the roles are reversed: x/net/http2 takes such a connection as it is, net/http only ones of its own making

package edge

import (
	"bytes"
	"context"
	"crypto/subtle"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"example.test/wizard/sim/edge/wire"

	"golang.org/x/net/http2"
)

const (
	noVersion        = -1             // what a connector has before its first configuration
	connectorIP      = "203.0.113.10" // the household's address, as the edge would see it
	handshakeTimeout = 15 * time.Second
	pushTimeout      = 5 * time.Second
	drainTimeout     = time.Minute // a connector allows itself 30 s
)

// tunnelConn is one connection that a connector has dialled. The connector is the HTTP/2 server on it, the edge is the client.
type tunnelConn struct {
	edge    *Edge
	colo    string
	h2      *http2.ClientConn
	id      wire.UUID
	kick    chan struct{} // a configuration waits to be pushed
	left    chan struct{} // closed when the connector unregisters
	leaving sync.Once
	applied atomic.Int64 // the version that the connector has acknowledged

	// Guarded by the registry's lock; the first three are set once, when the connection is registered.
	reg            wire.Registration
	tunnelID       string
	openedAt       time.Time
	draining, gone bool
}

// serveConnector runs one connection from the handshake to its end.
func (e *Edge) serveConnector(raw net.Conn, colo string) {
	conn := newWatched(raw)
	defer conn.Close()
	stop := context.AfterFunc(e.ctx, func() { conn.Close() })
	defer stop()

	secure := tls.Server(conn, e.connectorTLS)
	ctx, cancel := context.WithTimeout(e.ctx, handshakeTimeout)
	err := secure.HandshakeContext(ctx)
	cancel()
	if err != nil {
		return
	}
	if secure.ConnectionState().ServerName == wire.ServerNameProbe {
		_ = conn.SetDeadline(time.Now().Add(handshakeTimeout))
		_, _ = io.Copy(io.Discard, secure) // until the visitor has seen enough
		return
	}
	h2, err := e.transport.NewClientConn(secure)
	if err != nil {
		return
	}
	defer h2.Close()
	c := &tunnelConn{edge: e, colo: colo, h2: h2, id: wire.NewUUID(), kick: make(chan struct{}, 1), left: make(chan struct{})}
	c.applied.Store(noVersion)
	c.run(conn.gone)
}

// run holds the control stream and pushes configurations until the connection ends.
func (c *tunnelConn) run(gone <-chan struct{}) {
	defer c.edge.live.remove(c)
	ctx, cancel := context.WithCancel(c.edge.ctx)
	defer cancel()
	stream, err := c.control(ctx)
	if err != nil {
		return
	}
	session := wire.Serve(stream, c)
	defer session.Close()

	done := session.Done()
	var drained <-chan time.Time
	for {
		select {
		case <-c.kick:
			c.push(ctx)
		case <-gone:
			return
		case <-drained:
			return
		case <-done:
			select {
			case <-c.left: // requests under way finish; the connector hangs up
				t := time.NewTimer(drainTimeout)
				defer t.Stop()
				done, drained = nil, t.C
			default:
				return
			}
		}
	}
}

// control opens the first request of a connection. Its two bodies are one stream of calls.
func (c *tunnelConn) control(ctx context.Context) (io.ReadWriteCloser, error) {
	pr, pw := io.Pipe()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://cloudflared/", pr)
	if err != nil {
		return nil, fmt.Errorf("control stream: %w", err)
	}
	req.ContentLength = -1
	req.Header.Set(wire.HeaderUpgrade, wire.UpgradeControlStream)
	resp, err := c.h2.RoundTrip(req)
	if err != nil {
		_ = pw.Close()
		return nil, fmt.Errorf("control stream: %w", err)
	}
	return &duplex{resp.Body, pw}, nil
}

// Register implements wire.Registrar.
func (c *tunnelConn) Register(_ context.Context, r wire.Registration) (wire.Details, *wire.Refusal) {
	if c.edge.refusing.Load() {
		return wire.Details{}, &wire.Refusal{Cause: "Service temporarily unavailable", ShouldRetry: true, RetryAfter: time.Second}
	}
	tunnelID := r.TunnelID.String()
	account, secret, deleted, ok := c.edge.cfg.Tunnel(tunnelID)
	switch {
	case !ok || deleted || account != r.AccountTag:
		return wire.Details{}, &wire.Refusal{Cause: "Unauthorized: Failed to get tunnel"}
	case subtle.ConstantTimeCompare(secret, r.Secret) != 1:
		return wire.Details{}, &wire.Refusal{Cause: "Unauthorized: Invalid tunnel secret"}
	}
	if refusal := c.edge.live.add(c, r, c.edge.cfg.Now()); refusal != nil {
		return wire.Details{}, refusal
	}
	c.wantPush()
	return wire.Details{ConnectionID: c.id, Location: c.colo, RemotelyManaged: true}, nil
}

// Unregister implements wire.Registrar.
func (c *tunnelConn) Unregister() {
	c.edge.live.drain(c)
	c.leaving.Do(func() { close(c.left) })
}

func (c *tunnelConn) wantPush() {
	select {
	case c.kick <- struct{}{}:
	default: // one is waiting already, and will read the newest
	}
}

// push sends the present configuration. The connector ignores versions that it has.
func (c *tunnelConn) push(ctx context.Context) {
	version, config := c.edge.cfg.Config(c.tunnelID)
	if config == nil {
		return
	}
	body, err := json.Marshal(wire.Update{Version: version, Config: config})
	if err != nil {
		return // not JSON: the API would have refused it
	}
	ctx, cancel := context.WithTimeout(ctx, pushTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://cloudflared/", bytes.NewReader(body))
	if err != nil {
		return
	}
	req.Header.Set(wire.HeaderUpgrade, wire.UpgradeConfiguration)
	resp, err := c.h2.RoundTrip(req)
	if err != nil {
		return // the connection is breaking, or the next push repeats it
	}
	defer resp.Body.Close()
	var reply wire.Applied
	if json.NewDecoder(resp.Body).Decode(&reply) == nil {
		c.applied.Store(int64(reply.LastAppliedVersion))
	}
}

// duplex is a stream made of a request's and a response's body.
type duplex struct {
	io.ReadCloser
	w *io.PipeWriter
}

func (d *duplex) Write(p []byte) (int, error) { return d.w.Write(p) }

func (d *duplex) Close() error {
	_ = d.w.Close()
	return d.ReadCloser.Close()
}

// watched tells when a connection has ended, from either side.
type watched struct {
	net.Conn
	once sync.Once
	gone chan struct{}
}

func newWatched(c net.Conn) *watched { return &watched{Conn: c, gone: make(chan struct{})} }

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if err != nil {
		w.once.Do(func() { close(w.gone) })
	}
	return n, err
}

func (w *watched) Close() error {
	w.once.Do(func() { close(w.gone) })
	return w.Conn.Close()
}
