package steps

import (
	"strings"
	"testing"
	"time"
)

// good is a visit in which everything works.
func good() urlSeen {
	return urlSeen{
		server: PlexFound{State: "ok", Origin: "https://127.0.0.1:32400", ID: "plex-1", Version: "1.43", Took: 2 * time.Millisecond},
		public: []Sighting{{ID: "a", Values: []string{"104.16.0.1"}}, {ID: "b", Values: []string{"104.16.0.1"}}, {ID: "l", Local: true}},
		visit: Visit{
			TLS:      TLSSeen{OK: true, Issuer: "Google Trust Services", Expires: noon().Add(60 * 24 * time.Hour)},
			Identity: VisitAnswer{Status: 200, Header: map[string]string{"x-plex-protocol": "1.0"}}, ServerID: "plex-1",
			Root: VisitAnswer{Status: 401}, Spoofed: []VisitAnswer{{Status: 401}, {Status: 401}}, Web: VisitAnswer{Status: 200}, Cache: []string{"BYPASS", "DYNAMIC"},
			WebSocket: 101, RTT: []time.Duration{3e7, 1e7, 2e7}, Reading: here(),
		},
	}
}

// The rows of the tables "seen through the tunnel" (facts of plex, A) and of the
// data plane (facts of cloudflare, G): what is seen, and which layer is named.
func TestURLFinding(t *testing.T) {
	answer := func(status int, body string, header ...string) func(*urlSeen) {
		return func(u *urlSeen) {
			u.visit.Identity = VisitAnswer{Status: status, Body: body, Header: map[string]string{}}
			for i := 0; i+1 < len(header); i += 2 {
				u.visit.Identity.Header[header[i]] = header[i+1]
			}
			u.visit.ServerID, u.visit.Root, u.visit.Spoofed, u.visit.Web, u.visit.Cache, u.visit.WebSocket = "", VisitAnswer{Status: status}, nil, VisitAnswer{Status: status}, nil, 0
			if status == 200 {
				u.visit.Root.Status = 404
			}
		}
	}
	tests := []struct {
		name   string
		spoil  func(u *urlSeen)
		state  State
		broken string
		says   string // in the check of the broken layer, or of the named one
		goTo   string // where its fix leads
	}{
		{"everything works", func(*urlSeen) {}, StateDone, "", "", ""},
		{"no resolver knows it", func(u *urlSeen) { u.public = []Sighting{{ID: "a"}, {ID: "b"}} }, StateWaiting, "dns", "0 of 2 resolvers", ""},
		{"the wizard itself cannot resolve it", func(u *urlSeen) { u.visit.Identity = VisitAnswer{Layer: "dns", Err: "no such host"} }, StateWaiting, "dns", "", ""},
		{"no certificate yet", func(u *urlSeen) {
			u.visit.TLS = TLSSeen{Err: "handshake failure"}
			u.visit.Identity = VisitAnswer{Layer: "tls", Err: "handshake failure"}
		}, StateProblem, "tls", "handshake failure", "dash.cloudflare.com"},
		{"no connection", func(u *urlSeen) {
			u.visit.TLS = TLSSeen{}
			u.visit.Identity = VisitAnswer{Layer: "connect", Err: "refused"}
		}, StateProblem, "tls", "refused", ""},
		{"the connection broke", func(u *urlSeen) { u.visit.Identity = VisitAnswer{Layer: "http"} }, StateProblem, "cloudflare", "the connection broke", ""},
		{"403 with cf-mitigated", answer(403, "", "cf-mitigated", "challenge"), StateProblem, "cloudflare", "puzzle", "/steps/security"},
		{"403 with the challenge page", answer(403, "<title>Just a moment...</title>"), StateProblem, "cloudflare", "puzzle", "/steps/security"},
		{"503 with the challenge page", answer(503, "<title>Just a moment...</title>"), StateProblem, "cloudflare", "puzzle", "/steps/security"},
		{"403 by a rule", answer(403, "blocked"), StateProblem, "cloudflare", "refuses this computer", "/steps/security"},
		{"302 to Access", answer(302, "", "location", "https://home.cloudflareaccess.com/cdn-cgi/access/login"), StateProblem, "cloudflare", "Access", "one/access"},
		{"302 elsewhere", answer(302, "", "location", "https://example.net/"), StateProblem, "same", "Another server", "/steps/hostname"},
		{"530 with 1033", answer(530, "error code: 1033"), StateProblem, "tunnel", "1033", "/steps/tunnel"},
		{"530 without a code", answer(530, ""), StateProblem, "tunnel", "530", "/steps/tunnel"},
		{"403 with 1000", answer(403, "error code: 1000"), StateProblem, "cloudflare", "an address of Cloudflare itself", "/steps/hostname"},
		{"530 with 1016", answer(530, "error code: 1016"), StateProblem, "cloudflare", "tunnel that is gone", "/steps/hostname"},
		{"521", answer(521, ""), StateProblem, "cloudflare", "521", "/steps/hostname"},
		{"522", answer(522, ""), StateProblem, "cloudflare", "522", "/steps/hostname"},
		{"526", answer(526, ""), StateProblem, "cloudflare", "526", "/steps/hostname"},
		{"502", answer(502, ""), StateProblem, "origin", "502", "/steps/hostname"},
		{"504", answer(504, ""), StateProblem, "origin", "504", ""},
		{"524", answer(524, ""), StateProblem, "origin", "524", ""},
		{"503 while Plex starts", answer(503, "Maintenance"), StateWaiting, "origin", "starting", ""},
		{"401 on /identity", answer(401, ""), StateProblem, "origin", "sign-in of its own", ""},
		{"404 of the catch-all", answer(404, ""), StateProblem, "origin", "404", "/steps/hostname"},
		{"200 of another site", answer(200, "<html>"), StateProblem, "same", "Another server", "/steps/hostname"},
		{"200 of another Plex", func(u *urlSeen) { u.visit.ServerID = "plex-2" }, StateProblem, "same", "Another server", ""},
		{"200 without X-Plex-Protocol", func(u *urlSeen) { u.visit.Identity.Header = map[string]string{} }, StateProblem, "same", "Another server", ""},
		{"a probe without a clear answer", func(u *urlSeen) { u.visit.Spoofed[1] = VisitAnswer{Status: 502} }, StateWaiting, "signin", "asked again", ""},
		{"an empty answer, cut under way", func(u *urlSeen) { u.visit.Root.Status = 200 }, StateWaiting, "signin", "asked again", ""},
		{"a page that is not Plex's", func(u *urlSeen) {
			u.visit.Root, u.visit.ServerID = VisitAnswer{Status: 200, Body: "<h1>nginx</h1>"}, ""
		}, StateProblem, "same", "Another server", ""},
		{"the stranger is refused by a rule", func(u *urlSeen) { u.visit.Root.Status = 403 }, StateDone, "", "", ""},
		{"a cached answer", func(u *urlSeen) { u.visit.Cache = []string{"MISS", "HIT"} }, StateProblem, "cache", "MISS, then HIT", "/steps/cache"},
		{"a cached answer, and one without a word", func(u *urlSeen) { u.visit.Cache = []string{"", "HIT"} }, StateProblem, "cache", "copies: HIT", "/steps/cache"},
		{"an expired copy", func(u *urlSeen) { u.visit.Cache = []string{"BYPASS", "expired"} }, StateProblem, "cache", "expired", "/steps/cache"},
		{"rewritten", func(u *urlSeen) { u.visit.Rewritten = true }, StateProblem, "web", "Rocket Loader", "/steps/security"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := good()
			tt.spoil(&u)
			f := u.finding(settled())
			expect(t, f, tt.state, "", "", "")
			if d := f.Detail.(*URLDetail); d.Broken != tt.broken {
				t.Fatalf("broken is %q, not %q", d.Broken, tt.broken)
			}
			if tt.broken == "" {
				return
			}
			c := f.Check(tt.broken)
			if !strings.Contains(c.Detail, tt.says) || !strings.Contains(c.Fix.Link.URL, tt.goTo) {
				t.Errorf("%+v", c)
			}
			below := false
			for _, c := range f.Checks {
				if below && c.Status != Skip {
					t.Errorf("%s is judged although %s is broken", c.Name, tt.broken)
				}
				below = below || c.Name == tt.broken
			}
		})
	}
}

