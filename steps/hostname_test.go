package steps

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps/zone"
)

const testHost = "copper-otter.example.com"

func cname(content string, proxied bool, comment string) CloudRecord {
	return CloudRecord{ID: "rec-1", Record: zone.Record{Name: testHost, Type: "CNAME", Content: content}, Proxied: proxied, Comment: comment, Reading: here()}
}

func TestHostnameFinding(t *testing.T) {
	s := settled()
	server := PlexFound{State: "ok", Origin: "https://127.0.0.1:32400", ID: "plex-1", Version: "1.43", Claimed: true}
	gate := gateSeen{server: server, servers: []PlexFound{server}, token: PlexToken{Have: true}}
	ours := IngressRule{Host: testHost, Service: server.Origin, NoTLSVerify: true}
	last := IngressRule{Service: catchAll}
	in := func(rules ...IngressRule) Ingress { return Ingress{Version: 3, Rules: rules, Reading: here()} }
	right := []CloudRecord{cname("tunnel-1.cfargotunnel.com", true, s.Marker())}
	running := LocalConnector{Installed: true, Running: true, ConfigSeen: 3}
	public := func(known ...bool) (out []Sighting) {
		for i, k := range known {
			sg := Sighting{ID: string(rune('a' + i)), Resolver: "R"}
			if k {
				sg.Values = []string{"104.16.0.1"}
			}
			out = append(out, sg)
		}
		return out
	}
	stopped, starting := gate, gate
	stopped.server, starting.server = PlexFound{State: "stopped", Start: "start it"}, PlexFound{State: "starting"}
	allowed := gate
	allowed.allowed = "127.0.0.1"
	noToken := allowed
	noToken.token, noToken.open = PlexToken{}, true
	noToken.allowed = ""
	several := gate
	several.servers = []PlexFound{server, {State: "ok", ID: "plex-2", Origin: "https://127.0.0.1:32401", Claimed: true}}
	undecidedYet := with(s, func(s *Settings) { s.PlexID = "" })
	down := with(s, func(s *Settings) { s.RouteDownFor = "Taken down" })
	a := cname("192.0.2.1", true, "")
	a.Type = "A"
	aaaa := a
	aaaa.ID, aaaa.Type = "rec-2", "AAAA"
	tests := []struct {
		name                     string
		seen                     hostnameSeen
		set                      Settings
		state                    State
		ask, plan, checks, words string
	}{
		{"nothing is made", hostnameSeen{gate: gate, local: running}, s, StateTodo, "", "set-route set-record", "origin=pass signin=pass route=skip record=skip", "Ready to create"},
		{"all is made", hostnameSeen{gate: gate, ingress: in(ours, last), records: right, local: running, public: public(true, true)}, s, StateDone, "", "", "route=pass record=pass applied=pass public=pass", testHost},
		{"Plex stopped", hostnameSeen{gate: stopped, ingress: in(ours, last), records: right, local: running}, s, StateProblem, "", "", "origin=fail", "not running"},
		{"Plex is starting", hostnameSeen{gate: starting, ingress: in(ours, last), records: right, local: running}, s, StateWaiting, "", "", "origin=wait", "database"},
		{"networks without sign-in", hostnameSeen{gate: allowed, local: running}, s, StateProblem, "", "clear-allowed", "signin=fail", "without a sign-in"},
		{"open, and no token to close it", hostnameSeen{gate: noToken, local: running}, s, StateProblem, "", "", "signin=fail", "everyone could use it"},
		{"several servers", hostnameSeen{gate: several, local: running}, undecidedYet, StateTodo, "plex-server", "", "origin=pass", "Several"},
		{"several servers, one chosen", hostnameSeen{gate: several, local: running}, s, StateTodo, "", "set-route set-record", "origin=pass", "Ready to create"},
		{"a hole opens later", hostnameSeen{gate: allowed, ingress: in(ours, last), records: right, local: running}, s, StateProblem, "", "take-route-down* clear-allowed", "signin=fail", "without a sign-in"},
		{"the route was taken down and the hole is there", hostnameSeen{gate: allowed, local: running}, down, StateProblem, "", "clear-allowed", "signin=fail", "Taken down"},
		{"the route was taken down and the hole is closed", hostnameSeen{gate: gate, records: right, local: running}, down, StateTodo, "", "set-route", "signin=pass record=pass", "Ready to create"},
		{"the route leads elsewhere", hostnameSeen{gate: gate, ingress: in(IngressRule{Host: testHost, Service: "http://nas"}, last), records: right, local: running}, s, StateTodo, "", "set-route", "route=skip", ""},
		{"without No TLS Verify", hostnameSeen{gate: gate, ingress: in(IngressRule{Host: testHost, Service: server.Origin}, last), records: right, local: running}, s, StateTodo, "", "set-route", "route=skip", ""},
		{"a wildcard takes its requests", hostnameSeen{gate: gate, ingress: in(IngressRule{Host: "*.example.com", Service: "http://nas"}, ours, last), records: right, local: running}, s, StateTodo, "", "set-route", "route=skip", ""},
		{"a wildcard of another domain", hostnameSeen{gate: gate, ingress: in(IngressRule{Host: "*.example.org", Service: "http://nas"}, ours, last), records: right, local: running, public: public(true)}, s, StateDone, "", "", "route=pass", ""},
		{"not proxied", hostnameSeen{gate: gate, ingress: in(ours, last), records: []CloudRecord{cname("tunnel-1.cfargotunnel.com", false, "")}, local: running}, s, StateTodo, "", "set-record", "record=skip", ""},
		{"ours, to an older tunnel", hostnameSeen{gate: gate, ingress: in(ours, last), records: []CloudRecord{cname("old.cfargotunnel.com", true, s.Marker())}, local: running}, s, StateTodo, "", "set-record", "record=skip", ""},
		{"somebody else's record", hostnameSeen{gate: gate, records: []CloudRecord{a}, local: running}, s, StateProblem, "subdomain", "", "record=fail", "taken"},
		{"somebody else's, and a yes to take it over", hostnameSeen{gate: gate, ingress: in(ours, last), records: []CloudRecord{a}, local: running}, with(s, func(s *Settings) { s.RecordAdopt = "rec-1" }), StateTodo, "", "set-record", "record=skip", ""},
		{"two of somebody else's", hostnameSeen{gate: gate, ingress: in(ours, last), records: []CloudRecord{a, aaaa}, local: running}, with(s, func(s *Settings) { s.RecordAdopt = "rec-1" }), StateProblem, "subdomain", "", "record=fail", "taken"},
		{"the connector has not taken it over yet", hostnameSeen{gate: gate, ingress: in(ours, last), records: right, local: LocalConnector{Running: true, ConfigSeen: 2}, public: public(true)}, s, StateWaiting, "", "", "applied=wait", "Waiting"},
		{"the connector does not run", hostnameSeen{gate: gate, ingress: in(ours, last), records: right, local: LocalConnector{ConfigSeen: -1}, public: public(true)}, s, StateProblem, "", "", "applied=fail", ""},
		{"the world does not know it yet", hostnameSeen{gate: gate, ingress: in(ours, last), records: right, local: running, public: public(true, false)}, s, StateWaiting, "", "", "public=wait", "Waiting"},
		{"no resolver answers", hostnameSeen{gate: gate, ingress: in(ours, last), records: right, local: running, public: []Sighting{{ID: "a", Err: "timeout"}, {ID: "l", Local: true}}}, s, StateAttention, "", "", "public=warn", testHost},
	}
	if c := (hostnameSeen{gate: gate, records: []CloudRecord{a, aaaa}}).finding(s).Check("record"); !strings.Contains(c.Detail, "2 records of yours already: A 192.0.2.1, AAAA 192.0.2.1") || !strings.Contains(c.Fix.Text, "remove all of them but one") {
		t.Errorf("%+v", c)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := tt.seen.finding(tt.set)
			expect(t, f, tt.state, tt.ask, tt.plan, tt.checks)
			if !strings.Contains(f.Summary, tt.words) {
				t.Errorf("%q does not say %q", f.Summary, tt.words)
			}
		})
	}
}

