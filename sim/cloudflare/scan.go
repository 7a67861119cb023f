package cloudflare

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// scanTime is how long a scan takes until its last result is there.
const scanTime = 30 * time.Second

// scanRow is a scan and what it found; nothing of it is in the zone until it is
// accepted.
type scanRow struct {
	Started time.Time `json:"started"`
	Found   []found   `json:"found"`
}

// found is a result of a scan, from the time it is shown.
type found struct {
	Record record    `json:"record"`
	Shown  time.Time `json:"shown"`
}

func scanRoutes() []route {
	const base = "/zones/{zone}/dns_records/scan"
	return []route{
		{method: "POST", pattern: base, need: DNSEdit, handle: scanAtOnce, prepare: askScan},
		{method: "POST", pattern: base + "/trigger", need: DNSEdit, handle: triggerScan, prepare: askScan},
		{method: "GET", pattern: base + "/review", need: DNSRead, handle: reviewScan},
		{method: "POST", pattern: base + "/review", need: DNSEdit, handle: settleScan},
	}
}

// catalogue lists the pairs of name and types that the scan asks for: the usual
// ones. Whatever else a zone holds, the scan does not see.
func catalogue() map[string][]uint16 {
	host := []uint16{dns.TypeA, dns.TypeAAAA, dns.TypeCNAME}
	txt, alias, srv := []uint16{dns.TypeTXT}, []uint16{dns.TypeCNAME, dns.TypeTXT}, []uint16{dns.TypeSRV}
	m := map[string][]uint16{"@": {dns.TypeA, dns.TypeAAAA, dns.TypeMX, dns.TypeTXT, dns.TypeCAA}}
	for _, n := range strings.Fields(`www mail ftp webmail smtp pop pop3 imap m mobile blog shop store api dev staging test beta admin
		cpanel whm portal secure vpn remote cdn static assets img images media app support help docs status forum wiki news
		autodiscover autoconfig lyncdiscover sip enterpriseregistration enterpriseenrollment msoid ns1 ns2 mx mx1 mx2 email owa gitlab git`) {
		m[n] = host
	}
	for _, n := range strings.Fields("_dmarc _mta-sts _smtp._tls _domainkey default._bimi") {
		m[n] = txt
	}
	for _, n := range strings.Fields("default google selector1 selector2 k1 k2 s1 s2 mail dkim") {
		m[n+"._domainkey"] = alias
	}
	for _, n := range strings.Fields("_sip._tls _sipfederationtls._tcp _autodiscover._tcp _imaps._tcp _submission._tcp") {
		m[n] = srv
	}
	return m
}

// askScan asks the old servers for the whole catalogue. The scan finds nothing
// where nobody answers.
func askScan(c *call) {
	c.api.mu.Lock()
	z := c.api.state.zone(c.params["zone"])
	zone := ""
	if z != nil {
		zone = z.Name
	}
	c.api.mu.Unlock()
	if zone == "" || c.api.cfg.Lookup == nil {
		return
	}
	names := catalogue()
	for _, n := range sortedNames(names) {
		name := n + "." + zone
		if n == "@" {
			name = zone
		}
		for _, kind := range names[n] {
			for _, rr := range c.api.cfg.Lookup(name, kind) {
				c.keepAnswer(rr, name, zone, kind)
			}
		}
	}
}

// keepAnswer notes one record of an answer, if it is what was asked for. What can
// be proxied is proposed so, as the real scan does.
func (c *call) keepAnswer(rr dns.RR, name, zone string, kind uint16) {
	h := rr.Header()
	if h.Rrtype != kind || !strings.EqualFold(strings.TrimSuffix(h.Name, "."), name) {
		return // a CNAME on the way to another name
	}
	in, skip := fromRR(rr, zone)
	if skip {
		return
	}
	yes := proxiable(in.Type)
	in.Proxied = &yes
	r, err := in.build(zone)
	if err != nil {
		return // of a type that Cloudflare does not hold
	}
	r.ID = newID()
	c.outside.scan = append(c.outside.scan, found{Record: r})
}

// spread gives each result its time within the scan.
func (c *call) spread() []found {
	list := c.outside.scan
	step := c.api.life(scanTime) / time.Duration(len(list)+1)
	for i := range list {
		list[i].Shown = c.now.Add(step * time.Duration(i+1))
		list[i].Record.Created, list[i].Record.Modified = c.now, c.now
	}
	return list
}

func triggerScan(c *call) (answer, error) {
	c.zone.Scan = &scanRow{Started: c.now, Found: c.spread()}
	return answer{bare: true}, nil
}

// scanAtOnce is the old, deprecated scan: it adds what it finds.
func scanAtOnce(c *call) (answer, error) {
	added := 0
	for _, f := range c.outside.scan {
		if _, err := c.insert(c.zone, f.Record); err == nil {
			added++
		}
	}
	return answer{result: map[string]any{"recs_added": added, "total_records_parsed": len(c.outside.scan)}}, nil
}

func reviewScan(c *call) (answer, error) {
	list := []map[string]any{}
	if c.zone.Scan != nil {
		for _, f := range c.zone.Scan.Found {
			if !c.now.Before(f.Shown) && c.zone.conflict(f.Record, "") == nil {
				list = append(list, f.Record.view())
			}
		}
	}
	return answer{result: list, info: &resultInfo{Page: 1, PerPage: max(len(list), 1), Count: len(list), TotalCount: len(list), TotalPages: 1}}, nil
}

// settleScan adds the accepted records and forgets the rejected ones.
func settleScan(c *call) (answer, error) {
	var in struct {
		Accepts []recordInput `json:"accepts"`
		Rejects []struct {
			ID string `json:"id"`
		} `json:"rejects"`
	}
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if c.zone.Scan == nil {
		return answer{}, fail(http.StatusNotFound, 81044, "There is no scan to review.") // from memory
	}
	accepts, rejects := []map[string]any{}, []string{}
	for i, a := range in.Accepts {
		r, err := c.add(a)
		if err != nil {
			return answer{}, fmt.Errorf("accept %d: %w", i, err)
		}
		c.zone.Scan.forget(a.ID)
		accepts = append(accepts, r.view())
	}
	for _, r := range in.Rejects {
		c.zone.Scan.forget(r.ID)
		rejects = append(rejects, r.ID)
	}
	return answer{result: map[string]any{"accepts": accepts, "rejects": rejects}}, nil
}

func (s *scanRow) forget(id string) {
	s.Found = slices.DeleteFunc(s.Found, func(f found) bool { return f.Record.ID == id })
}
