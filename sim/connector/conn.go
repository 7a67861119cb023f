//lint:file-ignore SA1019 the peer dials and the roles are reversed: x/net/http2 takes such a connection as it is, net/http only ones of its own making

package connector

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"example.test/wizard/sim/edge/wire"

	"golang.org/x/net/http2"
)

const (
	dialTimeout = 15 * time.Second
	rpcTimeout  = 5 * time.Second
)

// conn is one connection to the edge. The edge is the HTTP/2 client on it.
type conn struct {
	*shared
	index      int
	edge       string
	attempts   int // failed ones before this
	registered atomic.Bool
	failure    error // why registration failed; written by the control stream, read when the connection has ended

	server *http.Server // only its graceful shutdown is used
	end    func()       // breaks the connection

	mu         sync.Mutex
	controlled bool // the edge has opened the control stream
	over       bool // no handler may start any more
	handlers   sync.WaitGroup
}

// serve dials the edge and works until the connection ends. ctx ending means: leave in good order. It returns whether the connection was registered.
func (c *conn) serve(ctx context.Context) (bool, error) {
	raw, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, "tcp", c.edge)
	if err != nil {
		return false, &dialError{"Unable to establish connection with Cloudflare edge", fmt.Errorf("DialContext error: %w", err)}
	}
	defer raw.Close()
	secure := tls.Client(raw, &tls.Config{ServerName: wire.ServerNameHTTP2, RootCAs: c.roots, MinVersion: tls.VersionTLS12})
	hctx, cancel := context.WithTimeout(ctx, dialTimeout)
	err = secure.HandshakeContext(hctx)
	cancel()
	if err != nil {
		return false, &dialError{"Unable to establish connection with Cloudflare edge", fmt.Errorf("TLS handshake with edge error: %w", err)}
	}
	h2 := &http2.Server{MaxConcurrentStreams: math.MaxUint32}
	c.server = &http.Server{}
	if err := http2.ConfigureServer(c.server, h2); err != nil {
		return false, fmt.Errorf("edge connection: %w", err)
	}
	c.end = func() { _ = raw.Close() }
	giveUp := context.AfterFunc(ctx, c.giveUp)
	defer giveUp()
	live, stop := context.WithCancel(context.WithoutCancel(ctx)) // requests outlive ctx by the grace period
	defer stop()
	h2.ServeConn(secure, &http2.ServeConnOpts{
		Context: live, BaseConfig: c.server,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.dispatch(ctx, w, r) }),
	})
	stop()
	c.join()
	if c.failure == nil && ctx.Err() == nil {
		return c.registered.Load(), errors.New("connection with edge closed")
	}
	return c.registered.Load(), c.failure
}

// giveUp ends a connection that is asked to leave before the edge has said anything on it.
func (c *conn) giveUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.controlled {
		c.end()
	}
}

// enter counts a handler; false means that the connection is over, or that a second control stream was opened.
func (c *conn) enter(control bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || control && c.controlled {
		return false
	}
	c.controlled = c.controlled || control
	c.handlers.Add(1)
	return true
}

// join waits for the handlers of an ended connection.
func (c *conn) join() {
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	c.handlers.Wait()
}

// dispatch sorts the edge's requests.
func (c *conn) dispatch(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	kind := r.Header.Get(wire.HeaderUpgrade)
	if !c.enter(kind == wire.UpgradeControlStream) {
		panic(http.ErrAbortHandler)
	}
	defer c.handlers.Done()
	switch kind {
	case wire.UpgradeControlStream:
		c.controlStream(ctx, w, r)
	case wire.UpgradeConfiguration:
		c.configure(w, r)
	case wire.UpgradeWebSocket:
		c.proxy(w, r, true)
	default:
		c.proxy(w, r, false)
	}
}

// controlStream registers the connection and holds the stream until the connection ends or ctx asks to leave.
func (c *conn) controlStream(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	client := wire.Dial(r.Context(), &stream{r.Body, w, http.NewResponseController(w)})
	defer client.Close()
	rctx, cancel := context.WithTimeout(r.Context(), rpcTimeout)
	details, err := client.Register(rctx, c.registration())
	cancel()
	if err != nil {
		c.failure = registerError(err)
		c.leave(0)
		return
	}
	c.registered.Store(true)
	c.supervisor.up(c, details)
	defer c.supervisor.down(c)
	select {
	case <-client.Done():
	case <-r.Context().Done():
	case <-ctx.Done():
		uctx, cancel := context.WithTimeout(r.Context(), rpcTimeout)
		err := client.Unregister(uctx)
		cancel()
		if err != nil {
			c.log.error("Failed to unregister", field{"error", err}, field{"connIndex", c.index})
		}
		c.log.info("Unregistered tunnel connection", field{"connIndex", c.index}, field{"event", 0}, field{"ip", hostOnly(c.edge)})
		c.leave(c.grace)
		return
	}
	c.leave(0)
}

// leave ends the connection when the requests under way are done, at the latest after grace.
func (c *conn) leave(grace time.Duration) {
	if grace == 0 {
		c.end()
		return
	}
	_ = c.server.Shutdown(context.Background()) // says goodbye (GOAWAY) on the connection and returns at once
	c.supervisor.later(grace, c.end)
}

func (c *conn) registration() wire.Registration {
	return wire.Registration{
		AccountTag: c.token.AccountTag, Secret: c.token.Secret, TunnelID: c.token.TunnelID,
		ConnIndex: uint8(c.index), ConnectorID: c.connectorID, Features: features(), Version: c.version, Arch: arch(),
		OriginLocalIP: net.IPv4(127, 0, 0, 1).To4(), PreviousAttempts: uint8(min(c.attempts, math.MaxUint8)),
	}
}

// registerError gives a refused or failed registration the words of cloudflared's log.
func registerError(err error) error {
	var refusal *wire.Refusal
	if errors.As(err, &refusal) {
		return &dialError{"Register tunnel error from server side", refusal}
	}
	return &dialError{"Unable to establish connection with Cloudflare edge", err}
}

// dialError is a failure with the message that cloudflared logs it under.
type dialError struct {
	message string
	err     error
}

func (e *dialError) Error() string { return e.message + ": " + e.err.Error() }
func (e *dialError) Unwrap() error { return e.err }

// stream makes one stream of the two bodies of a request, as the server sees them.
type stream struct {
	io.ReadCloser
	w  io.Writer
	rc *http.ResponseController
}

func (s *stream) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	if err == nil {
		err = s.rc.Flush()
	}
	return n, err
}
