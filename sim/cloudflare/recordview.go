package cloudflare

import (
	"strconv"
	"strings"

	"github.com/miekg/dns"
)

// present answers the content, the data and the priority under which the API
// shows a record: names without their final dot, SRV and URI without the
// priority in the content.
func present(r record) (content string, data map[string]any, priority *int) {
	rr, err := dns.NewRR(dns.Fqdn(r.Name) + " 3600 IN " + r.Type + " " + r.RData)
	if err != nil {
		return r.RData, nil, nil // it was parsed when it was written
	}
	prio := func(n uint16) *int { p := int(n); return &p }
	switch v := rr.(type) {
	case *dns.MX:
		return relative(v.Mx), nil, prio(v.Preference)
	case *dns.SRV:
		return join(v.Weight, v.Port, relative(v.Target)), map[string]any{
			"priority": v.Priority, "weight": v.Weight, "port": v.Port, "target": relative(v.Target),
		}, prio(v.Priority)
	case *dns.URI:
		return join(v.Weight, `"`+v.Target+`"`), map[string]any{"weight": v.Weight, "target": v.Target}, prio(v.Priority)
	case *dns.CNAME:
		return relative(v.Target), nil, nil
	case *dns.NS:
		return relative(v.Ns), nil, nil
	case *dns.PTR:
		return relative(v.Ptr), nil, nil
	case *dns.SVCB:
		return serviceBinding(*v)
	case *dns.HTTPS:
		return serviceBinding(v.SVCB)
	case *dns.CAA:
		return r.RData, map[string]any{"flags": v.Flag, "tag": v.Tag, "value": unescape(v.Value)}, nil
	case *dns.CERT:
		return join(v.Type, v.KeyTag, v.Algorithm, v.Certificate), map[string]any{
			"type": v.Type, "key_tag": v.KeyTag, "algorithm": v.Algorithm, "certificate": v.Certificate,
		}, nil
	case *dns.NAPTR:
		return strings.TrimSuffix(r.RData, v.Replacement) + relative(v.Replacement), map[string]any{
			"order": v.Order, "preference": v.Preference, "flags": v.Flags, "service": unescape(v.Service),
			"regex": unescape(v.Regexp), "replacement": relative(v.Replacement),
		}, nil
	default:
		return r.RData, plainData(rr, r.RData), nil
	}
}

// plainData answers the data of the types whose content is the presentation form
// itself; nil for those that have none.
func plainData(rr dns.RR, rdata string) map[string]any {
	switch v := rr.(type) {
	case *dns.DNSKEY:
		return map[string]any{"flags": v.Flags, "protocol": v.Protocol, "algorithm": v.Algorithm, "public_key": v.PublicKey}
	case *dns.DS:
		return map[string]any{"key_tag": v.KeyTag, "algorithm": v.Algorithm, "digest_type": v.DigestType, "digest": v.Digest}
	case *dns.SSHFP:
		return map[string]any{"algorithm": v.Algorithm, "type": v.Type, "fingerprint": v.FingerPrint}
	case *dns.TLSA:
		return certificateUse(v.Usage, v.Selector, v.MatchingType, v.Certificate)
	case *dns.SMIMEA:
		return certificateUse(v.Usage, v.Selector, v.MatchingType, v.Certificate)
	case *dns.LOC:
		return location(rdata)
	default:
		return nil
	}
}

func serviceBinding(v dns.SVCB) (string, map[string]any, *int) {
	params := make([]string, len(v.Value))
	for i, kv := range v.Value {
		params[i] = kv.Key().String() + `="` + kv.String() + `"`
	}
	value := strings.Join(params, " ")
	data := map[string]any{"priority": v.Priority, "target": relative(v.Target), "value": value}
	return strings.TrimSpace(join(v.Priority, relative(v.Target), value)), data, nil
}

func certificateUse(usage, selector, matching uint8, cert string) map[string]any {
	return map[string]any{"usage": usage, "selector": selector, "matching_type": matching, "certificate": cert}
}

// location reads the presentation form of LOC: twelve words.
func location(rdata string) map[string]any {
	w := strings.Fields(rdata)
	if len(w) != 12 {
		return nil
	}
	num := func(s string) float64 {
		f, _ := strconv.ParseFloat(strings.TrimSuffix(s, "m"), 64) // miekg/dns wrote it
		return f
	}
	return map[string]any{
		"lat_degrees": num(w[0]), "lat_minutes": num(w[1]), "lat_seconds": num(w[2]), "lat_direction": w[3],
		"long_degrees": num(w[4]), "long_minutes": num(w[5]), "long_seconds": num(w[6]), "long_direction": w[7],
		"altitude": num(w[8]), "size": num(w[9]), "precision_horz": num(w[10]), "precision_vert": num(w[11]),
	}
}

// relative drops the final dot of a name, except the root's.
func relative(name string) string {
	if name == "." {
		return name
	}
	return strings.TrimSuffix(name, ".")
}

// join writes fields with spaces between them.
func join(fields ...any) string {
	words := make([]string, len(fields))
	for i, f := range fields {
		switch v := f.(type) {
		case string:
			words[i] = v
		case uint16:
			words[i] = strconv.Itoa(int(v))
		case uint8:
			words[i] = strconv.Itoa(int(v))
		}
	}
	return strings.Join(words, " ")
}
