package main

import (
	"encoding/json"
	"net/url"
	"slices"
	"testing"

	"example.test/wizard/clients/cloudflare"
	"example.test/wizard/sim"
	own "example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
)

// linked is what the token of the wizard's own link may do: Cloudflare's form
// drops a key that it does not know without a word.
func linked(t *testing.T) (out []own.Permission) {
	t.Helper()
	u, err := url.Parse(cloudflare.TokenLink("x"))
	if err != nil {
		t.Fatal(err)
	}
	var keys []struct{ Key, Type string }
	if err := json.Unmarshal([]byte(u.Query().Get("permissionGroupKeys")), &keys); err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		p := own.Permission(k.Key + ":" + k.Type)
		if slices.Contains(own.AllPermissions(), p) {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// TestDemoToken: the token of the demonstration may do what the token of the link
// may do, and nothing more, or the demonstration would hide what is missing.
func TestDemoToken(t *testing.T) {
	if want, got := linked(t), slices.Sorted(slices.Values(sim.DemoPermissions())); !slices.Equal(want, got) {
		t.Errorf("the link makes %q, the demonstration has %q", want, got)
	}
}

// TestOwnAddress: step 9 offers the account's own address to a token made by the
// link, and asks for one where the token may not tell.
func TestOwnAddress(t *testing.T) {
	m := newMeasures(t)
	for value, c := range map[string]struct {
		may  []own.Permission
		want string
	}{
		"cfut_pretend0token0made0by0the0link000000000000": {linked(t), "robin@example.com"},
		"cfut_pretend0token0whose0key0was0dropped0000000": {slices.DeleteFunc(linked(t), func(p own.Permission) bool { return p == own.UserRead }), ""},
	} {
		m.api.SeedToken(own.Token{Value: value, Permissions: c.may})
		m.end()
		m.token = value
		m.begin()
		f := m.look(steps.IDNotifications)
		if d := f.Detail.(*steps.NotificationsDetail); d.Email != c.want || f.Ask != "email" {
			t.Errorf("%v: %q is offered, asks for %q", c.may, d.Email, f.Ask)
		}
		for _, p := range cloudflare.Permissions() {
			if p.Key != "user_details" {
				continue
			}
			if allowed, known, err := m.cloud.Allowed(t.Context(), p, m.account, m.zone); err != nil || !known || allowed != (c.want != "") || !p.Soft {
				t.Errorf("%+v: allowed %t, known %t, %v", p, allowed, known, err)
			}
		}
	}
}
