package cloudflare

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// autoTTL is what "automatic" is served as, in seconds.
const autoTTL = 300

// exportRecords writes the zone in BIND's format, as the dashboard's download.
func exportRecords(c *call) (answer, error) {
	var b bytes.Buffer
	z := c.zone
	fmt.Fprintf(&b, ";;\n;; Domain:     %s.\n;; Exported:   %s\n;;\n", z.Name, c.now.Format(time.DateTime))
	fmt.Fprintf(&b, "\n;; SOA Record\n%s\t3600\tIN\tSOA\t%s. dns.cloudflare.com. 2050000000 10000 2400 604800 3600\n", dns.Fqdn(z.Name), z.NameServers[0])
	b.WriteString("\n;; NS Records\n")
	for _, ns := range z.NameServers {
		fmt.Fprintf(&b, "%s\t86400\tIN\tNS\t%s.\n", dns.Fqdn(z.Name), ns)
	}
	for _, r := range z.Records {
		ttl, proxied := r.TTL, "false"
		if ttl == 1 {
			ttl = autoTTL
		}
		if r.Proxied {
			proxied = "true"
		}
		fmt.Fprintf(&b, "%s\t%d\tIN\t%s\t%s ; cf_tags=cf-proxied:%s\n", dns.Fqdn(r.Name), ttl, r.Type, r.RData, proxied)
	}
	return answer{raw: b.Bytes(), rawType: "text/plain"}, nil
}

// importRecords adds the records of a BIND file; SOA and the apex' NS are left
// out, records that are there already are not added again.
func importRecords(c *call) (answer, error) {
	file, proxied, err := c.upload()
	if err != nil {
		return answer{}, err
	}
	parser := dns.NewZoneParser(strings.NewReader(file), dns.Fqdn(c.zone.Name), "")
	parser.SetDefaultTTL(autoTTL)
	added, parsed := 0, 0
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		in, skip := fromRR(rr, c.zone.Name)
		if skip {
			continue
		}
		parsed++
		if proxied && proxiable(in.Type) {
			in.Proxied = &proxied
		}
		_, err := c.add(in)
		var refusal *apiError
		if errors.As(err, &refusal) && refusal.items[0].Code == 81058 {
			continue
		}
		if err != nil {
			return answer{}, err
		}
		added++
	}
	if err := parser.Err(); err != nil {
		return answer{}, bad(1039, "Could not parse the zone file: %s", err) // from memory
	}
	return answer{
		result: map[string]any{"recs_added": added, "total_records_parsed": parsed},
		extra: map[string]any{"timing": map[string]any{
			"start_time": stamp(c.now), "end_time": stamp(c.now), "process_time": 0,
		}},
	}, nil
}

// upload reads the multipart form of an import.
func (c *call) upload() (file string, proxied bool, err error) {
	broken := bad(1039, "A multipart form with the member \"file\" is expected.")
	_, params, err := mime.ParseMediaType(c.header.Get("Content-Type"))
	if err != nil {
		return "", false, broken
	}
	form := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", false, broken
		}
		b, err := io.ReadAll(part)
		if err != nil {
			return "", false, broken
		}
		switch part.FormName() {
		case "file":
			file = string(b)
		case "proxied":
			proxied = string(b) == "true"
		}
	}
	if file == "" {
		return "", false, broken
	}
	return file, proxied, nil
}

// fromRR turns a record of a name server into one as a client would write it,
// and tells if the zone keeps that one itself.
func fromRR(rr dns.RR, zone string) (in recordInput, skip bool) {
	h := rr.Header()
	kind := dns.TypeToString[h.Rrtype]
	name := strings.TrimSuffix(strings.ToLower(h.Name), ".")
	if kind == "SOA" || kind == "NS" && name == zone || !within(name, zone) {
		return recordInput{}, true
	}
	ttl := float64(min(max(h.Ttl, 60), 86400))
	text := strings.TrimPrefix(rr.String(), h.String())
	in = recordInput{Type: kind, Name: name, TTL: &ttl}
	if mx, ok := rr.(*dns.MX); ok {
		p := float64(mx.Preference)
		in.Priority, text = &p, mx.Mx
	}
	in.Content = &text
	return in, false
}

// sortedNames lists the keys of a map in order.
func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
