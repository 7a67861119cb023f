package edge_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"net"
	"syscall"
	"testing"
	"time"

	"example.test/wizard/sim/edge"
)

const (
	brief = 150 * time.Millisecond // for what must not happen
	long  = 10 * time.Second       // for what must
)

func TestBlockTCP(t *testing.T) {
	w := newWorld()
	e := start(t, w)
	addrs := e.ConnectorAddrs()
	if len(addrs) != 2 || addrs[0] == addrs[1] {
		t.Fatalf("addresses %v", addrs)
	}
	handshake := func(addr, name string, patience time.Duration) error {
		d := &net.Dialer{Timeout: patience}
		conn, err := tls.DialWithDialer(d, "tcp", addr, &tls.Config{ServerName: name, RootCAs: roots(e)})
		if err != nil {
			return err
		}
		return conn.Close()
	}
	for _, addr := range addrs {
		for _, name := range []string{"h2.cftunnel.com", "probe.cftunnel.com"} {
			if err := handshake(addr, name, long); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	var silence net.Error
	for range 2 { // and back again
		if err := e.Block7844(edge.Refused, edge.Open); err != nil {
			t.Fatal(err)
		}
		if err := handshake(addrs[0], "h2.cftunnel.com", long); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("refused: %v", err)
		}
		if err := e.Block7844(edge.Silent, edge.Open); err != nil {
			t.Fatal(err)
		}
		if err := handshake(addrs[0], "h2.cftunnel.com", brief); !errors.As(err, &silence) || !silence.Timeout() {
			t.Errorf("silent: %v", err)
		}
		if err := e.Block7844(edge.Open, edge.Open); err != nil {
			t.Fatal(err)
		}
		if err := handshake(addrs[1], "h2.cftunnel.com", long); err != nil {
			t.Errorf("open again: %v", err)
		}
	}
}

// initial is a client's first QUIC packet, as far as a server must read it to negotiate the version.
func initial(version [4]byte, dst, src []byte, size int) []byte {
	p := append([]byte{0xc0}, version[:]...)
	p = append(append(p, byte(len(dst))), dst...)
	p = append(append(p, byte(len(src))), src...)
	return append(p, make([]byte, max(0, size-len(p)))...)
}

func TestUDP(t *testing.T) {
	e := start(t, newWorld())
	ask := func(packet []byte, patience time.Duration) []byte {
		t.Helper()
		conn, err := net.Dial("udp", e.UDPAddrs()[0])
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.Write(packet); err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		buf := make([]byte, 1500)
		n, err := conn.Read(buf)
		if err != nil {
			return nil
		}
		return buf[:n]
	}
	dst, src := []byte("12345678"), []byte("abc")
	reserved, v1 := [4]byte{0x1a, 0x2a, 0x3a, 0x4a}, [4]byte{0, 0, 0, 1}
	answer := ask(initial(reserved, dst, src, 1200), long)
	wantHead := append([]byte{0, 0, 0, 0, 3}, "abc\x0812345678"...)
	if len(answer) < 1+len(wantHead)+4 || answer[0]&0x80 == 0 || !bytes.Equal(answer[1:1+len(wantHead)], wantHead) {
		t.Fatalf("answer %x", answer)
	}
	if versions := answer[1+len(wantHead):]; len(versions)%4 != 0 || !bytes.Contains(versions, v1[:]) || bytes.Contains(versions, reserved[:]) {
		t.Errorf("versions %x", versions)
	}
	if answer := ask(initial(v1, dst, src, 1200), long); len(answer) != 1+len(wantHead)+4 || bytes.HasSuffix(answer, v1[:]) {
		t.Errorf("a client of version 1 must be told that it is not spoken: %x", answer)
	}
	for name, packet := range map[string][]byte{
		"small": initial(v1, dst, src, 100), "short header": make([]byte, 1200), "version negotiation": initial([4]byte{}, dst, src, 1200),
		"long id": initial(v1, make([]byte, 21), src, 1200), "empty": {},
	} {
		if answer := ask(packet, brief); answer != nil {
			t.Errorf("%s: answered with %x", name, answer)
		}
	}
	for _, mode := range []edge.Reach{edge.Silent, edge.Refused} {
		if err := e.Block7844(edge.Open, mode); err != nil {
			t.Fatal(err)
		}
		if answer := ask(initial(v1, dst, src, 1200), brief); answer != nil {
			t.Errorf("%s: answered with %x", mode, answer)
		}
	}
	if err := e.Block7844(edge.Open, edge.Open); err != nil {
		t.Fatal(err)
	}
	if answer := ask(initial(v1, dst, src, 1200), long); answer == nil {
		t.Error("open again, but silent")
	}
}
