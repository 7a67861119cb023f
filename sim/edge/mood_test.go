package edge_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.test/wizard/sim/edge"
)

func TestMoods(t *testing.T) {
	w := newWorld()
	e := tunnelled(t, w, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html")
		rw.Header().Set("X-Plex-Protocol", "1.0")
		rw.Header().Set("Cache-Control", "no-cache")
		io.WriteString(rw, `<html><body><script src="a.js"></script></body></html>`)
	}))
	for _, tc := range []struct {
		mood   edge.Mood
		status int
		header string // name=value that the answer must carry
		body   string
		action edge.Action
	}{
		{edge.MoodNormal, 200, "X-Plex-Protocol=1.0", `<script src="a.js">`, edge.ActionAllow},
		{edge.MoodChallenge, 403, "Cf-Mitigated=challenge", "Just a moment...", edge.ActionChallenge},
		{edge.MoodAccess, 302, "Location=https://pretend.cloudflareaccess.com/cdn-cgi/access/login/" + host + "?redirect_url=%2F", "", edge.ActionAccess},
		{edge.Mood1016, 530, "", "error code: 1016", edge.ActionAllow},
		{edge.Mood1033, 530, "", "error code: 1033", edge.ActionAllow},
		{edge.Mood502, 502, "", "error code: 502", edge.ActionAllow},
		{edge.Mood522, 522, "", "error code: 522", edge.ActionAllow},
		{edge.Mood524, 524, "", "error code: 524", edge.ActionAllow},
		{edge.Mood526, 526, "", "error code: 526", edge.ActionAllow},
		{edge.MoodRocketLoader, 200, "X-Plex-Protocol=1.0", "rocket-loader.min.js", edge.ActionAllow},
		{edge.MoodCached, 200, "Cf-Cache-Status=MISS", `<script src="a.js">`, edge.ActionAllow},
		{edge.MoodCached, 200, "Cf-Cache-Status=HIT", `<script src="a.js">`, edge.ActionAllow},
		{edge.MoodOtherOrigin, 200, "X-Plex-Protocol=", "Welcome to nginx!", edge.ActionAllow},
	} {
		e.SetMood(strings.ToUpper(host), tc.mood)
		resp, body := get(t, visitorFor(t, e), "https://"+host+"/")
		name, value, _ := strings.Cut(tc.header, "=")
		if resp.StatusCode != tc.status || resp.Header.Get(name) != value || !strings.Contains(body, tc.body) {
			t.Errorf("%q: %d %v %q", tc.mood, resp.StatusCode, resp.Header, body)
		}
		if resp.Header.Get("Server") != "cloudflare" || resp.Header.Get("Cf-Ray") == "" {
			t.Errorf("%q: not Cloudflare's headers: %v", tc.mood, resp.Header)
		}
		eventually(t, "the hit", func() bool { hit := w.lastHit(t); return hit.Status == tc.status && hit.Action == tc.action })
	}
}

func TestRules(t *testing.T) {
	w := newWorld()
	e := tunnelled(t, w, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(rw, "<body><script>1</script></body>")
	}), func(c *edge.Config) {
		c.Country = func(r *http.Request) string { return r.Header.Get("X-From") }
		c.Policy = func(r *http.Request, v edge.Visitor) edge.Verdict {
			switch {
			case v.Country == "FR":
				return edge.Verdict{Action: edge.ActionBlock, RuleID: "rule-1"}
			case r.URL.Path == "/login":
				return edge.Verdict{Action: edge.ActionAccess, Location: "https://team.cloudflareaccess.com/x"}
			}
			return edge.Verdict{RocketLoader: r.URL.Path == "/rocket", Header: http.Header{"Strict-Transport-Security": {"max-age=1"}}}
		}
	})
	ask := func(path, country, accept string) (*http.Response, string) {
		req, err := http.NewRequest(http.MethodGet, "https://"+host+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-From", country)
		req.Header.Set("Accept", accept)
		resp, err := visitorFor(t, e).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp, string(b)
	}
	resp, body := ask("/", "FR", "*/*")
	if resp.StatusCode != 403 || !strings.Contains(body, "Sorry, you have been blocked") || resp.Header.Get("Cf-Mitigated") != "" {
		t.Errorf("blocked: %d %v %q", resp.StatusCode, resp.Header, body)
	}
	if hit := w.lastHit(t); hit.RuleID != "rule-1" || hit.Country != "FR" || hit.Action != edge.ActionBlock || hit.CacheStatus != "none" {
		t.Errorf("hit %+v", hit)
	}
	resp, _ = ask("/login", "GB", "*/*")
	if resp.StatusCode != 302 || resp.Header.Get("Location") != "https://team.cloudflareaccess.com/x" {
		t.Errorf("login: %d %v", resp.StatusCode, resp.Header)
	}
	resp, body = ask("/", "GB", "*/*")
	if resp.StatusCode != 200 || strings.Contains(body, "rocket") || resp.Header.Get("Strict-Transport-Security") != "max-age=1" {
		t.Errorf("allowed: %d %v %q", resp.StatusCode, resp.Header, body)
	}
	if _, body = ask("/rocket", "GB", "*/*"); !strings.Contains(body, "-text/javascript") || !strings.Contains(body, "rocket-loader.min.js") {
		t.Errorf("Rocket Loader left %q", body)
	}
	e.SetMood(host, edge.Mood502)
	if _, body = ask("/", "GB", "text/html"); !strings.Contains(body, "<title>"+host+" | 502: Bad gateway</title>") {
		t.Errorf("a browser's error page: %q", body)
	}
	resp, body = ask("/cdn-cgi/trace", "FR", "*/*")
	for _, line := range []string{"h=" + host, "loc=FR", "colo=LHR", "ip=203.0.113.10", "tls=TLSv1.3", "http=http/2", "visit_scheme=https"} {
		if !strings.Contains("\n"+body, "\n"+line+"\n") {
			t.Errorf("trace lacks %s: %d %q", line, resp.StatusCode, body)
		}
	}
}

