package move_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"

	simdns "example.test/wizard/sim/dns"
)

// alias answers for the domain itself with an alias beside other records, as
// some hosts do although RFC 1034 forbids it.
func alias(target string) liar {
	held := map[uint16]string{
		dns.TypeA: grand + ". 300 CNAME " + target + ".", dns.TypeAAAA: grand + ". 300 CNAME " + target + ".",
		dns.TypeMX: grand + ". 300 MX 10 mail.elsewhere.example.", dns.TypeTXT: grand + `. 300 TXT "v=spf1 mx -all"`,
	}
	return func(w dns.ResponseWriter, q *dns.Msg) {
		if refuseTransfer(w, q) {
			return
		}
		line := held[q.Question[0].Qtype]
		switch at := strings.EqualFold(q.Question[0].Name, dns.Fqdn(grand)); {
		case !at && q.Question[0].Qtype != dns.TypeSOA:
			m := reply(q)
			m.Rcode = dns.RcodeNameError
			send(w, q, m)
		case line == "":
			send(w, q, reply(q))
		default:
			send(w, q, reply(q, line))
		}
	}
}

// TestAliasAtTheDomainItself: Cloudflare holds it, and its servers answer with
// the addresses of its target ("flattening"). The records beside it come along.
func TestAliasAtTheDomainItself(t *testing.T) {
	t.Parallel()
	const target = "stores.shop-host.net"
	r := newRig(t, simdns.Domain{Name: grand}, alias(target).serve(t))
	must(t, r.world.DNS.Register(simdns.Domain{Name: "shop-host.net", Zone: simple(simdns.OldHost1, simdns.OldHost2) + "stores A 203.0.113.80\n"}))
	r.confirm()
	_, d := r.look()
	cloud, err := r.step.Records.Records(t.Context(), r.set.ZoneID)
	must(t, err)
	var held []string
	for _, rec := range cloud {
		held = append(held, rec.Type+" "+rec.Content)
	}
	slices.Sort(held)
	want := []string{"CNAME " + target + ".", "MX 10 mail.elsewhere.example.", `TXT "v=spf1 mx -all"`}
	if !slices.Equal(held, want) {
		t.Errorf("at Cloudflare: %q", held)
	}
	if d.Hidden {
		t.Error("the name servers stay hidden")
	}
	addresses := r.world.DNS.Addresses()
	for _, server := range d.Zone.NameServers {
		m, _, err := new(dns.Client).ExchangeContext(t.Context(), new(dns.Msg).SetQuestion(dns.Fqdn(grand), dns.TypeA), addresses[server])
		must(t, err)
		if len(m.Answer) != 1 || !strings.HasSuffix(m.Answer[0].String(), "A\t203.0.113.80") {
			t.Errorf("%s answers %v", server, m.Answer)
		}
	}
}
