package cloudflare_test

import (
	"strings"
	"testing"
	"time"

	"example.test/wizard/sim/cloudflare"
)

func TestCreateZone(t *testing.T) {
	w := newWorld(t)
	w.SeedZone(cloudflare.Zone{Name: "taken.com", Account: w.SeedAccount(cloudflare.Account{Name: "x", Foreign: true})})
	w.delegation["taken.com"] = []string{"ns1.elsewhere.net"}
	w.delegation["banned.com"] = []string{"ns1.elsewhere.net"}
	mine := obj{"id": w.account}
	for _, tt := range []struct {
		name         string
		body         any
		status, code int
	}{
		{"not registered", obj{"name": "nobody-has-this.com", "account": mine}, 400, 1049},
		{"a subdomain", obj{"name": "www." + domain, "account": mine}, 400, 1099},
		{"not a name", obj{"name": "-", "account": mine}, 400, 1099},
		{"banned", obj{"name": "banned.com", "account": mine}, 400, 1097},
		{"in somebody else's account", obj{"name": "taken.com", "account": mine}, 400, 1061},
		{"no account", obj{"name": domain}, 403, 1068},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if r := w.call("POST", "/zones", tt.body); r.Status != tt.status || r.code() != tt.code {
				t.Errorf("got %d %s, want %d with %d", r.Status, r.Raw, tt.status, tt.code)
			}
		})
	}
	if w.Writes() != 0 || w.changes != 0 {
		t.Errorf("refusals counted as %d writes, %d changes", w.Writes(), w.changes)
	}
	r := w.must("POST", "/zones", obj{"name": strings.ToUpper(domain), "account": mine, "type": "full"})
	for path, want := range map[string]any{
		"name": domain, "status": "pending", "plan.name": "Free Website", "original_registrar": "namecheap, inc. (id: 1068)",
		"original_name_servers.0": "dns1.registrar-servers.com", "name_servers.0": "beth.ns.cloudflare.com", "activated_on": nil, "account.id": w.account,
	} {
		if got := r.get(path); got != want {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	}
	w.refused(400, 1061, "POST", "/zones", obj{"name": domain, "account": mine})
	if w.Writes() != 1 || w.changes != 1 {
		t.Errorf("one zone made: %d writes, %d changes", w.Writes(), w.changes)
	}
	if l := w.must("GET", "/zones?name="+domain+"&account.id="+w.account, nil); l.Info.TotalCount != 1 {
		t.Errorf("list: %s", l.Raw)
	}
	if l := w.must("GET", "/zones?name=taken.com", nil); l.Info.TotalCount != 0 {
		t.Errorf("a stranger's zone is listed: %s", l.Raw)
	}
}

func TestNewPairAfterDeletion(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	first := w.must("GET", z, nil).str("name_servers.0")
	w.must("DELETE", z, nil)
	w.refused(404, 1001, "GET", z, nil)
	if second := w.must("GET", w.zone(), nil).str("name_servers.0"); second == first {
		t.Errorf("the same pair again: %s", first)
	}
}

func TestActivation(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	status := func() string { return w.must("GET", z, nil).str("status") }
	w.delegate("ADA.ns.cloudflare.com.", "rob.NS.cloudflare.com")
	if s := status(); s != "pending" {
		t.Errorf("at once: %s", s)
	}
	w.pass(time.Minute)
	if s := status(); s != "active" {
		t.Errorf("after the first look: %s", s)
	}
	if w.must("GET", z, nil).get("activated_on") == nil {
		t.Error("no time of activation")
	}
	w.delegate("dns1.registrar-servers.com")
	w.pass(10 * time.Minute)
	if s := status(); s != "moved" {
		t.Errorf("after the delegation left: %s", s)
	}
	w.pass(7 * 24 * time.Hour)
	w.refused(404, 1001, "GET", z, nil)
}

// The looks grow apart: 1, 3, 7, 15 … minutes after the creation.
func TestLooksGrowApart(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	for _, d := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		w.pass(d)
		w.Look()
	}
	w.delegate("ada.ns.cloudflare.com", "rob.ns.cloudflare.com")
	w.pass(7 * time.Minute)
	if s := w.must("GET", z, nil).str("status"); s != "pending" {
		t.Errorf("before the next look: %s", s)
	}
	w.pass(time.Minute)
	if s := w.must("GET", z, nil).str("status"); s != "active" {
		t.Errorf("at the next look: %s", s)
	}
}