func TestRoutes(t *testing.T) {
	w := newWorld()
	e := start(t, w)
	for _, tc := range []struct {
		route  edge.Route
		status int
		body   string
	}{
		{edge.Route{Kind: edge.RouteNone}, 530, "error code: 1016"},
		{edge.Route{Kind: edge.RouteTunnel, TunnelID: tunnel}, 530, "error code: 1033"},
		{edge.Route{Kind: edge.RouteOrigin}, 522, "error code: 522"},
		{edge.Route{Kind: edge.RouteOrigin, Origin: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			io.WriteString(rw, "site for "+r.Header.Get("Cf-Connecting-Ip"))
		})}, 200, "site for 203.0.113.10"},
	} {
		tc.route.Zone, tc.route.ZoneActive = zone, true
		w.set(func(w *world) { w.route = tc.route })
		resp, body := get(t, visitorFor(t, e), "https://"+host+"/")
		if resp.StatusCode != tc.status || body != tc.body {
			t.Errorf("%s: %d %q", tc.route.Kind, resp.StatusCode, body)
		}
	}
}

func TestSlowOrigin(t *testing.T) {
	w := newWorld()
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	e := tunnelled(t, w, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}), func(c *edge.Config) { c.OriginTimeout = 50 * time.Millisecond })
	resp, body := get(t, visitorFor(t, e), "https://"+host+"/")
	if resp.StatusCode != 524 || body != "error code: 524" {
		t.Errorf("%d %q", resp.StatusCode, body)
	}
}

func TestHandshake(t *testing.T) {
	w := newWorld()
	e := start(t, w)
	dial := func(name string, version uint16) (tls.ConnectionState, error) {
		conn, err := tls.Dial("tcp", e.PublicAddr(), &tls.Config{ServerName: name, RootCAs: roots(e), MinVersion: tls.VersionTLS10, MaxVersion: version})
		if err != nil {
			return tls.ConnectionState{}, err
		}
		defer conn.Close()
		return conn.ConnectionState(), nil
	}
	state, err := dial(host, tls.VersionTLS13)
	if err != nil {
		t.Fatal(err)
	}
	if issuer := state.PeerCertificates[0].Issuer.CommonName; issuer != "Pretend Trust Services WE1" {
		t.Errorf("issuer %q", issuer)
	}
	if _, err := dial(zone, tls.VersionTLS13); err != nil {
		t.Errorf("the zone itself: %v", err)
	}
	if _, err := dial(host, tls.VersionTLS11); err != nil {
		t.Errorf("TLS 1.1 is allowed by default: %v", err)
	}
	w.set(func(w *world) { w.route.MinTLS = tls.VersionTLS12 })
	if _, err := dial(host, tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 is accepted below the zone's minimum")
	}
	if _, err := dial("a.b."+zone, tls.VersionTLS13); err == nil {
		t.Error("two labels below the zone have a certificate")
	}
	e.SetMood(host, edge.MoodNoCertificate)
	if _, err := dial(host, tls.VersionTLS13); err == nil {
		t.Error("the mood without a certificate shows one")
	}
	e.SetMood(host, edge.MoodWrongCertificate)
	var wrong *tls.CertificateVerificationError
	if _, err := dial(host, tls.VersionTLS13); !errors.As(err, &wrong) {
		t.Errorf("wrong certificate: %v", err)
	}
	e.SetMood(host, edge.MoodNormal)
	w.set(func(w *world) { w.route.ZoneActive = false })
	if _, err := dial(host, tls.VersionTLS13); err == nil {
		t.Error("a zone that is not active has a certificate")
	}
}
