package zone_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/steps/zone"
)

func TestIsMail(t *testing.T) {
	yes := recs(
		`x.com MX 10 a.`, `x.com TXT "v=spf1 -all"`, `x.com TXT "V=SPF1 -all"`, `x.com SPF "v=spf1 -all"`, `_dmarc.x.com TXT "v=DMARC1"`, `_dmarc.x.com CNAME d.`, `_dmarc.mg.x.com TXT "v"`,
		`s1._domainkey.x.com CNAME a.`, `_domainkey.x.com NS a.`, `_mta-sts.x.com TXT "v=STSv1"`, `mta-sts.x.com A 192.0.2.1`, `_smtp._tls.x.com TXT "v=TLSRPTv1"`,
		`autodiscover.x.com CNAME a.`, `autoconfig.x.com CNAME a.`, `_autodiscover._tcp.x.com SRV 0 0 443 a.`, `_imaps._tcp.x.com SRV 0 0 993 a.`, `_25._tcp.mail.x.com TLSA 3 1 1 aa`,
	)
	no := recs(
		`x.com A 192.0.2.1`, `x.com TXT "google-site-verification=v=spf1"`, `x.com CAA 0 issue "a"`, `_443._tcp.x.com TLSA 3 1 1 aa`, `_sip._tls.x.com SRV 0 0 443 a.`, `mail.x.com A 192.0.2.1`,
	)
	for _, r := range yes {
		if !zone.IsMail(r) {
			t.Errorf("%s is mail", r.Key())
		}
	}
	for _, r := range no {
		if zone.IsMail(r) {
			t.Errorf("%s is not mail", r.Key())
		}
	}
}

func TestGuard(t *testing.T) {
	old := recs(`x.com MX 10 mail.x.com.`, `mail.x.com A 192.0.2.1`, `www.x.com A 192.0.2.2`, `x.com TXT "v=spf1 -all"`, `x.com CAA 0 issue "a.org"`, `_dmarc.x.com TXT "v=DMARC1"`)
	cloud := recs(`x.com TXT "v=spf1 ~all"`, `_dmarc.x.com TXT "v=DMARC1"`, `y.x.com MX 1 b.`)
	rows := zone.Compare(old, cloud)
	want := []string{`missing: x.com CAA 0 issue "a.org" -`, `missing: x.com MX 10 mail.x.com. -`, `differs: x.com TXT "v=spf1 -all" x.com TXT "v=spf1 ~all"`, `missing: mail.x.com A 192.0.2.1 -`}
	if d := cmp.Diff(want, show(zone.Guard(rows, nil))); d != "" {
		t.Error(d)
	}
	left := zone.Guard(rows, []string{old[0].Key(), old[3].Key(), old[4].Key(), old[1].Key()})
	if len(left) != 0 {
		t.Errorf("skipped records still count: %q", show(left))
	}
}

func TestProxyable(t *testing.T) {
	tests := []struct {
		record string
		may    bool
	}{
		{"x.com A 198.51.100.1", true},
		{"www.x.com CNAME x.com.", true},
		{"www.x.com CNAME user.github.io.", true},
		{"shop.x.com CNAME shops.myshopify.com.", true},
		{"em.x.com CNAME a.com.", true},
		{"em1234.x.com CNAME a.com.", false},
		{"x.com MX 10 a.", false},
		{`x.com TXT "a"`, false},
		{"nas.x.com A 192.168.1.2", false},
		{"nas.x.com A 100.64.0.1", false},
		{"own.x.com A 104.21.7.7", false},
		{"own.x.com AAAA 2606:4700:3033::6815:707", false},
		{"one.x.com A 1.1.1.1", false},
		{"nas.x.com AAAA fd00::1", false},
		{"_dnsauth.x.com CNAME a.com.", false},
		{"k2._domainkey.x.com CNAME dkim2.mcsv.net.", false},
		{"x1.x.com CNAME abc.dkim.amazonses.com.", false},
		{"zb1.x.com CNAME zmverify.zoho.com.", false},
		{"gv.x.com CNAME gv-abc.dv.googlehosted.com.", false},
		{"v.x.com CNAME verify.squarespace.com.", false},
		{"www.x.com CNAME cname.vercel-dns.com.", false},
		{"mail.x.com A 198.51.100.1", false},
		{"mx2.x.com A 198.51.100.1", false},
		{"vpn.x.com A 198.51.100.1", false},
		{"ns1.x.com A 198.51.100.1", false},
		{"cpanel.x.com A 198.51.100.1", false},
	}
	for _, tt := range tests {
		may, why := zone.Proxyable(recs(tt.record)[0])
		if may != tt.may || may == (why != "") {
			t.Errorf("Proxyable(%s) = %v, %q, want %v", tt.record, may, why, tt.may)
		}
	}
}

