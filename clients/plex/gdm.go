package plex

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/netip"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"
)

// gdmLimit is how long answers to Plex's own discovery are waited for. Servers
// answer at once; packets from other computers are hints only.
const gdmLimit = 700 * time.Millisecond

// A heard is a server that answered to discovery.
type heard struct {
	at   string // host:port of its API
	name string
	here bool // on this computer
}

// listen asks for servers by GDM: an M-SEARCH over UDP to port 32414, answered
// with "HTTP/1.0 200 OK" and headers Name, Port and Resource-Identifier
// (python-plexapi, gdm.py). It is off when the preference GdmEnabled is 0. Any
// failure means that nothing was heard.
func (c *Client) listen(ctx context.Context) []heard {
	conn, err := net.ListenUDP("udp4", nil)
	if err != nil {
		return nil
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetReadDeadline(time.Now().Add(gdmLimit))
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	sent := 0
	for _, to := range c.gdm {
		at, err := netip.ParseAddrPort(to)
		if err != nil {
			continue
		}
		if _, err := conn.WriteToUDPAddrPort([]byte("M-SEARCH * HTTP/1.0\r\n\r\n"), at); err == nil {
			sent++
		}
	}
	var out []heard
	own := c.own()
	buf := make([]byte, 4096)
	for sent > 0 {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) || isTimeout(err) {
			break
		}
		if err != nil {
			continue // Windows reports an unreachable port of an earlier packet here
		}
		h, ok := parseHeard(string(buf[:n]), from.Addr().Unmap())
		if !ok || permitted(from.Addr(), own) != nil {
			continue
		}
		h.here = from.Addr().IsLoopback() || slices.Contains(own, from.Addr().Unmap())
		if !slices.ContainsFunc(out, func(o heard) bool { return o.at == h.at }) {
			out = append(out, h)
		}
	}
	return out
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}

// parseHeard reads one answer. The name comes from anybody on the network: it
// is shortened and stripped of control characters.
func parseHeard(packet string, from netip.Addr) (heard, bool) {
	status, rest, _ := strings.Cut(packet, "\n")
	if !strings.HasPrefix(status, "HTTP/1.") || !strings.Contains(status, " 200 ") {
		return heard{}, false
	}
	head, err := textproto.NewReader(bufio.NewReader(strings.NewReader(rest + "\r\n\r\n"))).ReadMIMEHeader()
	if err != nil || head.Get("Content-Type") != "plex/media-server" {
		return heard{}, false
	}
	port, err := strconv.ParseUint(head.Get("Port"), 10, 16)
	if err != nil || port == 0 {
		return heard{}, false
	}
	name := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, head.Get("Name"))
	if len(name) > 60 {
		name = strings.ToValidUTF8(name[:60], "")
	}
	return heard{at: netip.AddrPortFrom(from, uint16(port)).String(), name: name}, true
}
