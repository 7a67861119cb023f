package resolver

import (
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"example.test/wizard/steps/zone"
)

// record puts a resource record into our form. ok is false for what is not a
// record of the internet class, such as the OPT record of EDNS0.
func record(rr dns.RR) (rec zone.Record, ok bool) {
	h := rr.Header()
	if h.Class != dns.ClassINET || h.Rrtype == dns.TypeOPT {
		return zone.Record{}, false
	}
	rec = zone.Record{Name: zone.CanonicalName(h.Name), Type: dns.Type(h.Rrtype).String(), TTL: h.Ttl}
	if unknown, is := rr.(*dns.RFC3597); is {
		rec.Content = strings.TrimSpace(`\# ` + strconv.Itoa(len(unknown.Rdata)/2) + " " + strings.ToLower(unknown.Rdata))
	} else {
		rec.Content = strings.TrimSpace(strings.TrimPrefix(rr.String(), h.String()))
	}
	return rec, true
}

func records(rrs []dns.RR) []zone.Record {
	var out []zone.Record
	for _, rr := range rrs {
		if rec, ok := record(rr); ok {
			out = append(out, rec)
		}
	}
	return out
}

// typeNumber reads "MX" as well as "TYPE65280" (RFC 3597 section 5).
func typeNumber(rtype string) (uint16, bool) {
	rtype = strings.ToUpper(rtype)
	if n, ok := dns.StringToType[rtype]; ok {
		return n, true
	}
	if digits, ok := strings.CutPrefix(rtype, "TYPE"); ok {
		if n, err := strconv.ParseUint(digits, 10, 16); err == nil {
			return uint16(n), true
		}
	}
	return 0, false
}
