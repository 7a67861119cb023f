package cloudflare

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/miekg/dns"
)

// recordTypes lists the types that a zone can hold, with the code of the error
// that a wrong content of each gets (0 is the general one).
func recordTypes() map[string]int {
	return map[string]int{
		"A": 9005, "AAAA": 9006, "CNAME": 9007, "MX": 9009, "NS": 9010, "TXT": 9011, "SRV": 9012, "LOC": 9013, "PTR": 0,
		"CAA": 0, "CERT": 0, "DNSKEY": 0, "DS": 0, "HTTPS": 0, "NAPTR": 0, "OPENPGPKEY": 0, "SMIMEA": 0, "SSHFP": 0, "SVCB": 0, "TLSA": 0, "URI": 0,
	}
}

// rdata turns content or data into checked presentation form.
func (in recordInput) rdata(kind, name string) (string, error) {
	code, ok := recordTypes()[kind]
	if !ok {
		return "", bad(9001, "Invalid DNS record type %q.", in.Type) // from memory
	}
	if code == 0 {
		code = 9101
	}
	invalid := bad(code, "Content for %s record is invalid.", kind)
	text, err := in.text(kind)
	if err != nil {
		return "", err
	}
	rr, perr := dns.NewRR(dns.Fqdn(name) + " 3600 IN " + kind + " " + text)
	if text == "" || perr != nil || rr == nil || dns.TypeToString[rr.Header().Rrtype] != kind {
		return "", invalid
	}
	switch v := rr.(type) { // what a zone file allows and Cloudflare does not
	case *dns.A:
		if a, err := netip.ParseAddr(text); err != nil || !a.Is4() {
			return "", bad(9005, "Content for A record must be a valid IPv4 address.")
		}
	case *dns.AAAA:
		if a, err := netip.ParseAddr(text); err != nil || !a.Is6() || a.Is4In6() {
			return "", bad(9006, "Content for AAAA record must be a valid IPv6 address.")
		}
	case *dns.CNAME:
		v.Target = strings.ToLower(v.Target)
		if v.Target == dns.Fqdn(name) {
			return "", bad(9039, "CNAME content cannot reference itself.") // from memory
		}
	default:
		if !binaryOK(rr) {
			return "", invalid
		}
	}
	return strings.TrimPrefix(rr.String(), rr.Header().String()), nil
}

// binaryOK checks the hexadecimal and base64 fields, which the zone file parser
// takes as they are.
func binaryOK(rr dns.RR) bool {
	isHex := func(s string) bool { b, err := hex.DecodeString(s); return err == nil && len(b) > 0 }
	isBase64 := func(s string) bool { b, err := base64.StdEncoding.DecodeString(s); return err == nil && len(b) > 0 }
	switch v := rr.(type) {
	case *dns.TLSA:
		return isHex(v.Certificate)
	case *dns.SMIMEA:
		return isHex(v.Certificate)
	case *dns.SSHFP:
		return isHex(v.FingerPrint)
	case *dns.DS:
		return isHex(v.Digest)
	case *dns.CERT:
		return isBase64(v.Certificate)
	case *dns.DNSKEY:
		return isBase64(v.PublicKey)
	case *dns.OPENPGPKEY:
		return isBase64(v.PublicKey)
	default:
		return true
	}
}

// text composes the presentation form, unchecked.
func (in recordInput) text(kind string) (string, error) {
	content := ""
	if in.Content != nil {
		content = strings.TrimSpace(*in.Content)
	}
	priority := func() (string, error) {
		if in.Priority == nil {
			return "", bad(9100, "priority is a required field.") // from memory
		}
		return strconv.Itoa(int(*in.Priority)), nil
	}
	switch kind {
	case "A", "AAAA":
		return content, nil
	case "CNAME", "NS", "PTR":
		return absolute(content), nil
	case "TXT":
		return quoteTXT(content), nil
	case "MX":
		p, err := priority()
		if content == "" {
			return "", nil
		}
		return p + " " + absolute(content), err
	}
	if len(in.Data) == 0 || string(in.Data) == "null" {
		switch {
		case kind == "SRV" && in.Priority != nil && len(strings.Fields(content)) == 3: // as the API shows it
			return strconv.Itoa(int(*in.Priority)) + " " + content, nil
		case kind == "URI" && in.Priority != nil && len(strings.Fields(content)) == 2:
			return strconv.Itoa(int(*in.Priority)) + " " + content, nil
		}
		return content, nil
	}
	var d recordData
	if err := json.Unmarshal(in.Data, &d); err != nil {
		return "", bad(9102, "Data for %s record is invalid.", kind) // from memory
	}
	if kind == "URI" {
		p, err := priority()
		return fmt.Sprintf("%s %d %s", p, int(d.Weight), quote(d.Target)), err
	}
	return d.text(kind), nil
}