// The Plex that a route leads to is remembered also when the route was there
// before, as after the progress file was lost.
func TestHostnameRemembersThePlexOfARouteThatWasThere(t *testing.T) {
	s := settled()
	s.PlexID = ""
	server := PlexFound{State: "ok", Origin: "http://127.0.0.1:32400", ID: "plex-9", Claimed: true}
	seen := hostnameSeen{gate: gateSeen{server: server}, ingress: Ingress{Rules: []IngressRule{{Host: testHost, Service: server.Origin}, {Service: catchAll}}, Reading: here()}}
	got, news := (*HostnameStep)(nil).Remember(s, seen.finding(s), noon())
	if !news || got.PlexID != "plex-9" {
		t.Errorf("%v %q", news, got.PlexID)
	}
	if _, again := (*HostnameStep)(nil).Remember(got, seen.finding(got), noon()); again {
		t.Error("the same is no news")
	}
	seen.ingress.Rules[0].Service = "http://nas"
	if _, news := (*HostnameStep)(nil).Remember(s, seen.finding(s), noon()); news {
		t.Error("the route leads elsewhere")
	}
	seen.gate.open = true
	if _, news := (*HostnameStep)(nil).Remember(s, seen.finding(s), noon()); news {
		t.Error("strangers get in")
	}
}

