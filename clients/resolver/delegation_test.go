package resolver_test

import (
	"slices"
	"testing"
	"time"

	mdns "github.com/miekg/dns"

	simdns "example.test/wizard/sim/dns"
)

func TestDelegation(t *testing.T) {
	w, r := world(t, simdns.Config{})
	if err := w.Register(simdns.Domain{Name: "attic.co.uk"}); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		domain string
		ns     []string
		ds     int
		source string
	}{
		{simdns.DemoDomain, []string{simdns.OldHost1, simdns.OldHost2}, 0, "2 servers of .com"},
		{"Attic-Films.COM.", []string{simdns.OldHost1, simdns.OldHost2}, 0, "2 servers of .com"},
		{simdns.SignedDomain, []string{"curitiba.ns.porkbun.com", "fortaleza.ns.porkbun.com"}, 1, "2 servers of .org"},
		{"attic.co.uk", []string{simdns.OldHost1, simdns.OldHost2}, 0, "2 servers of .co.uk"},
		{simdns.UnregisteredDomain, nil, 0, "2 servers of .com"},
		{simdns.HeldDomain, nil, 0, "2 servers of .com"},
	}
	for _, tt := range tests {
		t.Run(tt.domain, func(t *testing.T) {
			d, err := r.Delegation(limited(t), tt.domain)
			if err != nil {
				t.Fatal(err)
			}
			if d.Exists != (tt.ns != nil) || !slices.Equal(d.NS, tt.ns) || len(d.DS) != tt.ds || d.Source != tt.source || d.At.IsZero() {
				t.Errorf("%+v", d)
			}
			if (d.DSTTL > 0) != (tt.ds > 0) {
				t.Errorf("DS for %v", d.DSTTL)
			}
			if len(d.Servers) != 2 {
				t.Errorf("servers: %+v", d.Servers)
			}
			for _, s := range d.Servers {
				if s.Err != "" || !slices.Equal(s.NS, tt.ns) {
					t.Errorf("%+v", s)
				}
			}
		})
	}
}

func TestDelegationFaults(t *testing.T) {
	t.Parallel()
	w, _ := world(t, simdns.Config{})
	r := client(w, patient)
	for _, tt := range []struct {
		fault simdns.Fault
		want  string
	}{
		{simdns.Fault{Silent: true}, "does not answer"},
		{simdns.Fault{Rcode: mdns.RcodeRefused}, "refuses to answer"},
		{simdns.Fault{Rcode: mdns.RcodeServerFailure}, "reports a failure of its own"},
		{simdns.Fault{Lame: true}, "does not answer for .com"},
	} {
		fault(t, w, simdns.Registry1, tt.fault)
		d, err := r.Delegation(limited(t), simdns.DemoDomain)
		if err != nil {
			t.Fatal(err)
		}
		if !d.Exists || d.Servers[0].Err != tt.want || d.Servers[1].Err != "" {
			t.Errorf("%+v: %+v, want %q", tt.fault, d.Servers, tt.want)
		}
	}
	fault(t, w, simdns.Registry2, simdns.Fault{Silent: true})
	fault(t, w, simdns.Registry1, simdns.Fault{Silent: true})
	if d, err := r.Delegation(limited(t), simdns.DemoDomain); err == nil {
		t.Errorf("a registry that does not answer says %+v", d)
	}
}

func TestDelegationFollowsTheRegistry(t *testing.T) {
	now := make(chan time.Time, 1)
	now <- time.Now()
	clock := func() time.Time { t := <-now; now <- t; return t }
	w, r := world(t, simdns.Config{Now: clock})
	if err := w.SetDelegation(simdns.DemoDomain, []string{"ada.ns.cloudflare.com", "rob.ns.cloudflare.com"}); err != nil {
		t.Fatal(err)
	}
	<-now
	now <- time.Now().Add(2 * time.Minute)
	d, err := r.Delegation(limited(t), simdns.DemoDomain)
	if err != nil {
		t.Fatal(err)
	}
	// One of the two servers has followed; both views are shown.
	if len(d.NS) != 4 || slices.Equal(d.Servers[0].NS, d.Servers[1].NS) {
		t.Errorf("%+v", d)
	}
}
