package plex

import (
	"fmt"
	"net"
	"strings"
)

// responder answers discovery requests ("G'Day Mate") over UDP, in the form
// that python-plexapi's gdm.py reads. The real one also listens to multicast.
type responder struct {
	conn  net.PacketConn
	ended chan struct{}
}

// discovery is the server's answer; ok is false when it keeps silent.
func (s *Server) discovery() (text string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.prefs.on(prefGDM) {
		return "", false
	}
	port := s.port()
	return strings.Join([]string{
		"HTTP/1.0 200 OK",
		"Content-Type: plex/media-server",
		"Host: " + s.prefs.text(prefCertificate) + ".plex.direct",
		"Name: " + s.name(),
		fmt.Sprintf("Port: %d", port),
		"Resource-Identifier: " + s.id(),
		fmt.Sprintf("Updated-At: %d", s.cfg.Now().Unix()),
		"Version: " + s.cfg.Version,
		"", "",
	}, "\r\n"), true
}

func startResponder(addr string, text func() (string, bool)) (*responder, error) {
	conn, err := net.ListenPacket("udp", addr)
	if err != nil {
		return nil, fmt.Errorf("discovery of the pretend Plex: %w", err)
	}
	r := &responder{conn: conn, ended: make(chan struct{})}
	go func() {
		defer close(r.ended)
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			if !strings.HasPrefix(string(buffer[:n]), "M-SEARCH * HTTP/1.") {
				continue
			}
			if reply, ok := text(); ok {
				_, _ = conn.WriteTo([]byte(reply), from) // UDP: lost is lost
			}
		}
	}()
	return r, nil
}

func (r *responder) addr() string { return r.conn.LocalAddr().String() }

func (r *responder) close() error {
	err := r.conn.Close()
	<-r.ended
	return err
}
