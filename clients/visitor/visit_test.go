package visitor_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"example.test/wizard/clients/visitor"
	"example.test/wizard/sim/edge"
	"example.test/wizard/steps"
)

func TestVisitOfAHealthyAddress(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	w := newWorld(t, func(c *visitor.Config) { c.Now = func() time.Time { return at } })
	v, err := w.Visit(t.Context(), host, steps.VisitWant{PlexID: w.plex.MachineIdentifier()})
	if err != nil {
		t.Fatal(err)
	}
	if !v.TLS.OK || v.TLS.Err != "" || v.TLS.Issuer == "" || !slices.Contains(v.TLS.Names, "*.attic.example") || !v.TLS.Expires.After(time.Now()) || !strings.HasPrefix(v.TLS.Version, "TLS 1.") {
		t.Errorf("certificate is %+v", v.TLS)
	}
	if v.Identity.Status != 200 || v.ServerID != w.plex.MachineIdentifier() || v.Identity.Header["x-plex-protocol"] != "1.0" || v.Identity.Header["server"] != "cloudflare" {
		t.Errorf("identity is %+v", v.Identity)
	}
	if v.Name != "Attic" { // asked with the key, through the whole tunnel
		t.Errorf("the server calls itself %q", v.Name)
	}
	if v.At != at || v.Source != host || v.Ray == "" || v.Ray != v.Identity.Header["cf-ray"] {
		t.Errorf("reading is %+v", v.Reading)
	}
	if v.Root.Status != 401 || v.Root.Layer != "" || v.Root.Err != "" {
		t.Errorf("/ is %+v", v.Root)
	}
	if len(v.Spoofed) < 5 {
		t.Errorf("only %d attempts with forged headers", len(v.Spoofed))
	}
	for i, s := range v.Spoofed {
		if s.Status != 401 {
			t.Errorf("forged attempt %d is %+v", i, s)
		}
	}
	if v.Web.Status != 200 || !strings.HasPrefix(v.Web.Header["content-type"], "text/html") || v.Rewritten {
		t.Errorf("web app is %+v, rewritten %v", v.Web, v.Rewritten)
	}
	if v.WebSocket != 101 {
		t.Errorf("WebSocket is %d", v.WebSocket)
	}
	if len(v.RTT) != 5 || slices.Min(v.RTT) <= 0 {
		t.Errorf("round trips are %v", v.RTT)
	}
	// Without a rule of ours the script is cached, and that is seen.
	if !slices.Equal(v.Cache, []string{"MISS", "HIT"}) {
		t.Errorf("cache statuses are %q", v.Cache)
	}
	if v.Bytes != scriptBytes || v.Took <= 0 {
		t.Errorf("sample is %d bytes in %v", v.Bytes, v.Took)
	}
}

// What a stranger forges must not open the door, and when it does we see it.
func TestVisitSeesAnOpenDoor(t *testing.T) {
	w := newWorld(t, nil)
	must(t, w.plex.SetPreferences(map[string]string{"allowedNetworks": "127.0.0.0/8,::1"}))
	v, err := w.Visit(t.Context(), host, steps.VisitWant{})
	if err != nil {
		t.Fatal(err)
	}
	opened := slices.ContainsFunc(v.Spoofed, func(a steps.VisitAnswer) bool { return a.Status == 200 })
	if v.Root.Status != 401 || !opened {
		t.Errorf("/ is %d, forged attempts are %+v; want one of them to be let in", v.Root.Status, v.Spoofed)
	}
}

