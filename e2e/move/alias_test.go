package move_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"

	simdns "example.test/wizard/sim/dns"
	"example.test/wizard/steps"
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

// TestAddressesOfAnotherName: an old host that answers at the domain itself with
// the addresses of where www leads ("ALIAS"). They are not frozen where the host is
// known, and where it is not, the person may choose; else nothing is suspected.
func TestAddressesOfAnotherName(t *testing.T) {
	for _, tt := range []struct {
		name, apex, target, service string
		choice                      string // of the person
		want                        string // at the domain itself
	}{
		{"a known host", "23.227.38.74", "shops.myshopify.com", "Shopify", "", "CNAME shops.myshopify.com."},
		{"a known host, and the person wants the address", "23.227.38.74", "shops.myshopify.com", "Shopify", steps.AliasCopy, "A 23.227.38.74"},
		{"some host", "203.0.113.80", "stores.shop-host.net", "", "", "A 203.0.113.80"},
		{"some host, and the person knows it", "203.0.113.80", "stores.shop-host.net", "", steps.AliasFollow, "CNAME stores.shop-host.net."},
		{"another address", "203.0.113.81", "stores.shop-host.net", "none", "", "A 203.0.113.81"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := "$TTL 300\n@ SOA ns. host. 1 7200 1800 604800 300\n@ NS " + simdns.OldHost1 + ".\n@ NS " + simdns.OldHost2 + ".\n@ A " + tt.apex + "\nwww CNAME " + tt.target + ".\n@ TXT \"v=spf1 -all\"\n"
			r := newRig(t, simdns.Domain{Name: grand, Zone: text}, "")
			must(t, r.world.DNS.Register(simdns.Domain{Name: "shop-host.net", Zone: simple(simdns.OldHost1, simdns.OldHost2) + "stores A 203.0.113.80\n"}))
			r.set.Records.Alias = tt.choice
			r.confirm()
			f, d := r.look()
			if got := d.Found.Alias; (got == nil) != (tt.service == "none") || got != nil && got.Service != tt.service {
				t.Errorf("suspected: %+v", got)
			}
			var held []string
			for _, rec := range d.Cloud {
				if rec.Name == grand && rec.Type != "TXT" {
					held = append(held, rec.Type+" "+rec.Content)
				}
			}
			if !slices.Equal(held, []string{tt.want}) {
				t.Errorf("at the domain itself: %q", held)
			}
			if d.Part != steps.DNSRegistrar || d.Hidden {
				t.Errorf("%s, hidden %v: %+v", d.Part, d.Hidden, f.Checks)
			}
		})
	}
}