func TestActivationCheckIsHourly(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	w.must("PUT", z+"/activation_check", nil)
	r := w.refused(400, 1224, "PUT", z+"/activation_check", nil)
	if !strings.Contains(r.Errors[0].Message, "2026-11-22T11:00:00Z") {
		t.Errorf("the next time is not said: %s", r.Raw)
	}
	w.delegate("ada.ns.cloudflare.com", "rob.ns.cloudflare.com")
	w.pass(time.Hour)
	w.Look() // the growing schedule may have found it as well: then there is nothing to check
	if w.must("GET", z, nil).str("status") != "active" {
		w.must("PUT", z+"/activation_check", nil)
	}
	if s := w.must("GET", z, nil).str("status"); s != "active" {
		t.Errorf("after the check: %s", s)
	}
	w.refused(400, 1224, "PUT", z+"/activation_check", nil)
}

func TestActivationCheckActsAtOnce(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	w.delegate("ada.ns.cloudflare.com", "rob.ns.cloudflare.com")
	w.must("PUT", z+"/activation_check", nil)
	if s := w.must("GET", z, nil).str("status"); s != "active" {
		t.Errorf("after the check: %s", s)
	}
}

func TestPendingZonesAreDeleted(t *testing.T) {
	w := newWorld(t, func(c *cloudflare.Config) { c.Speed = 28 * 24 * 60 })
	z := w.zone()
	w.pass(59 * time.Second)
	w.must("GET", z, nil)
	w.pass(time.Second) // 28 days at this speed last a minute
	w.refused(404, 1001, "GET", z, nil)
}

// A paused zone answers its names, and the edge does not stand before them.
func TestPausedZone(t *testing.T) {
	w := newWorld(t)
	id := w.SeedZone(cloudflare.Zone{Name: "paused.example", Account: w.account, Status: "active"})
	for _, paused := range []bool{false, true, false} {
		w.must("PATCH", "/zones/"+id, obj{"paused": paused})
		if w.Proxies("paused.example") == paused {
			t.Errorf("paused %v, and it proxies the same", paused)
		}
	}
	if w.Proxies(domain) || w.Proxies("stranger.example") {
		t.Error("a pending zone, or none, is proxied")
	}
}

// The API writes an international domain as its owner does, and knows both forms.
func TestInternationalZone(t *testing.T) {
	w := newWorld(t)
	id := w.SeedZone(cloudflare.Zone{Name: "xn--bcher-kva.example", Account: w.account})
	if name := w.must("GET", "/zones/"+id, nil).str("name"); name != "bücher.example" {
		t.Errorf("named %q", name)
	}
	for _, form := range []string{"b%C3%BCcher.example", "xn--bcher-kva.example"} {
		if got := w.must("GET", "/zones?name="+form, nil); !strings.Contains(string(got.Raw), id) {
			t.Errorf("%s: %s", form, got.Raw)
		}
	}
	if _, _, _, ok := w.ZoneRecords("xn--bcher-kva.example"); !ok {
		t.Error("the name servers do not know it")
	}
}

func TestReadSideOfZones(t *testing.T) {
	w := newWorld(t)
	z := w.zone()
	w.must("POST", z+"/dns_records", obj{"type": "MX", "name": "@", "content": "in1-smtp.messagingengine.com", "priority": 10, "ttl": 3600})
	recs, ns, status, ok := w.ZoneRecords(domain)
	if !ok || status != "pending" || len(ns) != 2 || len(recs) != 1 {
		t.Fatalf("ZoneRecords: %v %v %v %v", recs, ns, status, ok)
	}
	if r := recs[0]; r.Content != "10 in1-smtp.messagingengine.com." || r.TTL != 3600 || r.Name != domain {
		t.Errorf("record %+v", r)
	}
	if _, _, _, ok := w.ZoneRecords("www." + domain); ok {
		t.Error("a name inside a zone is not a zone")
	}
	if zone, ok := w.ZoneFor("A.b." + domain + "."); !ok || zone != domain {
		t.Errorf("ZoneFor: %q %v", zone, ok)
	}
	if zone, ok := w.ZoneFor("not-" + domain); ok {
		t.Errorf("ZoneFor of a stranger: %q", zone)
	}
}
