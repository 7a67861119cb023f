package connector

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"example.test/wizard/sim/edge/wire"
)

// configLimit bounds a pushed configuration.
const configLimit = 4 << 20

// unreachable is cloudflared's sentence when an origin cannot be asked.
const unreachable = "Unable to reach the origin service. The service may be down or it may not be responding to traffic from cloudflared: "

// transport makes the way to a rule's origin. Go asks for gzip by itself when the visitor did not, as in cloudflared.
func (r route) transport() *http.Transport {
	if r.origin == nil {
		return nil
	}
	dialer := &net.Dialer{Timeout: r.settings.connectTimeout, KeepAlive: 30 * time.Second}
	return &http.Transport{
		DialContext:         dialer.DialContext,
		TLSHandshakeTimeout: 10 * time.Second,
		IdleConnTimeout:     90 * time.Second,
		MaxIdleConnsPerHost: 100,
		TLSClientConfig:     &tls.Config{InsecureSkipVerify: r.settings.noTLSVerify, ServerName: r.settings.serverName}, //nolint:gosec // the rule's own choice
	}
}

// configure answers a configuration push.
func (c *conn) configure(w http.ResponseWriter, r *http.Request) {
	var u wire.Update
	if err := json.NewDecoder(io.LimitReader(r.Body, configLimit)).Decode(&u); err != nil {
		c.log.error("Failed to decode configuration", field{"error", err})
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	reply := c.orchestrator.update(u)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(reply)
}

// proxy carries one visitor's request to its origin.
func (c *conn) proxy(w http.ResponseWriter, r *http.Request, webSocket bool) {
	index, s := c.orchestrator.find(hostOnly(r.Host), r.URL.Path)
	if s.status != 0 {
		c.respond(w, s.status, http.Header{}, wire.MetaOrigin)
		return
	}
	out := c.toOrigin(r, s, webSocket)
	resp, err := s.transport.RoundTrip(out)
	if err != nil {
		if r.Context().Err() == nil {
			c.log.error("", field{"error", unreachable + err.Error()}, field{"connIndex", c.index}, field{"event", 1},
				field{"ingressRule", index}, field{"originService", s.service})
		}
		c.counters.fail()
		c.respond(w, http.StatusBadGateway, nil, wire.MetaCloudflared)
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusSwitchingProtocols {
		c.respond(w, http.StatusOK, resp.Header, wire.MetaOrigin) // HTTP/2 has no 101
		pump(w, r, resp)
		return
	}
	c.respond(w, resp.StatusCode, resp.Header, wire.MetaOrigin)
	if err := copyFlushing(w, resp.Body, flushes(resp)); err != nil && r.Context().Err() == nil {
		c.log.error("", field{"error", fmt.Sprintf("copying the origin's answer: %v", err)}, field{"connIndex", c.index})
		panic(http.ErrAbortHandler) // resets the stream: the edge must not take the answer for whole
	}
}

func (c *conn) toOrigin(r *http.Request, s service, webSocket bool) *http.Request {
	out := r.Clone(r.Context())
	out.RequestURI = ""
	out.URL.Scheme, out.URL.Host = s.origin.Scheme, s.origin.Host
	out.Header.Del(wire.HeaderUpgrade)
	out.Header.Set("Cf-Warp-Tag-Id", c.connectorID.String())
	if s.settings.hostHeader != "" {
		out.Header.Set("X-Forwarded-Host", out.Host)
		out.Host = s.settings.hostHeader
	}
	if out.ContentLength == 0 {
		out.Body = http.NoBody
	}
	if webSocket {
		out.Header.Set("Connection", "Upgrade")
		out.Header.Set("Upgrade", "websocket")
		out.Header.Set("Sec-Websocket-Version", "13")
		out.Body, out.ContentLength = http.NoBody, 0 // the stream belongs to the socket, not to the request
	}
	return out
}

// respond writes the head of an answer: the origin's headers travel packed in one.
func (c *conn) respond(w http.ResponseWriter, status int, origin http.Header, meta string) {
	h := w.Header()
	if origin != nil {
		h.Set(wire.HeaderResponseHeaders, wire.PackHeaders(origin))
		if n := origin.Get("Content-Length"); n != "" {
			h.Set("Content-Length", n)
		}
	}
	h.Set(wire.HeaderResponseMeta, meta)
	c.counters.respond(status)
	w.WriteHeader(status)
}

// pump carries an upgraded connection's bytes both ways until one side ends.
func pump(w http.ResponseWriter, r *http.Request, resp *http.Response) {
	rwc, ok := resp.Body.(io.ReadWriteCloser)
	if !ok {
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	stop := context.AfterFunc(ctx, func() { rwc.Close() })
	defer stop()
	up := make(chan struct{})
	go func() {
		defer close(up)
		_, _ = io.Copy(rwc, r.Body)
		cancel()
	}()
	_ = copyFlushing(w, rwc, true)
	_ = r.Body.Close()
	<-up
}

func copyFlushing(w http.ResponseWriter, body io.Reader, flush bool) error {
	buf := make([]byte, 32<<10)
	rc := http.NewResponseController(w)
	if flush { // whoever waits for a stream wants its head first
		if err := rc.Flush(); err != nil {
			return err
		}
	}
	for {
		n, err := body.Read(buf)
		if n > 0 {
			if _, werr := w.Write(buf[:n]); werr != nil {
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

// flushes tells whether an answer must not be held back: an event stream, or one of unknown length.
func flushes(resp *http.Response) bool {
	return resp.ContentLength <= 0 || strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream")
}

func hostOnly(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return hostport
}