func TestProxyableIn(t *testing.T) {
	all := recs(
		`x.com MX 10 post.x.com.`, `_minecraft._tcp.x.com SRV 0 0 25565 block.x.com.`, `lab.x.com NS server.x.com.`,
		`_443._tcp.pinned.x.com TLSA 3 1 1 aa`, `_443._tcp.www.shop2.x.com TLSA 3 1 1 aa`, `x.com TXT "v=spf1 a include:out.x.com ip4:192.0.2.1 -all"`, `y.x.com TXT "v=spf1 -all"`,
	)
	for name, may := range map[string]bool{
		"post.x.com": false, "block.x.com": false, "server.x.com": false, "pinned.x.com": false, "x.com": false, "out.x.com": false, "y.x.com": true, "www.x.com": true, "shop2.x.com": true, "www.shop2.x.com": false,
	} {
		r := zone.Record{Name: name, Type: "A", Content: "198.51.100.1"}
		if got, why := zone.ProxyableIn(r, all); got != may {
			t.Errorf("ProxyableIn(%s) = %v, %q, want %v", name, got, why, may)
		}
	}
}

func TestHoldable(t *testing.T) {
	for rtype, want := range map[string]bool{"A": true, "mx": true, "SVCB": true, "OPENPGPKEY": true, "SOA": false, "RP": false, "DNAME": false, "TYPE65280": false} {
		if zone.Holdable(rtype) != want {
			t.Errorf("Holdable(%s) is not %v", rtype, want)
		}
	}
}

func TestPrune(t *testing.T) {
	kept, left := zone.Prune("x.com", recs(
		`x.com SOA a. b. 1 2 3 4 5`, `x.com NS ns1.old.`, `x.com A 192.0.2.1`, `x.com RRSIG A 1`, `x.com DNSKEY 257 3 13 aa`, `x.com TXT "v=spf1 -all"`, `x.com SPF "v=spf1 -all"`,
		`lab.x.com NS ns1.lab.x.com.`, `lab.x.com NS ns.other.`, `lab.x.com DS 1 13 2 aa`, `lab.x.com A 192.0.2.2`, `ns1.lab.x.com A 192.0.2.3`, `www.lab.x.com A 192.0.2.4`,
		`_acme-challenge.x.com TXT "used"`, `_acme-challenge.www.x.com CNAME a.b.`, `_domainconnect.x.com TXT "a"`, `elsewhere.com A 192.0.2.5`,
	))
	var keptNames, leftNames []string
	for _, r := range kept {
		keptNames = append(keptNames, r.Name+" "+r.Type)
	}
	for _, l := range left {
		leftNames = append(leftNames, l.Record.Name+" "+l.Record.Type)
		if !strings.HasSuffix(l.Why, ".") {
			t.Errorf("%s is left out without a reason", l.Record.Key())
		}
	}
	wantKept := []string{"x.com A", "x.com TXT", "lab.x.com NS", "lab.x.com NS", "lab.x.com DS", "ns1.lab.x.com A", "_acme-challenge.www.x.com CNAME"}
	wantLeft := []string{"x.com SOA", "x.com NS", "x.com DNSKEY", "x.com SPF", "lab.x.com A", "www.lab.x.com A", "_acme-challenge.x.com TXT", "_domainconnect.x.com TXT"}
	if !slices.Equal(keptNames, wantKept) || !slices.Equal(leftNames, wantLeft) {
		t.Errorf("kept %q\nleft %q", keptNames, leftNames)
	}
}