func TestVisitMoods(t *testing.T) {
	for mood, check := range map[edge.Mood]func(v steps.Visit) bool{
		edge.MoodChallenge: func(v steps.Visit) bool {
			return v.Identity.Status == 403 && v.Identity.Header["cf-mitigated"] == "challenge"
		},
		edge.MoodAccess: func(v steps.Visit) bool {
			at := v.Identity.Header["location"]
			return v.Identity.Status == 302 && strings.Contains(at, "cloudflareaccess.com") && !strings.Contains(at, "?")
		},
		edge.Mood1033: func(v steps.Visit) bool { return v.Identity.Status == 530 && strings.Contains(v.Identity.Body, "1033") },
		edge.Mood502:  func(v steps.Visit) bool { return v.Identity.Status == 502 && v.ServerID == "" && len(v.RTT) == 0 },
		edge.MoodRocketLoader: func(v steps.Visit) bool {
			return v.Web.Status == 200 && v.Rewritten && v.ServerID != ""
		},
		edge.MoodNoUpgrade: func(v steps.Visit) bool { return v.WebSocket != 101 && v.Identity.Status == 200 },
		edge.MoodOtherOrigin: func(v steps.Visit) bool {
			return v.ServerID == "" && v.Identity.Header["x-plex-protocol"] == "" && len(v.RTT) == 0 && v.Bytes <= 4096
		},
		edge.MoodCached: func(v steps.Visit) bool { return len(v.Cache) == 2 && v.Cache[1] == "HIT" },
		edge.MoodWrongCertificate: func(v steps.Visit) bool {
			return !v.TLS.OK && strings.Contains(v.TLS.Err, "not for "+host) && len(v.TLS.Names) > 0 && v.Identity.Layer == "tls" && v.Identity.Status == 0 && v.WebSocket == 0
		},
		edge.MoodNoCertificate: func(v steps.Visit) bool {
			return !v.TLS.OK && v.TLS.Err != "" && v.Identity.Layer == "tls" && v.Root.Layer == "tls"
		},
	} {
		t.Run(string(mood), func(t *testing.T) {
			w := newWorld(t, nil)
			w.edge.SetMood(host, mood)
			v, err := w.Visit(t.Context(), host, steps.VisitWant{PlexID: w.plex.MachineIdentifier()})
			if err != nil || !check(v) {
				t.Errorf("visit is %+v, %v", v, err)
			}
		})
	}
}

// TestKeyIsForTheVeryServer: whoever else answers at the address is not shown
// the key, and without one the upgrade is not proven.
func TestKeyIsForTheVeryServer(t *testing.T) {
	asked := 0
	w := newWorld(t, func(c *visitor.Config) {
		c.Key = func(string) steps.Secret { asked++; return steps.Secret{} }
	})
	for _, id := range []string{"", "another server", w.plex.MachineIdentifier()} {
		v, err := w.Visit(t.Context(), host, steps.VisitWant{PlexID: id})
		if err != nil || v.WebSocket != 401 {
			t.Errorf("%q: %d %v", id, v.WebSocket, err)
		}
	}
	w.edge.SetMood(host, edge.MoodOtherOrigin)
	if _, err := w.Visit(t.Context(), host, steps.VisitWant{PlexID: w.plex.MachineIdentifier()}); err != nil {
		t.Error(err)
	}
	if asked != 1 {
		t.Errorf("the key was asked for %d times, want once", asked)
	}
}

func TestVisitWithCacheRule(t *testing.T) {
	w := newWorld(t, nil)
	w.verdict(edge.Verdict{CacheBypass: true})
	v, err := w.Visit(t.Context(), host, steps.VisitWant{})
	if err != nil || !slices.Equal(v.Cache, []string{"BYPASS", "BYPASS"}) {
		t.Errorf("cache statuses are %q, %v; want BYPASS twice", v.Cache, err)
	}
}

