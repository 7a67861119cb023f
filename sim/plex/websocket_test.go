package plex_test

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"golang.org/x/net/websocket"
)

// listen opens the notifications over TLS, as an app does.
func (w *world) listen(path string) *websocket.Conn {
	w.t.Helper()
	config, err := websocket.NewConfig("wss://"+w.server.Addr()+path, "https://app.plex.tv")
	if err != nil {
		w.t.Fatal(err)
	}
	config.TlsConfig = &tls.Config{InsecureSkipVerify: true}
	config.Header.Set("X-Plex-Token", w.server.Token())
	c, err := websocket.DialConfig(config)
	if err != nil {
		w.t.Fatalf("%s: %v", path, err)
	}
	w.t.Cleanup(func() { _ = c.Close() }) // may be closed by the server already
	must(w.t, c.SetDeadline(time.Now().Add(10*time.Second)))
	return c
}

// shake does the handshake by hand, for frames that no library would send.
func (w *world) shake() (net.Conn, *bufio.Reader) {
	w.t.Helper()
	c, err := net.Dial("tcp", w.server.Addr())
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = c.Close() })
	must(w.t, c.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = io.WriteString(c, "GET /:/websockets/notifications HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Plex-Token: "+w.server.Token()+"\r\n\r\n")
	must(w.t, err)
	read := bufio.NewReader(c)
	res, err := http.ReadResponse(read, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	// The key and its answer are the example of RFC 6455, 1.3.
	if res.StatusCode != 101 || res.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		w.t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	return c, read
}

func TestNotificationsTellOfChangedPreferences(t *testing.T) {
	w := newWorld(t, nil)
	for _, path := range []string{"/:/websockets/notifications", "/:/websocket/notifications"} {
		listener := w.listen(path)
		// A listener joins just after it has got its 101, so change until one change is told.
		heard := make(chan []byte, 1)
		go func() {
			var message []byte
			if websocket.Message.Receive(listener, &message) == nil {
				heard <- message
			}
			close(heard)
		}()
		var message []byte
		for value := false; message == nil; value = !value {
			must(t, w.server.SetPreferences(map[string]string{"customConnections": "https://" + host + ":443/" + itoa(len(path)), "EnableIPv6": map[bool]string{true: "1", false: "0"}[value]}))
			select {
			case message = <-heard:
			case <-time.After(5 * time.Millisecond):
			}
			if t.Context().Err() != nil {
				t.Fatal("nothing heard")
			}
		}
		var got struct {
			NotificationContainer struct {
				Type    string
				Setting []struct{ ID string }
			}
		}
		if err := json.Unmarshal(message, &got); err != nil || got.NotificationContainer.Type != "preference" || len(got.NotificationContainer.Setting) == 0 {
			t.Errorf("%v: %s", err, message)
		}
	}
}

func TestPingIsAnswered(t *testing.T) {
	w := newWorld(t, nil)
	c, read := w.shake()
	_, err := c.Write([]byte{0x89, 0x82, 1, 2, 3, 4, 'h' ^ 1, 'i' ^ 2})
	must(t, err)
	frame := make([]byte, 4)
	if _, err := io.ReadFull(read, frame); err != nil || string(frame) != "\x8a\x02hi" {
		t.Errorf("%x %v", frame, err)
	}
}

func TestUnmaskedFrameClosesTheConnection(t *testing.T) {
	w := newWorld(t, nil)
	c, read := w.shake()
	_, err := c.Write([]byte{0x81, 0x02, 'h', 'i'})
	must(t, err)
	rest, err := io.ReadAll(read)
	if err != nil && !errors.Is(err, net.ErrClosed) || string(rest) != "\x88\x02\x03\xea" { // close, 1002
		t.Errorf("%x %v", rest, err)
	}
}

func TestCloseIsAnswered(t *testing.T) {
	w := newWorld(t, nil)
	c, read := w.shake()
	_, err := c.Write([]byte{0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8})
	must(t, err)
	rest, err := io.ReadAll(read)
	if err != nil || string(rest) != "\x88\x02\x03\xe8" {
		t.Errorf("%x %v", rest, err)
	}
}

func TestHugeFrameIsRefused(t *testing.T) {
	w := newWorld(t, nil)
	c, read := w.shake()
	_, err := c.Write([]byte{0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0})
	must(t, err)
	if rest, _ := io.ReadAll(read); len(rest) != 0 { // closed, perhaps by a reset
		t.Errorf("%x", rest)
	}
}

func TestStopEndsNotifications(t *testing.T) {
	w := newWorld(t, nil)
	_, read := w.shake()
	must(t, w.server.Stop())
	if _, err := read.ReadByte(); err == nil {
		t.Error("the listener outlived the server")
	}
}
