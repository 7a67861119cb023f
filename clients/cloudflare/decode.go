package cloudflare

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/miekg/dns"
)

// wireContent is the part of a record that carries its data.
type wireContent struct {
	Content  string          `json:"content"`
	Priority *float64        `json:"priority"`
	Data     json.RawMessage `json:"data"`
}

// decode gives the record's data in presentation format, as miekg/dns prints
// it. What it cannot read it gives as Cloudflare wrote it, so that nothing
// disappears from a list.
func decode(kind string, w wireContent) string {
	for _, text := range w.readings(kind) {
		rr, err := parse(kind, text)
		if err != nil {
			continue
		}
		if s, err := canonical(rr); err == nil {
			return s
		}
	}
	return w.Content
}

// canonical prints the data as if it had come over the wire: one spelling of
// escapes, of hexadecimal digits and of numbers.
func canonical(rr dns.RR) (string, error) {
	buf := make([]byte, dns.Len(rr))
	n, err := dns.PackRR(rr, buf, 0, nil, false)
	if err != nil { // what was reckoned was too little
		buf = make([]byte, dns.MaxMsgSize)
		n, err = dns.PackRR(rr, buf, 0, nil, false)
	}
	if err != nil {
		return "", err
	}
	rr, _, err = dns.UnpackRR(buf[:n], 0)
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(rr.String(), rr.Header().String()), nil
}

// readings are the ways to understand the content, best first.
func (w wireContent) readings(kind string) []string {
	var list []string
	if d, ok := w.data(kind); ok {
		list = append(list, d)
	}
	switch kind {
	case "CNAME", "NS", "PTR":
		return append(list, dns.Fqdn(w.Content))
	case "TXT":
		if strings.HasPrefix(w.Content, `"`) {
			list = append(list, w.Content)
		}
		return append(list, quote(w.Content))
	case "MX", "SRV", "URI": // the priority stands apart
		if w.Priority != nil {
			text := w.Content
			if kind != "URI" {
				text = dns.Fqdn(text)
			}
			list = append(list, fmt.Sprintf("%d %s", int(*w.Priority), text))
		}
	}
	return append(list, w.Content)
}

// wireData has the members of all types' data.
type wireData struct {
	Priority      float64         `json:"priority"`
	Weight        float64         `json:"weight"`
	Port          float64         `json:"port"`
	Target        string          `json:"target"`
	Flags         json.RawMessage `json:"flags"` // a number, for NAPTR letters
	Tag           string          `json:"tag"`
	Value         string          `json:"value"`
	Usage         float64         `json:"usage"`
	Selector      float64         `json:"selector"`
	MatchingType  float64         `json:"matching_type"`
	Certificate   string          `json:"certificate"`
	Algorithm     float64         `json:"algorithm"`
	Type          float64         `json:"type"`
	Fingerprint   string          `json:"fingerprint"`
	KeyTag        float64         `json:"key_tag"`
	DigestType    float64         `json:"digest_type"`
	Digest        string          `json:"digest"`
	Order         float64         `json:"order"`
	Preference    float64         `json:"preference"`
	Service       string          `json:"service"`
	Regex         string          `json:"regex"`
	Replacement   string          `json:"replacement"`
	LatDegrees    float64         `json:"lat_degrees"`
	LatMinutes    float64         `json:"lat_minutes"`
	LatSeconds    float64         `json:"lat_seconds"`
	LatDirection  string          `json:"lat_direction"`
	LongDegrees   float64         `json:"long_degrees"`
	LongMinutes   float64         `json:"long_minutes"`
	LongSeconds   float64         `json:"long_seconds"`
	LongDirection string          `json:"long_direction"`
	Altitude      float64         `json:"altitude"`
	Size          float64         `json:"size"`
	PrecisionHorz float64         `json:"precision_horz"`
	PrecisionVert float64         `json:"precision_vert"`
}

// data writes the record's data members in presentation format.
func (w wireContent) data(kind string) (string, bool) {
	// What RFC 1876 takes where nothing is given.
	d := wireData{Size: 1, PrecisionHorz: 10000, PrecisionVert: 10}
	if len(w.Data) == 0 || string(w.Data) == "null" || json.Unmarshal(w.Data, &d) != nil {
		return "", false
	}
	flags := strings.Trim(string(d.Flags), `"`)
	switch kind {
	case "SRV":
		return fmt.Sprintf("%.0f %.0f %.0f %s", d.Priority, d.Weight, d.Port, dns.Fqdn(d.Target)), true
	case "CAA":
		return fmt.Sprintf("%s %s %s", flags, d.Tag, quote(d.Value)), true
	case "URI":
		if w.Priority != nil {
			d.Priority = *w.Priority
		}
		return fmt.Sprintf("%.0f %.0f %s", d.Priority, d.Weight, quote(d.Target)), true
	case "NAPTR":
		return fmt.Sprintf("%.0f %.0f %s %s %s %s", d.Order, d.Preference,
			quote(flags), quote(d.Service), quote(d.Regex), dns.Fqdn(d.Replacement)), true
	case "TLSA", "SMIMEA":
		return fmt.Sprintf("%.0f %.0f %.0f %s", d.Usage, d.Selector, d.MatchingType, split(d.Certificate)), true
	case "SSHFP":
		return fmt.Sprintf("%.0f %.0f %s", d.Algorithm, d.Type, d.Fingerprint), true
	case "CERT":
		return fmt.Sprintf("%.0f %.0f %.0f %s", d.Type, d.KeyTag, d.Algorithm, split(d.Certificate)), true
	case "DS":
		return fmt.Sprintf("%.0f %.0f %.0f %s", d.KeyTag, d.Algorithm, d.DigestType, d.Digest), true
	case "SVCB", "HTTPS":
		return fmt.Sprintf("%.0f %s %s", d.Priority, dns.Fqdn(d.Target), d.Value), true
	case "LOC":
		return fmt.Sprintf("%.0f %.0f %.3f %s %.0f %.0f %.3f %s %.2fm %.2fm %.2fm %.2fm",
			d.LatDegrees, d.LatMinutes, d.LatSeconds, d.LatDirection,
			d.LongDegrees, d.LongMinutes, d.LongSeconds, d.LongDirection,
			d.Altitude, d.Size, d.PrecisionHorz, d.PrecisionVert), true
	default:
		return "", false
	}
}

// split makes words of a long value: the parser takes at most 2048 characters
// of one.
func split(s string) string {
	const word = 1024
	var b strings.Builder
	for len(s) > word {
		b.WriteString(s[:word] + " ")
		s = s[word:]
	}
	return b.String() + s
}

// quote writes text as one or more character strings of at most 255 bytes.
func quote(s string) string {
	const longest = 255
	var b strings.Builder
	for {
		part := s[:min(longest, len(s))]
		s = s[len(part):]
		b.WriteByte('"')
		for i := range len(part) {
			switch ch := part[i]; {
			case ch == '"' || ch == '\\':
				b.WriteString(`\` + string(rune(ch)))
			case ch < ' ' || ch >= 0x7f:
				fmt.Fprintf(&b, `\%03d`, ch)
			default:
				b.WriteByte(ch)
			}
		}
		b.WriteByte('"')
		if s == "" {
			return b.String()
		}
		b.WriteByte(' ')
	}
}
