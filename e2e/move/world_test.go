package move_test

import (
	"context"
	_ "embed"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"example.test/wizard/clients/cloudflare"
	"example.test/wizard/clients/rdap"
	"example.test/wizard/clients/resolver"
	"example.test/wizard/sim"
	simdns "example.test/wizard/sim/dns"
	"example.test/wizard/steps"
)

//go:embed testdata/grand.zone
var grandText string

const grand = "grand-move.net"

// A rig is step 2 with the wizard's own clients in a pretend world.
type rig struct {
	t       *testing.T
	world   *sim.World
	old     map[string]string // the old servers, by name
	servers map[string]string // where every server is asked
	dns     *resolver.Resolver
	step    *steps.DNSStep
	set     steps.Settings
}

// kept holds what was found.
type kept struct{ found steps.Found }

func (k *kept) Found(string) (steps.Found, error)           { return k.found, nil }
func (k *kept) SaveFound(_ string, found steps.Found) error { k.found = found; return nil }

// newRig registers the domain. old is where a real server answers for it; empty
// for the pretend old host.
func newRig(t *testing.T, d simdns.Domain, old string) *rig {
	t.Helper()
	w, err := sim.Start(sim.Options{Dir: t.TempDir(), Speed: 100})
	must(t, err)
	t.Cleanup(func() { must(t, w.Close()) })
	must(t, w.DNS.Register(d))
	place := w.File()
	r := &rig{t: t, world: w, old: map[string]string{}}
	servers := w.DNS.Addresses()
	for _, name := range []string{simdns.OldHost1, simdns.OldHost2} {
		if old != "" {
			servers[name] = old
		}
		r.old[name] = servers[name]
	}
	r.servers = servers
	r.dns = r.asker(2 * time.Second)
	account := cloudflare.New(cloudflare.Config{BaseURL: place.CloudflareAPI, Token: func() steps.Secret { return steps.NewSecret(sim.DemoToken) }, Pace: 100})
	registry := rdap.New(rdap.Config{Base: place.RDAP})
	r.step = &steps.DNSStep{Zones: account, Records: account, DNS: r.dns, Registry: registry, Store: &kept{}, Now: time.Now, Pace: 100}
	accounts, err := account.Accounts(t.Context())
	must(t, err)
	r.set = steps.Settings{Installation: "test", Domain: d.Name, AccountID: accounts[0].ID, AccountName: accounts[0].Name}
	return r
}

// asker asks the rig's servers, and waits so long for each answer.
func (r *rig) asker(timeout time.Duration) *resolver.Resolver {
	return resolver.New(resolver.Config{Servers: r.servers, Resolvers: resolver.StandIns(r.world.File().Resolvers), Timeout: timeout, Rate: 5000})
}

// patience is how many milliseconds the search waits for one answer.
func (r *rig) patience(ms int) {
	r.dns = r.asker(time.Duration(ms) * time.Millisecond)
	r.step.DNS = r.dns
}

// look inspects, and remembers what the engine would.
func (r *rig) look() (steps.Finding, *steps.DNSDetail) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), time.Minute)
	defer cancel()
	f, err := r.step.Inspect(ctx, r.set)
	must(r.t, err)
	r.set, _ = r.step.Remember(r.set, f, time.Now())
	return f, f.Detail.(*steps.DNSDetail)
}

// confirm carries out the plan, as long as it has one.
func (r *rig) confirm() {
	r.t.Helper()
	for range 5 {
		f, _ := r.look()
		plan := f.Plan()
		if len(plan) == 0 {
			return
		}
		for _, a := range plan {
			var err error
			r.set, err = r.step.Apply(r.t.Context(), r.set, a)
			must(r.t, err)
		}
	}
	f, _ := r.look()
	r.t.Fatalf("the plan has no end: %+v", f.Plan())
}

// signedText is the zone with keys, signatures and NSEC chain, as the pretend
// host signs it, for servers that only serve.
func signedText(t *testing.T) string {
	t.Helper()
	w, err := simdns.Start(simdns.Config{})
	must(t, err)
	t.Cleanup(func() { must(t, w.Close()) })
	must(t, w.Register(simdns.Domain{Name: grand, Zone: grandText, Signed: true, Transfer: true}))
	in, err := new(dns.Transfer).In(new(dns.Msg).SetAxfr(dns.Fqdn(grand)), w.Addresses()[simdns.OldHost1])
	must(t, err)
	var text strings.Builder
	soas := 0
	for e := range in {
		must(t, e.Error)
		for _, rr := range e.RR {
			if rr.Header().Rrtype == dns.TypeSOA {
				if soas++; soas == 2 {
					continue
				}
			}
			text.WriteString(rr.String() + "\n")
		}
	}
	return text.String()
}
