package cloudflare_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	sim "example.test/wizard/sim/cloudflare"
)

func TestZones(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if _, found, err := w.FindZone(ctx, w.account, "new.example"); found || err != nil {
		t.Errorf("found %t, %v", found, err)
	}
	made, err := w.CreateZone(ctx, w.account, "new.example")
	if err != nil {
		t.Fatal(err)
	}
	if made.ID == "" || made.Status != "pending" || made.Name != "new.example" || len(made.NameServers) != 2 || made.Plan == "" ||
		made.AccountID != w.account || made.AccountName != "Ann's account" || !made.Activated.IsZero() || made.Created.IsZero() ||
		!slices.Equal(made.OldServers, []string{"ns1.old.test", "ns2.old.test"}) || made.Ray == "" {
		t.Errorf("%+v", made)
	}
	got, found, err := w.FindZone(ctx, w.account, "New.Example")
	if err != nil || !found || got.ID != made.ID {
		t.Errorf("%+v, %t, %v", got, found, err)
	}
	if got, err = w.Zone(ctx, made.ID); err != nil || !slices.Equal(got.NameServers, made.NameServers) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, z := range []sim.Zone{{Name: "there.example", Account: w.account, Status: "active"}, {Name: "Bücher.example", Account: w.account, Status: "active"}, {Name: "theirs.example", Account: w.api.SeedAccount(sim.Account{Name: "Bob"}), Status: "active"}} {
		w.api.SeedZone(z)
	}
	if names, err := w.ActiveZones(ctx, w.account); err != nil || !slices.Equal(names, []string{"there.example", "xn--bcher-kva.example"}) {
		t.Errorf("active, and without the one that waits: %v, %v", names, err)
	}
	if names, err := w.ActiveZones(ctx, "0123456789abcdef0123456789abcdef"); err != nil || len(names) != 0 {
		t.Errorf("of another account: %v, %v", names, err)
	}
	if err := w.CheckActivation(ctx, made.ID); err != nil {
		t.Error(err)
	}
	_, err = w.CreateZone(ctx, w.account, "new.example")
	if e := failure(t, err); e.Code != 1061 || e.Unclear {
		t.Errorf("made twice: %+v", e)
	}
	if _, err = w.Zone(ctx, "0123456789abcdef0123456789abcdef"); err == nil {
		t.Error("a zone that is not there")
	}
}

// An international domain is one domain, in whichever form the API writes it.
func TestInternationalZone(t *testing.T) {
	w := newWorld(t)
	made, err := w.CreateZone(t.Context(), w.account, "xn--bcher-kva.example")
	if err != nil || made.Name != "xn--bcher-kva.example" {
		t.Fatalf("%+v, %v", made, err)
	}
	for _, name := range []string{"xn--bcher-kva.example", "Bücher.Example"} {
		got, found, err := w.FindZone(t.Context(), w.account, name)
		if err != nil || !found || got.ID != made.ID || got.Name != "xn--bcher-kva.example" {
			t.Errorf("%s: %+v, %t, %v", name, got, found, err)
		}
	}
	// Another service may know the name in the one form only.
	for _, only := range []string{"bücher.example", "xn--bcher-kva.example"} {
		c, s := connect(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			list := "[]"
			if r.URL.Query().Get("name") == only {
				list = `[{"id":"z1","name":"` + only + `","status":"active"}]`
			}
			page(200, `{"success":true,"errors":[],"result":`+list+`}`).ServeHTTP(rw, r)
		}))
		if got, found, err := c.FindZone(t.Context(), "", "xn--bcher-kva.example"); err != nil || !found || got.Name != "xn--bcher-kva.example" {
			t.Errorf("known as %s: %+v, %t, %v, asked %v", only, got, found, err, s.sent())
		}
	}
	c, s := connect(t, page(200, `{"success":true,"errors":[],"result":[]}`))
	if _, found, err := c.FindZone(t.Context(), "", "example.com"); found || err != nil || len(s.sent()) != 1 {
		t.Errorf("%t, %v, asked %v", found, err, s.sent())
	}
}

// The key with which Cloudflare signs is told as the parent's servers tell a DS record.
func TestSignedWith(t *testing.T) {
	w := newWorld(t)
	if ds, err := w.SignedWith(t.Context(), w.zone); ds != "" || err != nil {
		t.Errorf("not signed: %q, %v", ds, err)
	}
	if _, err := w.api.Dashboard("PATCH", "/zones/"+w.zone+"/dnssec", map[string]any{"status": "active"}); err != nil {
		t.Fatal(err)
	}
	ds, err := w.SignedWith(t.Context(), w.zone)
	if parts := strings.Fields(ds); err != nil || len(parts) != 4 || parts[1] != "13" || parts[2] != "2" || len(parts[3]) != 64 || ds != strings.ToLower(ds) {
		t.Errorf("signed with %q, %v", ds, err)
	}
}

// The zone of a name that several accounts hold is the one that serves it.
func TestZoneHeldTwice(t *testing.T) {
	w := newWorld(t)
	second := w.api.SeedAccount(sim.Account{Name: "b"})
	want := w.api.SeedZone(sim.Zone{Name: "twice.example", Account: second, Status: "active", NameServers: []string{"ns1.old.test", "ns2.old.test"}})
	got, found, err := w.FindZone(t.Context(), w.account, "twice.example")
	if err != nil || !found || got.ID != want {
		t.Errorf("%+v, %v", got, err)
	}
	c, _ := connect(t, page(200, `{"success":true,"errors":[],"result":[
		{"id":"z1","name":"twice.example","status":"moved"},{"id":"z2","name":"twice.example","status":"active"},
		{"id":"z3","name":"twice.example","status":"pending"},{"id":"z4","name":"not.twice.example","status":"active"}]}`))
	if got, _, err = c.FindZone(t.Context(), "a1", "twice.example"); err != nil || got.ID != "z2" {
		t.Errorf("%+v, %v", got, err)
	}
	c, _ = connect(t, page(200, `{"success":true,"errors":[],"result":[
		{"id":"z1","name":"twice.example","status":"active","account":{"id":"a1"}},{"id":"z2","name":"twice.example","status":"pending","account":{"id":"a2"}},
		{"id":"z3","name":"twice.example","status":"active","account":{"id":"a3"}}]}`))
	for account, want := range map[string]string{"a1": "z1", "a2": "z2", "a3": "z3", "a4": "z1"} {
		if got, _, err = c.FindZone(t.Context(), account, "twice.example"); err != nil || got.ID != want {
			t.Errorf("for %s: %+v, %v", account, got, err)
		}
	}
}
