package edge

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// rayColo is the data centre in a ray id.
const rayColo = "LHR"

// errNoCertificate fails a handshake, as the real edge does for names that it has no certificate for.
var errNoCertificate = errors.New("no certificate for this name")

// openPublic starts the visitors' side.
func (e *Edge) openPublic() error {
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("edge: %w", err)
	}
	e.public = ln
	e.visitors = &http.Server{
		Handler:           http.HandlerFunc(e.visit),
		TLSConfig:         &tls.Config{MinVersion: lowestTLS, GetConfigForClient: e.greet},
		ReadHeaderTimeout: 30 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return e.ctx },
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // failed handshakes are part of the play
	}
	e.wg.Go(func() { _ = e.visitors.ServeTLS(ln, "", "") })
	return nil
}

// greet chooses certificate and TLS version by the name that the visitor asks for.
func (e *Edge) greet(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	host := strings.ToLower(hello.ServerName)
	route := e.cfg.Route(host)
	mood := e.mood(host)
	if host == "" || !route.ZoneActive || !covers(route.Zone, host) || mood == MoodNoCertificate {
		return nil, errNoCertificate
	}
	names := []string{route.Zone, "*." + route.Zone}
	if mood == MoodWrongCertificate {
		names = []string{"wrong.invalid"}
	}
	cert, err := e.ca.leaf(names...)
	if err != nil {
		return nil, err
	}
	cfg := &tls.Config{
		Certificates: []tls.Certificate{*cert}, MinVersion: max(lowestTLS, route.MinTLS), NextProtos: []string{"http/1.1"},
		SessionTicketsDisabled: true, // a changed mood must show at the next handshake
	}
	if slices.Max(hello.SupportedVersions) >= tls.VersionTLS12 { // HTTP/2 forbids older ones (RFC 9113 9.2)
		cfg.NextProtos = []string{"h2", "http/1.1"}
	}
	return cfg, nil
}

// visit answers one visitor.
func (e *Edge) visit(w http.ResponseWriter, r *http.Request) {
	if !e.enter() {
		panic(http.ErrAbortHandler)
	}
	defer e.wg.Done()
	v := &visit{
		edge: e, w: w, r: r, host: hostOf(r.Host),
		visitor: Visitor{IP: e.cfg.Address(r), Country: e.cfg.Country(r), Ray: newRay()},
		verdict: Verdict{Action: ActionAllow}, cacheStatus: "none",
	}
	defer v.log()
	v.answer()
}

// enter counts a handler, unless the edge is closing.
func (e *Edge) enter() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return false
	}
	e.wg.Add(1)
	return true
}

func hostOf(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

func newRay() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:]) + "-" + rayColo
}
