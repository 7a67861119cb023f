package connector

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"time"
)

// reservedVersion is one of those that no server speaks (RFC 9000, 15), so that
// every QUIC server names the ones that it does, without any state.
const reservedVersion = 0x1a2a3a4a

var errNotQUIC = errors.New("what answers does not speak QUIC")

// initial makes a datagram with the shape of a client's first one: a long
// header and at least 1200 bytes, or a server would drop it (RFC 9000, 14.1).
func initial() (packet, source []byte) {
	ids := make([]byte, 16)
	_, _ = rand.Read(ids) // never fails
	packet = binary.BigEndian.AppendUint32([]byte{0xc3}, reservedVersion)
	packet = append(append(packet, 8), ids[:8]...)
	packet = append(append(packet, 8), ids[8:]...)
	return append(packet, make([]byte, 1200-len(packet))...), ids[8:]
}

// isVersionNegotiation reports whether a datagram is the answer to a packet
// from the given source: it must be sent back to that (RFC 9000, 17.2.1).
func isVersionNegotiation(b, source []byte) bool {
	if len(b) < 6+len(source) || b[0]&0x80 == 0 || binary.BigEndian.Uint32(b[1:5]) != 0 {
		return false
	}
	return int(b[5]) == len(source) && string(b[6:6+len(source)]) == string(source)
}

// probeUDP asks for a Version Negotiation packet. It sends three times, because
// datagrams may get lost.
func (h *Host) probeUDP(ctx context.Context, addr string) error {
	conn, err := h.cfg.Dial(ctx, "udp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	packet, source := initial()
	buf := make([]byte, 2048)
	for range 3 {
		if _, err := conn.Write(packet); err != nil {
			return err
		}
		if err := conn.SetReadDeadline(time.Now().Add(h.cfg.Probe / 3)); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		n, readErr := conn.Read(buf)
		switch {
		case readErr == nil && isVersionNegotiation(buf[:n], source):
			return nil
		case readErr == nil:
			err = errNotQUIC
		default:
			err = readErr
		}
		if !timedOut(err) {
			return err
		}
	}
	return err
}
