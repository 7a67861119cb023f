package plex

import (
	"bufio"
	"crypto/sha1" // RFC 6455 asks for it
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// The frame types of RFC 6455, 5.2.
const (
	frameText  = 1
	frameClose = 8
	framePing  = 9
	framePong  = 10
)

const (
	closeProtocolError = 1002
	maxFrame           = 64 << 10
)

// webSocket is one listener to the server's notifications.
type webSocket struct {
	conn net.Conn
	read *bufio.Reader
	mu   sync.Mutex // one frame at a time is written
}

// GET /:/websockets/notifications
func (s *Server) openWebSocket(w http.ResponseWriter, r *http.Request) {
	key := r.Header.Get("Sec-WebSocket-Key")
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") || key == "" {
		answerError(w, http.StatusBadRequest)
		return
	}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		answerError(w, http.StatusInternalServerError)
		return
	}
	_ = conn.SetDeadline(time.Time{})
	socket := &webSocket{conn: conn, read: buffered.Reader}
	defer s.forget(socket)
	if _, err := io.WriteString(conn, strings.Join([]string{
		"HTTP/1.1 101 Switching Protocols",
		"Upgrade: websocket",
		"Connection: Upgrade",
		"X-Plex-Protocol: 1.0",
		"Sec-WebSocket-Accept: " + base64.StdEncoding.EncodeToString(sum[:]),
		"", "",
	}, "\r\n")); err != nil {
		return
	}
	if s.join(socket) {
		socket.serve()
	}
}

// join enters the listener unless the server is being shut.
func (s *Server) join(c *webSocket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shutting {
		return false
	}
	s.sockets[c] = struct{}{}
	return true
}

// serve reads until the client leaves or breaks the protocol.
func (c *webSocket) serve() {
	for {
		kind, payload, err := c.readFrame()
		if errors.Is(err, errUnmasked) {
			c.write(frameClose, binary.BigEndian.AppendUint16(nil, closeProtocolError))
			return
		}
		if err != nil {
			return
		}
		switch kind {
		case framePing:
			c.write(framePong, payload)
		case frameClose:
			c.write(frameClose, payload)
			return
		}
	}
}

// errUnmasked: Plex closes the connection when a client does not mask.
var errUnmasked = errors.New("unmasked frame")

func (c *webSocket) readFrame() (kind byte, payload []byte, err error) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(c.read, head); err != nil {
		return 0, nil, err
	}
	if head[1]&0x80 == 0 {
		return 0, nil, errUnmasked
	}
	length := uint64(head[1] & 0x7f)
	if more := map[uint64]int{126: 2, 127: 8}[length]; more > 0 {
		wide := make([]byte, 8)
		if _, err := io.ReadFull(c.read, wide[8-more:]); err != nil {
			return 0, nil, err
		}
		length = binary.BigEndian.Uint64(wide)
	}
	if length > maxFrame {
		return 0, nil, errors.New("frame too long")
	}
	body := make([]byte, 4+length)
	if _, err := io.ReadFull(c.read, body); err != nil {
		return 0, nil, err
	}
	mask, payload := body[:4], body[4:]
	for i := range payload {
		payload[i] ^= mask[i%4]
	}
	return head[0] & 0x0f, payload, nil
}

// write sends one frame; a client that does not read for 2 s is given up.
func (c *webSocket) write(kind byte, payload []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	frame := []byte{0x80 | kind}
	if len(payload) < 126 {
		frame = append(frame, byte(len(payload)))
	} else {
		frame = binary.BigEndian.AppendUint16(append(frame, 126), uint16(len(payload)))
	}
	_ = c.conn.SetWriteDeadline(time.Now().Add(2 * time.Second))
	if _, err := c.conn.Write(append(frame, payload...)); err != nil {
		_ = c.conn.Close()
	}
}

func (s *Server) forget(c *webSocket) {
	s.mu.Lock()
	delete(s.sockets, c)
	s.mu.Unlock()
	_ = c.conn.Close()
}

func (s *Server) closeWebSockets() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shutting = true
	for c := range s.sockets {
		_ = c.conn.Close()
	}
}

// notify tells every listener which preferences changed.
func (s *Server) notify(changed map[string]string) {
	s.mu.Lock()
	var settings []any
	for _, one := range s.prefs.known {
		if _, ok := changed[one.id]; ok {
			settings = append(settings, one.node(s.prefs.text(one.id)).jsonValue())
		}
	}
	var listeners []*webSocket
	for c := range s.sockets {
		listeners = append(listeners, c)
	}
	s.mu.Unlock()
	message, err := json.Marshal(map[string]any{"NotificationContainer": map[string]any{
		"type": "preference", "size": len(settings), "Setting": settings,
	}})
	if err != nil || len(message) > maxFrame {
		return
	}
	for _, c := range listeners {
		c.write(frameText, message)
	}
}