// recordData is the union of the data members of all types.
type recordData struct {
	Priority, Weight, Port float64
	Target                 string
	Flags                  json.RawMessage // a number, or NAPTR's letters
	Tag, Value             string
	Algorithm              float64
	KeyTag                 float64 `json:"key_tag"`
	Type                   float64
	Certificate            string
	Usage, Selector        float64
	MatchingType           float64 `json:"matching_type"`
	Fingerprint            string
	DigestType             float64 `json:"digest_type"`
	Digest                 string
	Protocol               float64
	PublicKey              string `json:"public_key"`
	Order, Preference      float64
	Service, Regex         string
	Replacement            string
	LatDegrees             float64 `json:"lat_degrees"`
	LatMinutes             float64 `json:"lat_minutes"`
	LatSeconds             float64 `json:"lat_seconds"`
	LatDirection           string  `json:"lat_direction"`
	LongDegrees            float64 `json:"long_degrees"`
	LongMinutes            float64 `json:"long_minutes"`
	LongSeconds            float64 `json:"long_seconds"`
	LongDirection          string  `json:"long_direction"`
	Altitude, Size         float64
	PrecisionHorz          float64 `json:"precision_horz"`
	PrecisionVert          float64 `json:"precision_vert"`
}

// text writes structured data in presentation form.
func (d recordData) text(kind string) string {
	flags := strings.Trim(string(d.Flags), `"`)
	switch kind {
	case "CAA":
		return fmt.Sprintf("%s %s %s", flags, d.Tag, quote(d.Value))
	case "SRV":
		return fmt.Sprintf("%d %d %d %s", int(d.Priority), int(d.Weight), int(d.Port), absolute(d.Target))
	case "SVCB", "HTTPS":
		return fmt.Sprintf("%d %s %s", int(d.Priority), absolute(d.Target), d.Value)
	case "TLSA", "SMIMEA":
		return fmt.Sprintf("%d %d %d %s", int(d.Usage), int(d.Selector), int(d.MatchingType), d.Certificate)
	case "SSHFP":
		return fmt.Sprintf("%d %d %s", int(d.Algorithm), int(d.Type), d.Fingerprint)
	case "DS":
		return fmt.Sprintf("%d %d %d %s", int(d.KeyTag), int(d.Algorithm), int(d.DigestType), d.Digest)
	case "DNSKEY":
		return fmt.Sprintf("%s %d %d %s", flags, int(d.Protocol), int(d.Algorithm), d.PublicKey)
	case "CERT":
		return fmt.Sprintf("%d %d %d %s", int(d.Type), int(d.KeyTag), int(d.Algorithm), d.Certificate)
	case "NAPTR":
		return fmt.Sprintf("%d %d %s %s %s %s", int(d.Order), int(d.Preference), quote(flags), quote(d.Service), quote(d.Regex), absolute(d.Replacement))
	case "LOC":
		return fmt.Sprintf("%d %d %.3f %s %d %d %.3f %s %.2fm %.2fm %.2fm %.2fm",
			int(d.LatDegrees), int(d.LatMinutes), d.LatSeconds, d.LatDirection,
			int(d.LongDegrees), int(d.LongMinutes), d.LongSeconds, d.LongDirection, d.Altitude, d.Size, d.PrecisionHorz, d.PrecisionVert)
	default:
		return ""
	}
}

// absolute ends a name with a dot.
func absolute(name string) string {
	if name == "" {
		return ""
	}
	return dns.Fqdn(name)
}
