package edge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"example.test/wizard/sim/edge/wire"
)

var (
	errNoConnector = errors.New("no connector is connected")
	errSlowOrigin  = errors.New("the origin did not answer in time")
	errDeadOrigin  = errors.New("the connector could not reach the origin")
)

// tunnel carries the request through one of the tunnel's connections, or answers it from the cache.
func (v *visit) tunnel() {
	if isWebSocket(v.r) && !v.verdict.NoWebSocket && v.mood != MoodNoUpgrade {
		v.webSocket()
		return
	}
	v.cacheStatus = v.cacheable()
	if v.cacheStatus == "miss" && v.fromCache() {
		return
	}
	_ = http.NewResponseController(v.w).EnableFullDuplex() // an answer may begin before an upload ends; HTTP/2 can do that anyway
	out := v.toOrigin()
	if v.rewrites() {
		out.Header.Set("Accept-Encoding", "identity") // so that the page can be changed
	}
	resp, err := v.exchange(out)
	switch {
	case v.r.Context().Err() != nil:
		panic(http.ErrAbortHandler) // the visitor has left, or the edge closes: an empty 200 would be an answer
	case errors.Is(err, errSlowOrigin):
		v.refuse(524)
	case errors.Is(err, errNoConnector):
		v.refuse(1033)
	case err != nil:
		v.refuse(502)
	default:
		defer resp.Body.Close()
		v.relay(resp)
	}
}

// refuse answers with an error page, which never counts as cached.
func (v *visit) refuse(code int) {
	v.cacheStatus = "none"
	v.page(errorPage(code))
}

// exchange sends the request through a connection. One that breaks before the answer is replaced once, when the request has no body.
func (v *visit) exchange(out *http.Request) (*http.Response, error) {
	lastErr := errNoConnector
	for range 2 {
		c := v.edge.live.pick(v.route.TunnelID)
		if c == nil {
			return nil, lastErr
		}
		resp, err := v.edge.roundTrip(c, out)
		if err == nil || c.h2.CanTakeNewRequest() || out.Context().Err() != nil || out.Body != http.NoBody {
			return resp, err
		}
		lastErr = err
	}
	return nil, lastErr
}

// roundTrip sends a request and unpacks the head of its answer.
func (e *Edge) roundTrip(c *tunnelConn, out *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(out.Context())
	timer := time.AfterFunc(e.cfg.OriginTimeout, func() { cancel(errSlowOrigin) })
	resp, err := c.h2.RoundTrip(out.WithContext(ctx))
	if !timer.Stop() && err == nil {
		_ = resp.Body.Close()
		err = errSlowOrigin
	}
	if err != nil {
		cause := context.Cause(ctx)
		cancel(nil)
		if errors.Is(cause, errSlowOrigin) {
			err = errSlowOrigin
		}
		return nil, fmt.Errorf("tunnel: %w", err)
	}
	resp.Body = &onClose{resp.Body, func() { cancel(nil) }}
	packed := resp.Header
	if resp.Header, err = wire.UnpackHeaders(packed.Get(wire.HeaderResponseHeaders)); err != nil {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("tunnel: %w", err)
	}
	if resp.StatusCode == http.StatusBadGateway && strings.Contains(packed.Get(wire.HeaderResponseMeta), `"cloudflared"`) {
		_ = resp.Body.Close()
		return nil, errDeadOrigin
	}
	if n := packed.Get("Content-Length"); n != "" {
		resp.Header.Set("Content-Length", n)
	}
	return resp, nil
}

// toOrigin is the visitor's request as the origin shall see it.
func (v *visit) toOrigin() *http.Request {
	out := v.r.Clone(v.r.Context())
	out.RequestURI = ""
	out.Close = false // a visitor's "Connection: close" must not end the tunnel's connection
	out.URL.Scheme, out.URL.Host = "https", v.r.Host
	if out.ContentLength == 0 {
		out.Body = http.NoBody
	}
	h := out.Header
	removeHopByHop(h)
	h.Del("Expect")
	h.Set("Cf-Ray", v.visitor.Ray)
	h.Set("Cf-Connecting-Ip", v.visitor.IP)
	h.Set("Cf-Ipcountry", v.visitor.Country)
	h.Set("Cf-Visitor", `{"scheme":"https"}`)
	h.Set("Cdn-Loop", "cloudflare; loops=1")
	h.Set("X-Forwarded-Proto", "https")
	forwarded := append(h.Values("X-Forwarded-For"), v.visitor.IP)
	h.Set("X-Forwarded-For", strings.Join(forwarded, ", "))
	return out
}

// removeHopByHop drops the headers of one connection (RFC 9110 7.6.1).
func removeHopByHop(h http.Header) {
	for _, list := range h.Values("Connection") {
		for name := range strings.SplitSeq(list, ",") {
			h.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range []string{"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade"} {
		h.Del(name)
	}
}

// relay passes an answer on to the visitor.
func (v *visit) relay(resp *http.Response) {
	h := v.w.Header()
	removeHopByHop(resp.Header)
	for name, values := range resp.Header {
		h[name] = values
	}
	if v.rewrites() && isHTML(resp.Header) && v.r.Method != http.MethodHead {
		v.relayRewritten(resp)
		return
	}
	keep := v.storable(resp)
	v.begin(resp.StatusCode)
	var copied error
	if keep != nil {
		copied = v.copy(io.TeeReader(resp.Body, keep), flushes(resp.Header))
	} else {
		copied = v.copy(resp.Body, flushes(resp.Header))
	}
	if copied != nil {
		panic(http.ErrAbortHandler) // the visitor must see that the answer is not whole
	}
	if keep != nil {
		v.edge.cache.put(v.cacheKey(), keep)
	}
}

// copy streams with one small buffer, whatever the size.
func (v *visit) copy(body io.Reader, flush bool) error {
	buf := make([]byte, 32<<10)
	rc := http.NewResponseController(v.w)
	if flush { // whoever waits for a stream wants its head first
		if err := rc.Flush(); err != nil {
			return err
		}
	}
	for {
		n, err := body.Read(buf)
		if n > 0 {
			if _, werr := v.Write(buf[:n]); werr != nil {
				return werr
			}
			if flush {
				if ferr := rc.Flush(); ferr != nil {
					return ferr
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// flushes tells whether an answer must not be held back: a stream, or one whose length nobody knows.
func flushes(h http.Header) bool {
	n, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64)
	return err != nil || n == 0 || strings.HasPrefix(h.Get("Content-Type"), "text/event-stream")
}

// onClose runs a function when a body is closed.
type onClose struct {
	io.ReadCloser
	then func()
}

func (o *onClose) Close() error {
	err := o.ReadCloser.Close()
	o.then()
	return err
}
