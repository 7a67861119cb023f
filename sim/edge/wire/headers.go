package wire

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
)

// Names of the headers that belong to the connection and not to the visitor.
const (
	HeaderUpgrade         = "Cf-Cloudflared-Proxy-Connection-Upgrade"
	HeaderResponseHeaders = "Cf-Cloudflared-Response-Headers"
	HeaderResponseMeta    = "Cf-Cloudflared-Response-Meta"
)

// Values of HeaderUpgrade.
const (
	UpgradeControlStream = "control-stream"
	UpgradeConfiguration = "update-configuration"
	UpgradeWebSocket     = "websocket"
)

// Values of HeaderResponseMeta: who answered.
const (
	MetaOrigin      = `{"src":"origin"}`
	MetaCloudflared = `{"src":"cloudflared"}`
)

// Server names in the TLS handshake of a connector.
const (
	ServerNameHTTP2 = "h2.cftunnel.com"
	ServerNameProbe = "probe.cftunnel.com" // a pre-check: only a handshake
)

// PackHeaders writes an origin's response headers into one value: base64(name) ":" base64(value), joined by ";", unpadded.
func PackHeaders(h http.Header) string {
	enc := base64.RawStdEncoding
	var b strings.Builder
	for name, values := range h {
		for _, v := range values {
			if b.Len() > 0 {
				b.WriteByte(';')
			}
			b.WriteString(enc.EncodeToString([]byte(name)))
			b.WriteByte(':')
			b.WriteString(enc.EncodeToString([]byte(v)))
		}
	}
	return b.String()
}

// UnpackHeaders reads what PackHeaders wrote.
func UnpackHeaders(s string) (http.Header, error) {
	h := http.Header{}
	if s == "" {
		return h, nil
	}
	enc := base64.RawStdEncoding
	for pair := range strings.SplitSeq(s, ";") {
		n, v, ok := strings.Cut(pair, ":")
		if !ok {
			return nil, fmt.Errorf("packed headers: pair without a colon")
		}
		name, err := enc.DecodeString(n)
		if err != nil {
			return nil, fmt.Errorf("packed headers: name: %w", err)
		}
		value, err := enc.DecodeString(v)
		if err != nil {
			return nil, fmt.Errorf("packed headers: value: %w", err)
		}
		h.Add(string(name), string(value))
	}
	return h, nil
}
