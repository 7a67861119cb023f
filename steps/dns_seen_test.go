package steps

import (
	"time"

	"example.test/wizard/steps/zone"
)

// What a look at step 2 may have seen, for the tests of its findings.

func pairOf() []string { return []string{"ada.ns.cloudflare.com", "bob.ns.cloudflare.com"} }

// oldRecords is a small domain with mail.
func oldRecords() []zone.Record {
	return []zone.Record{
		{Name: "example.com", Type: "A", Content: "192.0.2.10"},
		{Name: "example.com", Type: "MX", Content: "10 mail.example.com."},
		{Name: "mail.example.com", Type: "A", Content: "192.0.2.25"},
		{Name: "example.com", Type: "TXT", Content: `"v=spf1 mx -all"`},
	}
}

func inCloud(recs []zone.Record) (out []CloudRecord) {
	for i, r := range recs {
		out = append(out, CloudRecord{ID: string(rune('a' + i)), Record: r})
	}
	return out
}

// delegated is what the registry's servers say, one list of names for each.
func delegated(servers ...[]string) Delegation {
	d := Delegation{Exists: true}
	union := map[string]bool{}
	for i, ns := range servers {
		d.Servers = append(d.Servers, ParentAnswer{Server: string(rune('a'+i)) + ".gtld.example", NS: ns})
		for _, n := range ns {
			if !union[n] {
				d.NS = append(d.NS, n)
			}
			union[n] = true
		}
	}
	return d
}

// moving is a domain whose records are copied and whose name servers are not changed yet.
func moving() dnsSeen {
	old := []string{"ns1.old.example", "ns2.old.example"}
	return dnsSeen{
		zone:   Zone{ID: "zone-1", Name: "example.com", AccountID: "acc-1", Status: "pending", Plan: "Free Website", NameServers: pairOf(), Created: noon(), Reading: here()},
		exists: true, delegation: delegated(old, old),
		registration: Registration{Found: true, Registrar: "Namecheap, Inc.", Guide: RegistrarGuide{Name: "Namecheap", DNSURL: "https://namecheap.example/dnssec"}, Expires: noon().AddDate(0, 6, 0)},
		sightings:    []Sighting{{Resolver: "Google", ID: "google", Values: old, TTL: time.Hour}, {Resolver: "Quad9", ID: "quad9", Values: old}, {Resolver: "Cloudflare", ID: "cloudflare", Err: "timeout"}},
		found:        Found{Domain: "example.com", At: noon(), Records: oldRecords()}, cloud: inCloud(oldRecords()),
		answers:   []zone.Answer{{Rcode: "NOERROR", Auth: true, Records: []zone.Record{{Type: "SOA"}}}, {Rcode: "NOERROR", Auth: true, Records: []zone.Record{{Type: "SOA"}}}},
		pairSaid:  []zone.Answer{pairAnswer(), pairAnswer()},
		agreement: Agreement{Asked: 4, At: noon()},
	}
}

// pairAnswer is what an assigned server says when it is asked for the name servers.
func pairAnswer() zone.Answer {
	a := zone.Answer{Rcode: "NOERROR", Auth: true}
	for _, ns := range pairOf() {
		a.Records = append(a.Records, zone.Record{Name: "example.com", Type: "NS", Content: ns + "."})
	}
	return a
}

func active(d *dnsSeen) {
	d.zone.Status, d.zone.Activated = "active", noon()
	d.delegation = delegated(pairOf(), pairOf())
	for i := range d.sightings {
		d.sightings[i].Values, d.sightings[i].Err = pairOf(), ""
	}
}

// unnamed: the old servers have something below _domainkey, and do not tell what.
func unnamed(d *dnsSeen) { d.found.Unknown = []string{"_domainkey.example.com", "_tcp.example.com"} }

// follows: the domain itself has the addresses of the host that www leads to.
func follows(d *dnsSeen, service string) {
	d.found.Alias = &zone.Alias{Target: "shops.host.example", Same: true, Service: service}
}
