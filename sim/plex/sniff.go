package plex

import (
	"crypto/tls"
	"net"
	"sync"
	"time"
)

// recordHandshake is the first byte of every TLS connection (RFC 8446, 5.1).
const recordHandshake = 0x16

// sniffer hands out TLS and plain connections that arrive at the same port,
// told apart by their first byte, as Plex Media Server does on 32400.
type sniffer struct {
	net.Listener
	config *tls.Config
	noTLS  func() bool // whether TLS is refused just now

	sorted chan net.Conn
	done   chan struct{}
	once   sync.Once
	work   sync.WaitGroup

	mu     sync.Mutex
	closed bool
	silent map[net.Conn]struct{} // connected, no byte yet
}

func newSniffer(l net.Listener, config *tls.Config, noTLS func() bool) *sniffer {
	s := &sniffer{
		Listener: l, config: config, noTLS: noTLS,
		sorted: make(chan net.Conn), done: make(chan struct{}), silent: map[net.Conn]struct{}{},
	}
	s.work.Go(s.acceptAll)
	return s
}

// Accept implements net.Listener.
func (s *sniffer) Accept() (net.Conn, error) {
	select {
	case c := <-s.sorted:
		return c, nil
	case <-s.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener; connections that have said nothing yet are
// closed too.
func (s *sniffer) Close() error {
	err := s.Listener.Close()
	s.once.Do(func() { close(s.done) })
	s.mu.Lock()
	s.closed = true
	for c := range s.silent {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.work.Wait()
	return err
}

func (s *sniffer) acceptAll() {
	for {
		c, err := s.Listener.Accept()
		if err != nil {
			s.once.Do(func() { close(s.done) })
			return
		}
		if s.hold(c) {
			s.work.Go(func() { s.sort(c) })
		}
	}
}

func (s *sniffer) hold(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = c.Close()
		return false
	}
	s.silent[c] = struct{}{}
	return true
}

func (s *sniffer) sort(c net.Conn) {
	first := make([]byte, 1)
	_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
	_, err := c.Read(first)
	_ = c.SetReadDeadline(time.Time{})
	s.mu.Lock()
	delete(s.silent, c)
	s.mu.Unlock()

	secure := first[0] == recordHandshake
	if err != nil || secure && s.noTLS() {
		_ = c.Close()
		return
	}
	var sorted net.Conn = &peeked{Conn: c, first: first}
	if secure {
		sorted = tls.Server(sorted, s.config)
	}
	select {
	case s.sorted <- sorted:
	case <-s.done:
		_ = c.Close()
	}
}

// peeked gives back the byte that was read to tell the protocol.
type peeked struct {
	net.Conn
	first []byte
}

func (p *peeked) Read(b []byte) (int, error) {
	if len(p.first) > 0 && len(b) > 0 {
		n := copy(b, p.first)
		p.first = p.first[n:]
		return n, nil
	}
	return p.Conn.Read(b)
}
