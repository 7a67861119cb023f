package edge

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"

	"example.test/wizard/sim/edge/wire"
)

// isWebSocket tells whether a visitor asks for an upgrade, which HTTP/2 has not.
func isWebSocket(r *http.Request) bool {
	return r.ProtoMajor == 1 && strings.EqualFold(r.Header.Get("Upgrade"), "websocket") &&
		strings.Contains(strings.ToLower(r.Header.Get("Connection")), "upgrade")
}

// webSocket carries an upgraded connection: on the tunnel it is a request and an answer that do not end. The origin's 101 comes back as a 200.
func (v *visit) webSocket() {
	out := v.toOrigin()
	out.Header.Set(wire.HeaderUpgrade, wire.UpgradeWebSocket)
	pr, pw := io.Pipe()
	defer pw.Close()
	out.Body, out.ContentLength = pr, -1
	v.cacheStatus = "dynamic"
	resp, err := v.exchange(out)
	switch {
	case errors.Is(err, errNoConnector):
		v.refuse(1033)
		return
	case errors.Is(err, errSlowOrigin):
		v.refuse(524)
		return
	case err != nil:
		v.refuse(502)
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Sec-Websocket-Accept") == "" {
		v.relay(resp) // the origin declined
		return
	}
	conn, buffered, err := http.NewResponseController(v.w).Hijack()
	if err != nil {
		v.refuse(502)
		return
	}
	defer conn.Close()
	if !v.edge.holdHijacked(conn) {
		return
	}
	defer v.edge.releaseHijacked(conn)
	v.pump(conn, buffered, pw, resp)
}

// pump writes the 101 and then carries bytes both ways until one side ends.
func (v *visit) pump(conn net.Conn, buffered io.Reader, pw *io.PipeWriter, resp *http.Response) {
	h := resp.Header
	removeHopByHop(h)
	h.Del("Content-Length")
	h.Set("Connection", "Upgrade")
	h.Set("Upgrade", "websocket")
	h.Set("Server", "cloudflare")
	h.Set("Cf-Ray", v.visitor.Ray)
	h.Set("Cf-Cache-Status", strings.ToUpper(v.cacheStatus))
	v.status = http.StatusSwitchingProtocols
	var head strings.Builder
	head.WriteString("HTTP/1.1 101 Switching Protocols\r\n")
	_ = h.Write(&head) // a Builder does not fail
	head.WriteString("\r\n")
	if _, err := io.WriteString(conn, head.String()); err != nil {
		return
	}
	up := make(chan struct{})
	go func() {
		defer close(up)
		_, _ = io.Copy(pw, buffered)
		_ = pw.Close()
	}()
	n, _ := io.Copy(conn, resp.Body)
	v.bytes += n
	_ = conn.Close() // ends the other direction too
	_ = resp.Body.Close()
	<-up
}

// holdHijacked remembers a connection that the HTTP server has let go of, so that Close can end it.
func (e *Edge) holdHijacked(c net.Conn) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		e.hijacked[c] = struct{}{}
	}
	return !e.closed
}

func (e *Edge) releaseHijacked(c net.Conn) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.hijacked, c)
}