func TestWithRule(t *testing.T) {
	want := wantRule(testHost, "https://127.0.0.1:32400")
	nas, wild, last := IngressRule{Host: "nas.example.com", Service: "http://nas"}, IngressRule{Host: "*.example.com", Service: "http://w"}, IngressRule{Service: catchAll}
	path := IngressRule{Host: testHost, Path: "/api", Service: "http://api"}
	old := IngressRule{Host: strings.ToUpper(testHost), Service: "http://old", Rest: []byte(`{"originRequest":{"httpHostHeader":"x"}}`)}
	kept := want
	kept.Rest = old.Rest
	star := IngressRule{Host: "*", Service: catchAll}
	tests := []struct {
		name      string
		have, out []IngressRule
	}{
		{"never configured", nil, []IngressRule{want, last}},
		{"only the catch-all", []IngressRule{last}, []IngressRule{want, last}},
		{"a catch-all written as a star", []IngressRule{star}, []IngressRule{want, star}},
		{"others", []IngressRule{nas, last}, []IngressRule{nas, want, last}},
		{"before a wildcard", []IngressRule{nas, wild, last}, []IngressRule{nas, want, wild, last}},
		{"no catch-all", []IngressRule{nas}, []IngressRule{nas, want, last}},
		{"ours was there, with more in it", []IngressRule{nas, old, last}, []IngressRule{nas, kept, last}},
		{"ours stood behind a wildcard", []IngressRule{wild, old, last}, []IngressRule{kept, wild, last}},
		{"a path of the same host is not ours", []IngressRule{path, last}, []IngressRule{path, want, last}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := append([]IngressRule(nil), tt.have...)
			got := withRule(tt.have, want)
			if d := cmp.Diff(tt.out, got); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(before, tt.have); d != "" {
				t.Errorf("what was read was changed: %s", d)
			}
			if d := cmp.Diff(got, withRule(got, want)); d != "" {
				t.Errorf("a second time: %s", d)
			}
			for _, r := range withoutRule(got, testHost) {
				if strings.EqualFold(r.Host, testHost) && r.Path == "" {
					t.Error("it is still there")
				}
			}
		})
	}
}

func TestMatches(t *testing.T) {
	for rule, want := range map[string]bool{
		"": true, "*": true, testHost: true, strings.ToUpper(testHost): true, "*.example.com": true, "*otter.example.com": true,
		"example.com": false, "*.example.org": false, "*.otter.example.com": false, "other.example.com": false,
	} {
		if got := matches(rule, testHost); got != want {
			t.Errorf("%q: %v", rule, got)
		}
	}
}

func TestValidSubdomain(t *testing.T) {
	for name, good := range map[string]bool{
		"a": true, "copper-otter": true, "x7k2": true, strings.Repeat("a", 63): true,
		"": false, "a.b": false, "-a": false, "a-": false, "A": false, "a_b": false, "ä": false, "a b": false, strings.Repeat("a", 64): false, "a\n": false,
	} {
		if bad := ValidSubdomain(name); (bad == "") != good {
			t.Errorf("%q: %q", name, bad)
		}
	}
}

func TestKeepBeforeKeepsTheFirst(t *testing.T) {
	before := map[string]string{"a": "first"}
	got := keepBefore(keepBefore(before, "a", "second"), "b", "other")
	if d := cmp.Diff(map[string]string{"a": "first", "b": "other"}, got); d != "" || len(before) != 1 {
		t.Error(d)
	}
}

func TestWaitStepGrows(t *testing.T) {
	last := time.Duration(0)
	for _, after := range []time.Duration{0, 9 * time.Minute, 30 * time.Minute, 3 * time.Hour, 10 * time.Hour, 48 * time.Hour} {
		got := waitStep(noon().Add(after), noon())
		if got <= 0 || got < last || got > 5*time.Minute {
			t.Errorf("after %v every %v", after, got)
		}
		last = got
	}
}
