package edge

import "encoding/binary"

const (
	quicVersion1   = 1
	quicLongHeader = 0x80
	quicMinInitial = 1200 // RFC 9000 14.1: a server drops smaller first packets
	quicMaxID      = 20   // RFC 9000 17.2
)

// versionNegotiation answers a client's first QUIC packet (RFC 9000 17.2.1), or returns nil when a server would stay silent. grease is random.
//
// A client that offers version 1 is offered only a reserved version: this edge does not speak QUIC, and the client shall fall back at once instead of
// waiting for a handshake. A probe with a reserved version gets version 1 named, as from the real edge.
func versionNegotiation(packet []byte, grease byte) []byte {
	if len(packet) < quicMinInitial || packet[0]&quicLongHeader == 0 {
		return nil
	}
	version := binary.BigEndian.Uint32(packet[1:5])
	if version == 0 {
		return nil // itself a Version Negotiation packet
	}
	dst, rest, ok := connectionID(packet[5:])
	if !ok {
		return nil
	}
	src, _, ok := connectionID(rest)
	if !ok {
		return nil
	}
	reserved := [4]byte{grease&0xf0 | 0x0a, 0x1a, 0x2a, 0x3a} // RFC 9000 15: every byte ends in a
	if binary.BigEndian.Uint32(reserved[:]) == version {
		reserved[0] ^= 0x10
	}
	out := []byte{quicLongHeader | grease, 0, 0, 0, 0}
	out = append(append(out, byte(len(src))), src...)
	out = append(append(out, byte(len(dst))), dst...)
	if version != quicVersion1 {
		out = binary.BigEndian.AppendUint32(out, quicVersion1)
	}
	return append(out, reserved[:]...)
}

func connectionID(b []byte) (id, rest []byte, ok bool) {
	if len(b) == 0 || int(b[0]) > quicMaxID || len(b) < 1+int(b[0]) {
		return nil, nil, false
	}
	n := 1 + int(b[0])
	return b[1:n], b[n:], true
}
