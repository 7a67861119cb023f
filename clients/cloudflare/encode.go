package cloudflare

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/miekg/dns"
)

// fields are the members of a record's data.
type fields = map[string]any

// parse reads the data of one record in presentation format.
func parse(kind, content string) (dns.RR, error) {
	if strings.ContainsAny(content, "\r\n") {
		return nil, errors.New("its content has a line break")
	}
	rr, err := dns.NewRR(". 60 IN " + kind + " " + content)
	if err != nil || rr == nil || dns.TypeToString[rr.Header().Rrtype] != kind {
		if _, known := dns.StringToType[kind]; !known {
			return nil, errors.New("a type that Cloudflare cannot hold")
		}
		return nil, fmt.Errorf("its content is not in the form of this type: %q", content)
	}
	return rr, nil
}

// fill sets the members that carry the record's data.
func (s *sentRecord) fill(rr dns.RR) error {
	var err error
	switch v := rr.(type) {
	case *dns.A:
		s.Content = v.A.String()
	case *dns.AAAA:
		s.Content = v.AAAA.String()
	case *dns.CNAME:
		s.Content = relative(v.Target)
	case *dns.NS:
		s.Content = relative(v.Ns)
	case *dns.PTR:
		s.Content = relative(v.Ptr)
	case *dns.TXT, *dns.OPENPGPKEY:
		s.Content, err = canonical(rr)
	case *dns.MX:
		s.Content, s.Priority = relative(v.Mx), &v.Preference
	case *dns.SRV:
		s.Data = fields{"priority": v.Priority, "weight": v.Weight, "port": v.Port, "target": relative(v.Target)}
	case *dns.CAA:
		s.Data, err = texts(fields{"flags": v.Flag, "tag": v.Tag}, "value", v.Value)
	case *dns.URI:
		s.Priority = &v.Priority
		s.Data, err = texts(fields{"weight": v.Weight}, "target", v.Target)
	case *dns.NAPTR:
		s.Data, err = texts(fields{"order": v.Order, "preference": v.Preference, "replacement": relative(v.Replacement)},
			"flags", v.Flags, "service", v.Service, "regex", v.Regexp)
	case *dns.TLSA:
		s.Data = certificateUse(v.Usage, v.Selector, v.MatchingType, v.Certificate)
	case *dns.SMIMEA:
		s.Data = certificateUse(v.Usage, v.Selector, v.MatchingType, v.Certificate)
	case *dns.SSHFP:
		s.Data = fields{"algorithm": v.Algorithm, "type": v.Type, "fingerprint": v.FingerPrint}
	case *dns.CERT:
		s.Data = fields{"type": v.Type, "key_tag": v.KeyTag, "algorithm": v.Algorithm, "certificate": v.Certificate}
	case *dns.DS:
		s.Data = fields{"key_tag": v.KeyTag, "algorithm": v.Algorithm, "digest_type": v.DigestType, "digest": v.Digest}
	case *dns.SVCB:
		s.Data = binding(v)
	case *dns.HTTPS:
		s.Data = binding(&v.SVCB)
	case *dns.LOC:
		s.Data = location(v)
	default:
		return errors.New("a type that Cloudflare cannot hold")
	}
	return err
}

func certificateUse(usage, selector, matching uint8, cert string) fields {
	return fields{"usage": usage, "selector": selector, "matching_type": matching, "certificate": cert}
}

func binding(v *dns.SVCB) fields {
	words := make([]string, len(v.Value))
	for i, kv := range v.Value {
		words[i] = kv.Key().String() + `="` + kv.String() + `"`
	}
	return fields{"priority": v.Priority, "target": relative(v.Target), "value": strings.Join(words, " ")}
}

// location splits angles, which are thousandths of a second of arc, and heights,
// which are centimetres above 100 km below the ground (RFC 1876).
func location(v *dns.LOC) fields {
	angle := func(a, zero uint32, plus, minus string) (deg, minutes uint32, sec float64, dir string) {
		d, dir := int64(a)-int64(zero), plus
		if d < 0 {
			d, dir = -d, minus
		}
		n := uint32(d)
		return n / dns.LOC_DEGREES, n % dns.LOC_DEGREES / dns.LOC_HOURS, float64(n%dns.LOC_HOURS) / 1000, dir
	}
	metres := func(x uint8) float64 { // a digit and a power of ten, in centimetres
		m := float64(x>>4) / 100
		for range x & 0x0f {
			m *= 10
		}
		return m
	}
	latDeg, latMin, latSec, latDir := angle(v.Latitude, dns.LOC_EQUATOR, "N", "S")
	longDeg, longMin, longSec, longDir := angle(v.Longitude, dns.LOC_PRIMEMERIDIAN, "E", "W")
	return fields{
		"lat_degrees": latDeg, "lat_minutes": latMin, "lat_seconds": latSec, "lat_direction": latDir,
		"long_degrees": longDeg, "long_minutes": longMin, "long_seconds": longSec, "long_direction": longDir,
		"altitude": float64(v.Altitude)/100 - dns.LOC_ALTITUDEBASE,
		"size":     metres(v.Size), "precision_horz": metres(v.HorizPre), "precision_vert": metres(v.VertPre),
	}
}

// texts adds character strings, given as name and value, to f. JSON can carry
// them only if they are text.
func texts(f fields, pairs ...string) (fields, error) {
	for i := 0; i < len(pairs); i += 2 {
		plain := unescape(pairs[i+1])
		if !utf8.ValidString(plain) {
			return nil, errors.New("its content is not text, so Cloudflare cannot hold it")
		}
		f[pairs[i]] = plain
	}
	return f, nil
}

// relative takes the final dot off, except from the root.
func relative(name string) string {
	if name == "." {
		return name
	}
	return strings.TrimSuffix(name, ".")
}

// unescape turns a character string from presentation format (RFC 1035, 5.1)
// into what it stands for.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		if i+2 < len(s) && isDigit(s[i]) && isDigit(s[i+1]) && isDigit(s[i+2]) {
			b.WriteByte((s[i]-'0')*100 + (s[i+1]-'0')*10 + s[i+2] - '0')
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
