package visitor

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"net/http"
	"time"

	"example.test/wizard/steps"
)

const pathSocket = "/:/websockets/notifications"

// webSocket asks for an upgrade and returns the status: 101 when it was made. A
// 401 proves nothing: Plex says so to a request without a token, whether or not
// the wish for an upgrade reached it. 0 means that there was no answer.
// HTTP/1.1, as most apps do it.
func (v *Visitor) webSocket(ctx context.Context, host string, key steps.Secret) int {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	plain, err := v.dial(ctx, host)
	if err != nil {
		return 0
	}
	conn, err := handshake(ctx, plain, &tls.Config{
		ServerName: host, RootCAs: v.roots, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
	})
	if err != nil {
		return 0
	}
	defer func() { _ = conn.Close() }() // nobody waits for a farewell
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+host+pathSocket, nil)
	if err != nil {
		return 0
	}
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce) // never fails
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "websocket")
	r.Header.Set("Sec-WebSocket-Version", "13")
	r.Header.Set("Sec-WebSocket-Key", base64.StdEncoding.EncodeToString(nonce))
	if !key.IsZero() {
		r.Header.Set("X-Plex-Token", key.Reveal())
	}
	if err := r.Write(conn); err != nil {
		return 0
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), r)
	if err != nil {
		return 0
	}
	_ = resp.Body.Close() // the connection is closed anyway
	return resp.StatusCode
}
