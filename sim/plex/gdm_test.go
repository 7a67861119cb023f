package plex_test

import (
	"bufio"
	"net"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"example.test/wizard/sim/plex"
)

func (w *world) discover(question string, patience time.Duration) (textproto.MIMEHeader, string, bool) {
	w.t.Helper()
	c, err := net.Dial("udp", w.server.GDMAddr())
	if err != nil {
		w.t.Fatal(err)
	}
	defer c.Close()
	must(w.t, c.SetDeadline(time.Now().Add(patience)))
	if _, err := c.Write([]byte(question)); err != nil {
		return nil, "", false
	}
	buffer := make([]byte, 1500)
	n, err := c.Read(buffer)
	if err != nil {
		return nil, "", false
	}
	read := textproto.NewReader(bufio.NewReader(strings.NewReader(string(buffer[:n]))))
	first, err := read.ReadLine()
	must(w.t, err)
	h, err := read.ReadMIMEHeader()
	must(w.t, err)
	return h, first, true
}

func TestDiscovery(t *testing.T) {
	w := newWorld(t, func(c *plex.ServerConfig) { c.GDMAddr = "127.0.0.1:0" })
	const (
		search = "M-SEARCH * HTTP/1.0\r\n\r\n"
		long   = 10 * time.Second       // for an answer that must come
		short  = 100 * time.Millisecond // for one that must not
	)
	h, first, ok := w.discover(search, long)
	if !ok || first != "HTTP/1.0 200 OK" {
		t.Fatalf("%q %v", first, ok)
	}
	_, port, _ := net.SplitHostPort(w.server.Addr())
	for name, want := range map[string]string{
		"Content-Type": "plex/media-server", "Name": "Attic", "Port": port,
		"Resource-Identifier": w.server.MachineIdentifier(), "Host": w.server.Preference("CertificateUUID") + ".plex.direct",
	} {
		if h.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, h.Get(name), want)
		}
	}
	if _, _, ok := w.discover("GET / HTTP/1.0\r\n\r\n", short); ok {
		t.Error("answered something else")
	}
	must(t, w.server.SetPreferences(map[string]string{"GdmEnabled": "0"}))
	if _, _, ok := w.discover(search, short); ok {
		t.Error("answered although discovery is off")
	}
	must(t, w.server.SetPreferences(map[string]string{"GdmEnabled": "1"}))
	at := w.server.GDMAddr()
	must(t, w.server.Stop())
	if _, _, ok := w.discover(search, short); ok {
		t.Error("a stopped server answered")
	}
	must(t, w.server.Start())
	if _, _, ok := w.discover(search, long); !ok || w.server.GDMAddr() != at {
		t.Error("no answer after a start, or another port")
	}
}