// The layer at which an attempt broke is what the person is told first.
func TestLayers(t *testing.T) {
	const closed = "127.0.0.1:1" // of no service that anybody still runs; a port that was just closed may be given to somebody
	for name, c := range map[string]struct {
		adjust func(*visitor.Config)
		layer  string
	}{
		"name unknown": {func(c *visitor.Config) { c.Connect, c.Lookup = "", nowhere }, "dns"},
		"name without address": {func(c *visitor.Config) {
			c.Connect = ""
			c.Lookup = func(context.Context, string) ([]netip.Addr, error) { return nil, nil }
		}, "dns"},
		"nobody listens":      {func(c *visitor.Config) { c.Connect = closed }, "connect"},
		"authority unknown":   {func(c *visitor.Config) { c.RootCAs = nil }, "tls"},
		"everything in order": {func(*visitor.Config) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, c.adjust)
			a, err := w.Get(t.Context(), host, "/identity", nil)
			if err != nil || a.Layer != c.layer || (a.Err != "") != (c.layer != "") || (a.Status == 0) != (c.layer != "") {
				t.Errorf("Get = %+v, %v; want layer %q", a, err, c.layer)
			}
			v, err := w.Visit(t.Context(), host, steps.VisitWant{})
			if err != nil || v.Identity.Layer != c.layer || v.TLS.OK != (c.layer == "") {
				t.Errorf("Visit: %+v, %+v, %v; want layer %q", v.Identity, v.TLS, err, c.layer)
			}
		})
	}
}

// The addresses that public resolvers gave are the ones that are dialled, on
// the port of https.
func TestVisitorDialsWhatTheResolverSays(t *testing.T) {
	var asked []string
	w := newWorld(t, func(c *visitor.Config) {
		c.Connect = ""
		c.Lookup = func(_ context.Context, name string) ([]netip.Addr, error) {
			asked = append(asked, name)
			return []netip.Addr{netip.MustParseAddr("127.0.0.2")}, nil
		}
	})
	a, err := w.Get(t.Context(), host, "/", nil)
	if err != nil || a.Layer == "" || !strings.Contains(a.Err, "127.0.0.2:443") || !slices.Equal(asked, []string{host}) {
		t.Errorf("Get = %+v, %v, asked %q; want an attempt at 127.0.0.2:443", a, err, asked)
	}
}

func TestVisitEndsWithItsContext(t *testing.T) {
	// Accepted by the kernel, answered by nobody.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { must(t, l.Close()) }()
	w := newWorld(t, func(c *visitor.Config) { c.Connect = l.Addr().String() })
	// On a busy computer the time may be over before the connection is made: it is longer then.
	for limit := 100 * time.Millisecond; ; limit *= 2 {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		v, err := w.Visit(ctx, host, steps.VisitWant{})
		cancel()
		if v.Identity.Layer != "tls" && limit < 10*time.Second {
			continue
		}
		if !errors.Is(err, context.DeadlineExceeded) || v.Identity.Layer != "tls" || v.TLS.OK || v.WebSocket != 0 {
			t.Errorf("Visit = %+v, %v; want it to end", v.Identity, err)
		}
		return
	}
}

func TestHostIsNotAURL(t *testing.T) {
	w := newWorld(t, nil)
	for _, bad := range []string{"", "a b", "a/b", "user@a", "a:80", "https://a", "a?x"} {
		if _, err := w.Get(t.Context(), bad, "/", nil); err == nil {
			t.Errorf("Get of host %q: no error", bad)
		}
		if _, err := w.Visit(t.Context(), bad, steps.VisitWant{}); err == nil {
			t.Errorf("Visit of host %q: no error", bad)
		}
		if _, _, err := w.Picture(t.Context(), bad); err == nil {
			t.Errorf("Picture of host %q: no error", bad)
		}
	}
}

func TestTrace(t *testing.T) {
	w := newWorld(t, nil)
	country, colo, err := w.Trace(t.Context(), host)
	if err != nil || country != "GB" || colo == "" {
		t.Errorf("Trace = %q, %q, %v", country, colo, err)
	}
	broken := newWorld(t, func(c *visitor.Config) { c.Connect, c.Lookup = "", nowhere })
	if _, _, err := broken.Trace(t.Context(), host); err == nil || !strings.Contains(err.Error(), "dns") {
		t.Errorf("without a name: %v", err)
	}
}