func TestURLRemarks(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(u *urlSeen)
		state State
		check string
		want  Status
	}{
		{"the certificate ends soon", func(u *urlSeen) { u.visit.TLS.Expires = noon().Add(3 * 24 * time.Hour) }, StateAttention, "tls", Warn},
		{"WebSocket does not pass", func(u *urlSeen) { u.visit.WebSocket = 400 }, StateAttention, "websocket", Warn},
		{"WebSocket asks for a sign-in", func(u *urlSeen) { u.visit.WebSocket = 401 }, StateDone, "websocket", Skip},
		{"WebSocket was not tried", func(u *urlSeen) { u.visit.WebSocket = 0 }, StateDone, "websocket", Skip},
		{"the web app is not there", func(u *urlSeen) { u.visit.Web.Status = 404 }, StateAttention, "web", Warn},
		{"cache headers were not seen", func(u *urlSeen) { u.visit.Cache = nil }, StateDone, "cache", Skip},
		{"Cloudflare says nothing of its cache", func(u *urlSeen) { u.visit.Cache = []string{"", ""} }, StateDone, "cache", Skip},
		{"Cloudflare says it once only", func(u *urlSeen) { u.visit.Cache = []string{"DYNAMIC", ""} }, StateDone, "cache", Skip},
		{"no public resolver answers", func(u *urlSeen) { u.public = []Sighting{{ID: "a", Err: "timeout"}} }, StateDone, "dns", Pass},
		{"Plex is not seen from here", func(u *urlSeen) { u.server = PlexFound{State: "none"} }, StateDone, "origin", Pass},
		{"numbers of an error in a healthy answer", func(u *urlSeen) { u.visit.Identity.Body = `machineIdentifier="a1016b1033c" error code: 1033` }, StateDone, "cloudflare", Pass},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := good()
			tt.spoil(&u)
			f := u.finding(settled())
			expect(t, f, tt.state, "", "", "")
			if c := f.Check(tt.check); c.Status != tt.want {
				t.Errorf("%+v", c)
			}
		})
	}
}

