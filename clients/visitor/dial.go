package visitor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"
)

// A layerError says at which layer an attempt broke.
type layerError struct {
	layer string // "dns", "connect", "tls"
	err   error
}

func (e *layerError) Error() string { return e.err.Error() }
func (e *layerError) Unwrap() error { return e.err }

// A progress is the layer that an attempt is at. A request whose time runs out
// learns nothing else from the connection that is being made for it.
type progress struct{ at atomic.Pointer[string] }

type progressKey struct{}

// watch returns a context whose connections tell how far they are.
func watch(ctx context.Context) (context.Context, *progress) {
	p := &progress{}
	return context.WithValue(ctx, progressKey{}, p), p
}

func reached(ctx context.Context, layer string) {
	if p, ok := ctx.Value(progressKey{}).(*progress); ok {
		p.at.Store(&layer)
	}
}

// layerOf is the layer that err broke at; an attempt that got past ours, or
// used a connection that was there, broke in HTTP.
func layerOf(err error, p *progress) string {
	if e, ok := errors.AsType[*layerError](err); ok {
		return e.layer
	}
	if at := p.at.Load(); at != nil {
		return *at
	}
	return "http"
}

func lookupHere(ctx context.Context, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// dial connects to host, at the addresses that it resolves to, one after the
// other: a family that this computer has no route for fails at once.
func (v *Visitor) dial(ctx context.Context, host string) (net.Conn, error) {
	to := []string{v.connect}
	if v.connect == "" {
		reached(ctx, "dns")
		addrs, err := v.lookup(ctx, host)
		if err == nil && len(addrs) == 0 {
			err = fmt.Errorf("%s has no address", host)
		}
		if err != nil {
			return nil, &layerError{"dns", err}
		}
		to = to[:0]
		for _, a := range addrs {
			to = append(to, netip.AddrPortFrom(a, 443).String())
		}
	}
	reached(ctx, "connect")
	d := net.Dialer{Timeout: 4 * time.Second}
	var failed []string
	for _, address := range to {
		conn, err := d.DialContext(ctx, "tcp", address)
		if err == nil {
			return conn, nil
		}
		failed = append(failed, err.Error())
	}
	return nil, &layerError{"connect", errors.New(strings.Join(failed, "; "))}
}

// handshake makes conn secure. It owns conn.
func handshake(ctx context.Context, conn net.Conn, cfg *tls.Config) (*tls.Conn, error) {
	reached(ctx, "tls")
	secure := tls.Client(conn, cfg)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, &layerError{"tls", err}
	}
	reached(ctx, "http")
	return secure, nil
}

// dialTLS is for [net/http.Transport].
func (v *Visitor) dialTLS(ctx context.Context, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, &layerError{"dns", err}
	}
	conn, err := v.dial(ctx, host)
	if err != nil {
		return nil, err
	}
	return handshake(ctx, conn, &tls.Config{
		ServerName: host, RootCAs: v.roots, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
	})
}
