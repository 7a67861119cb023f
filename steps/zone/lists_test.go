package zone

import (
	"slices"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	usual, deep := words(false), words(true)
	if len(usual) < 600 || len(usual) > 650 || len(deep) != deepNames {
		t.Errorf("%d usual words and %d deep ones", len(usual), len(deep))
	}
	if !slices.Equal(usual, deep[:len(usual)]) {
		t.Error("a deep search does not begin with the usual words")
	}
	seen := map[string]bool{}
	for _, w := range deep {
		if seen[w] || wrongLabel("x."+w+"x") || len(w) > 63 {
			t.Errorf("%q is no label, or is there twice", w)
		}
		seen[w] = true
	}
}

func TestUnderscores(t *testing.T) {
	all := 0
	defer func() {
		if all < 280 || all > 330 { // the page says about 300
			t.Errorf("%d names in all", all)
		}
	}()
	for _, section := range []string{"probes", "mail", "names", "selectors"} {
		list := underscores(section)
		all += len(list)
		if len(list) < 5 {
			t.Errorf("%s has %d names", section, len(list))
		}
		for _, q := range list {
			if q.name != CanonicalName(q.name) || len(q.types) == 0 || slices.ContainsFunc(q.types, func(s string) bool { return !Holdable(s) }) {
				t.Errorf("%s: %+v", section, q)
			}
		}
	}
	if n := len(underscores("selectors")); n < 140 {
		t.Errorf("%d selectors", n)
	}
}

func TestProvidersList(t *testing.T) {
	list := providers()
	names := map[string]bool{}
	for _, p := range list {
		if names[p.name] || p.name == "" {
			t.Errorf("%q is there twice, or has no name", p.name)
		}
		names[p.name] = true
		if p.proxy != "" && (p.proxy != "no" || len(p.marks["cname"]) == 0) {
			t.Errorf("%s: proxy %q", p.name, p.proxy)
		}
		if len(p.marks) == 0 {
			t.Errorf("%s: nothing recognises it", p.name)
		}
		for mark, values := range p.marks {
			if !slices.Contains([]string{"mx", "spf", "txt", "cname", "a", "ns", "caa"}, mark) {
				t.Errorf("%s: mark %q", p.name, mark)
			}
			for _, v := range values {
				if mark == "a" && Canonical("AAAA", v) != v || mark != "a" && mark != "txt" && v != strings.ToLower(v) {
					t.Errorf("%s: %s %q is not in its usual form", p.name, mark, v)
				}
			}
		}
		for _, q := range p.ask {
			if slices.ContainsFunc(q.types, func(s string) bool { return !Holdable(s) }) || strings.ContainsAny(q.name, "/:") {
				t.Errorf("%s: question %+v", p.name, q)
			}
		}
	}
}

func TestRecognise(t *testing.T) {
	tests := []struct {
		rtype, content, want string
	}{
		{"MX", "10 x-com.mail.protection.outlook.com.", "Microsoft 365"},
		{"MX", "0 x-com.k-v1.mx.microsoft.", "Microsoft 365"},
		{"TXT", `"MS=ms12345678"`, "Microsoft 365"},
		{"MX", "1 smtp.google.com.", "Google Workspace"},
		{"TXT", `"v=spf1 a include:_spf.google.com ~all"`, "Google Workspace"},
		{"MX", "10 in1-smtp.messagingengine.com.", "Fastmail"},
		{"CNAME", "fm1.x.com.dkim.fmhosted.com.", "Fastmail"},
		{"MX", "10 mx.zoho.eu.", "Zoho Mail"},
		{"MX", "10 mail.protonmail.ch.", "Proton Mail"},
		{"MX", "10 mx01.mail.icloud.com.", "iCloud Mail"},
		{"MX", "10 mxext1.mailbox.org.", "mailbox.org"},
		{"MX", "10 aspmx1.migadu.com.", "Migadu"},
		{"MX", "0 mail.tutanota.de.", "Tuta"},
		{"MX", "10 mx1.privateemail.com.", "Namecheap Private Email"},
		{"MX", "10 mx00.ionos.co.uk.", "IONOS Mail"},
		{"MX", "1 mx1.mail.ovh.net.", "OVHcloud mail"},
		{"MX", "0 smtp.secureserver.net.", "GoDaddy mail"},
		{"MX", "10 mx1.titan.email.", "Titan"},
		{"MX", "5 mx1.hostinger.com.", "Hostinger Email"},
		{"MX", "10 mail.x.com.", "Mail on its own host"},
		{"TXT", `"v=spf1 include:servers.mcsv.net ?all"`, "Mailchimp"},
		{"TXT", `"v=spf1 redirect=sendgrid.net"`, "SendGrid"},
		{"TXT", `"v=spf1 include:amazonses.com -all"`, "Amazon SES"},
		{"TXT", `"v=spf1 +include:mailgun.org -all"`, "Mailgun"},
		{"CNAME", "pm.mtasv.net.", "Postmark"},
		{"CNAME", "links1.resend-dns.com.", "Resend"},
		{"TXT", `"brevo-code:abc"`, "Brevo"},
		{"TXT", `"v=spf1 include:1234.spf08.hubspotemail.net -all"`, "HubSpot"},
		{"A", "23.227.38.65", "Shopify"},
		{"AAAA", "2620:0127:f00f:5::", "Shopify"},
		{"CNAME", "ext-cust.squarespace.com.", "Squarespace"},
		{"CNAME", "cdn1.wixdns.net.", "Wix"},
		{"CNAME", "robin.github.io.", "GitHub Pages"},
		{"CNAME", "attic.netlify.app.", "Netlify"},
		{"CNAME", "cname.vercel-dns.com.", "Vercel"},
		{"CAA", `0 issue "letsencrypt.org"`, "Let's Encrypt"},
		{"NS", "ns2.klaviyo.com.", "Klaviyo"},
		{"MX", "10 notmessagingengine.com.", ""},
		{"MX", "10 mail.y.com.", ""},
		{"CNAME", "github.io.evil.net.", ""},
		{"TXT", `"includes include:sendgrid.net"`, ""},
	}
	for _, tt := range tests {
		var got []string
		for _, p := range providers() {
			if _, ok := p.recognise(Record{Name: "x.com", Type: tt.rtype, Content: tt.content}, "x.com"); ok {
				got = append(got, p.name)
			}
		}
		if tt.want == "" && len(got) > 0 || tt.want != "" && !slices.Contains(got, tt.want) {
			t.Errorf("%s %s is taken for %q, want %q", tt.rtype, tt.content, got, tt.want)
		}
	}
}

func TestRecogniseNames(t *testing.T) {
	for _, p := range providers() {
		if p.name != "GitHub Pages" {
			continue
		}
		x, ok := p.recognise(Record{Name: "www.x.com", Type: "CNAME", Content: "robin.github.io."}, "x.com")
		if !ok || x != "robin" {
			t.Errorf("the user of robin.github.io is %q", x)
		}
	}
}