// A 200 where 401 is due takes the route down at once, whichever probe got it.
func TestAHoleTakesTheRouteDown(t *testing.T) {
	for name, spoil := range map[string]func(u *urlSeen){
		"plain":            func(u *urlSeen) { u.visit.Root = letInByPlex() },
		"forged headers":   func(u *urlSeen) { u.visit.Spoofed[1] = letInByPlex() },
		"told by its body": func(u *urlSeen) { u.visit.Root = VisitAnswer{Status: 200, Body: `{"MediaContainer":{}}`} },
		"by another page":  func(u *urlSeen) { u.visit.Root = VisitAnswer{Status: 200, Body: "<h1>Library</h1>"} },
		"of another Plex":  func(u *urlSeen) { u.visit.Root, u.visit.ServerID = letInByPlex(), "plex-2" },
	} {
		t.Run(name, func(t *testing.T) {
			u := good()
			spoil(&u)
			f := u.finding(settled())
			expect(t, f, StateProblem, "", "take-route-down*", "")
			if f.Again == 0 || f.Heading != "Plex would let strangers in" {
				t.Errorf("%q, again %v", f.Heading, f.Again)
			}
		})
	}
	u := good() // a site that is no Plex, on purpose open to all
	u.visit.ServerID, u.visit.Root.Status = "", 200
	expect(t, u.finding(settled()), StateProblem, "", "", "same=fail")
}

// The fix of a silent Plex depends on whether Plex answers at home.
func TestTheFixOfA502(t *testing.T) {
	u := good()
	u.visit.Identity = VisitAnswer{Status: 502}
	u.server = PlexFound{State: "stopped", Start: "sudo systemctl start plexmediaserver"}
	if c := u.finding(settled()).Check("origin"); c.Fix.Command == "" {
		t.Errorf("%+v", c.Fix)
	}
}

func TestTheAddressCard(t *testing.T) {
	u := good()
	u.shot = "/shot.png"
	e := u.finding(settled()).Evidence[0]
	if e.Card != "url" || e.Shot != "/shot.png" || e.URL != "https://copper-otter.example.com/web/index.html" || e.Ray == "" {
		t.Errorf("%+v", e)
	}
	if median([]time.Duration{3, 1, 2}) != 2 || median([]time.Duration{5}) != 5 {
		t.Error("the median")
	}
	u.visit.Identity = VisitAnswer{Status: 530}
	if e := u.finding(settled()).Evidence[0]; e.Rows[0].Label != "Answer" || e.Rows[0].Values[0].Text != "530" {
		t.Errorf("%+v", e.Rows)
	}
}

// letInByPlex is what Plex answers a stranger whom it lets in.
func letInByPlex() VisitAnswer {
	return VisitAnswer{Status: 200, Header: map[string]string{"x-plex-protocol": "1.0"}}
}

// The name of the server is on the card when it was read at the address, and only then.
func TestCardOfTheAddressNamesTheServer(t *testing.T) {
	for _, name := range []string{"", "Attic"} {
		u := good()
		u.server.Name, u.visit.Name = "as it presents itself at home", name
		var got []string
		for _, r := range u.card(settled()).Rows {
			if r.Label == "Server" {
				got = append(got, r.Values[0].Text)
			}
		}
		if strings.Join(got, ",") != name {
			t.Errorf("%q: %q", name, got)
		}
	}
}
