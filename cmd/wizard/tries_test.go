package main

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"example.test/wizard/clients/cloudflare"
	"example.test/wizard/clients/connector"
	"example.test/wizard/clients/plex"
	"example.test/wizard/clients/rdap"
	"example.test/wizard/clients/resolver"
	"example.test/wizard/clients/visitor"
	"example.test/wizard/steps"
	"example.test/wizard/steps/retry"
)

// TestWhoTriesAgain: reads of Cloudflare and of the releases are tried again by
// the one policy, and nothing else is: whoever asks is told at once, and asks
// again at the next look. Each service is ill in two ways, once by an answer and
// once by a connection that breaks.
func TestWhoTriesAgain(t *testing.T) {
	t.Setenv("HTTP_PROXY", "")
	const quick = 1000 // waits are divided by it
	key := base64.StdEncoding.EncodeToString([]byte(`{"a":"0123456789abcdef0123456789abcdef","t":"12345678-1234-4234-8234-123456789012","s":"` + base64.StdEncoding.EncodeToString(make([]byte, 32)) + `"}`))
	cloud := func(url string) *cloudflare.Client {
		return cloudflare.New(cloudflare.Config{BaseURL: url + "/client/v4", Token: func() steps.Secret { return steps.NewSecret(canary) }, Pace: quick})
	}
	media := func(t *testing.T, url string) *plex.Client {
		c, err := plex.New(plex.Config{Address: url, PlexTV: url, DataDirs: []string{}, GDM: []string{}, Token: func() steps.Secret { return steps.NewSecret(canary) }, ClientID: "x"})
		must(t, err)
		t.Cleanup(c.Close)
		return c
	}
	for name, c := range map[string]struct {
		want int
		call func(*testing.T, context.Context, *httptest.Server) error
	}{
		"a read of Cloudflare": {retry.Tries, func(_ *testing.T, ctx context.Context, s *httptest.Server) error {
			_, err := cloud(s.URL).Accounts(ctx)
			return err
		}},
		"a change at Cloudflare": {1, func(_ *testing.T, ctx context.Context, s *httptest.Server) error {
			_, err := cloud(s.URL).CreateZone(ctx, "a", "attic-films.com")
			return err
		}},
		"the releases": {retry.Tries, func(t *testing.T, ctx context.Context, s *httptest.Server) error {
			h := connector.New(connector.Config{DataDir: t.TempDir(), Mode: connector.ModeChild, Releases: s.URL, Pace: quick})
			defer func() { must(t, h.Close(ctx)) }()
			return h.Install(ctx, steps.NewSecret(key), func(steps.Part) {})
		}},
		"Plex": {1, func(t *testing.T, ctx context.Context, s *httptest.Server) error {
			_, err := media(t, s.URL).Prefs(ctx, steps.PlexFound{ID: "x", Origin: s.URL}, "FriendlyName")
			return err
		}},
		"plex.tv": {1, func(t *testing.T, ctx context.Context, s *httptest.Server) error {
			_, err := media(t, s.URL).Resources(ctx, "x")
			return err
		}},
		"a change at plex.tv": {1, func(t *testing.T, ctx context.Context, s *httptest.Server) error {
			_, err := media(t, s.URL).NewPin(ctx)
			return err
		}},
		"a registry": {1, func(_ *testing.T, ctx context.Context, s *httptest.Server) error {
			_, err := rdap.New(rdap.Config{Base: s.URL, HTTP: &http.Client{Timeout: 10 * time.Second}}).Registration(ctx, "attic-films.com")
			return err
		}},
		"a visit": {1, func(_ *testing.T, ctx context.Context, s *httptest.Server) error {
			roots := x509.NewCertPool()
			roots.AddCert(s.Certificate())
			_, err := visitor.New(visitor.Config{Connect: s.Listener.Addr().String(), RootCAs: roots}).Get(ctx, "example.com", "/", nil)
			return err
		}},
	} {
		for _, broken := range []bool{false, true} {
			var asked atomic.Int32
			ill := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				asked.Add(1)
				if broken {
					panic(http.ErrAbortHandler)
				}
				w.WriteHeader(http.StatusServiceUnavailable)
			})
			start := httptest.NewServer
			if name == "a visit" {
				start = httptest.NewTLSServer
			}
			s := start(ill)
			ctx, cancel := context.WithTimeout(t.Context(), mostTime)
			err := c.call(t, ctx, s)
			if got := int(asked.Load()); got != c.want || ctx.Err() != nil {
				t.Errorf("%s, connection broken %v: asked %d times, not %d: %v", name, broken, got, c.want, err)
			}
			cancel()
			s.Close()
		}
	}
}

// TestDNSTriesAgain: a silent server is asked twice over UDP and once over TCP,
// as its protocol has it, and no more.
func TestDNSTriesAgain(t *testing.T) {
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	r := resolver.New(resolver.Config{Servers: map[string]string{"ns1.attic-films.com": udp.LocalAddr().String()}, Timeout: 100 * time.Millisecond})
	_, _ = r.Ask(t.Context(), "ns1.attic-films.com", "attic-films.com", "A") // what it makes of silence is its own tests' matter
	end, err := net.Dial("udp", udp.LocalAddr().String())
	must(t, err)
	defer end.Close()
	_, err = end.Write([]byte("end"))
	must(t, err)
	n := 0
	for b := make([]byte, 1500); ; n++ {
		size, _, err := udp.ReadFrom(b)
		must(t, err)
		if string(b[:size]) == "end" {
			break
		}
	}
	must(t, udp.Close())
	if n != 2 {
		t.Errorf("asked %d times over UDP", n)
	}
}
