package resolver_test

import (
	"slices"
	"testing"

	mdns "github.com/miekg/dns"

	simdns "example.test/wizard/sim/dns"
)

func TestNameServersSeen(t *testing.T) {
	_, r := world(t, simdns.Config{})
	seen, err := r.NameServersSeen(limited(t), simdns.DemoDomain)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range seen {
		ids = append(ids, s.ID)
		if !slices.Equal(s.Values, []string{simdns.OldHost1, simdns.OldHost2}) || s.Err != "" || s.TTL <= 0 || s.Local != (s.ID == "local") {
			t.Errorf("%+v", s)
		}
	}
	if want := []string{"cloudflare", "google", "quad9", "opendns", "local"}; !slices.Equal(ids, want) {
		t.Errorf("asked %q, want %q", ids, want)
	}
}

func TestAddressesSeen(t *testing.T) {
	t.Parallel()
	w, _ := world(t, simdns.Config{})
	r := client(w, patient)
	fault(t, w, "8.8.8.8", simdns.Fault{Rcode: mdns.RcodeRefused})
	fault(t, w, "9.9.9.9", simdns.Fault{Silent: true})
	fault(t, w, "208.67.222.222", simdns.Fault{Rcode: mdns.RcodeServerFailure})
	seen, err := r.AddressesSeen(limited(t), "home."+simdns.DemoDomain)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"cloudflare": "", "google": "refuses to answer", "quad9": "does not answer", "opendns": "could not find out (SERVFAIL)", "local": ""}
	for _, s := range seen {
		if s.GaveUp != (s.ID == "opendns") {
			t.Errorf("%s gave up: %v", s.ID, s.GaveUp)
		}
		if s.Err != want[s.ID] {
			t.Errorf("%s: %q, want %q", s.ID, s.Err, want[s.ID])
		}
		if s.Err == "" && !slices.Equal(s.Values, []string{"2001:db8:beef::17", "203.0.113.17"}) {
			t.Errorf("%s: %q", s.ID, s.Values)
		}
	}
	// Nothing there is an answer too, and believed for a while.
	seen, err = r.AddressesSeen(limited(t), "nothing."+simdns.DemoDomain)
	if err != nil || len(seen[0].Values) != 0 || seen[0].Err != "" || seen[0].TTL <= 0 {
		t.Errorf("%+v, %v", seen[0], err)
	}
}
