package resolver

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

const (
	longestFile = 1 << 20 // bytes
	mostRecords = 20000   // after $GENERATE
	defaultTTL  = 3600    // seconds, for files without $TTL
)

// ReadZoneFile reads a zone file as BIND writes it (RFC 1035 section 5). The
// SOA and NS records of origin itself are dropped, because every provider has
// its own, and so is everything outside of origin. Errors are worded for people
// ([steps.Problem]) and name the line.
func (r *Resolver) ReadZoneFile(file io.Reader, origin string) ([]zone.Record, error) {
	origin = zone.CanonicalName(origin)
	data, err := io.ReadAll(io.LimitReader(file, longestFile+1))
	if err != nil {
		return nil, &steps.Problem{Field: "zone_file", Title: "The file could not be read", Fix: "Choose it again.", Err: err}
	}
	if len(data) > longestFile {
		return nil, fileProblem("This file is too long to be a zone file", "Zone files of a single domain are shorter than a megabyte.")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, fileProblem("This is not a text file", "Export the zone as “BIND” or “zone file”, not as a spreadsheet.")
	}
	parser := dns.NewZoneParser(bytes.NewReader(data), dns.Fqdn(origin), "")
	parser.SetDefaultTTL(defaultTTL)
	var out []zone.Record
	outside := ""
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		rec, usable := record(rr)
		switch {
		case !usable:
		case !sendable(rr):
			return nil, bareProblem(rec, data)
		case !isWithin(rec.Name, origin):
			outside = rec.Name
		case rec.Name == origin && (rec.Type == "SOA" || rec.Type == "NS"):
		default:
			rec.Sources = []string{"file"}
			out = append(out, rec)
		}
		if len(out) > mostRecords {
			return nil, fileProblem("There are too many records in this file", fmt.Sprintf("More than %d were read.", mostRecords))
		}
	}
	if err := parser.Err(); err != nil {
		return nil, lineProblem(err, data)
	}
	switch {
	case len(out) == 0 && outside != "":
		return nil, fileProblem("This zone file is for another domain", "It has "+shown(outside)+", but nothing of "+zone.ToUnicode(origin)+".")
	case len(out) == 0:
		return nil, fileProblem("There are no records in this file", "Export the zone as “BIND” or “zone file”.")
	}
	return out, nil
}

// sendable: the parser takes a type without data, as dynamic updates have it
// (RFC 2136), data that does not fit into a message, and the types that only
// questions and messages have (RFC 6895 section 3.1).
func sendable(rr dns.RR) bool {
	if t := rr.Header().Rrtype; t == dns.TypeNone || t == dns.TypeOPT || t >= 128 && t <= 255 {
		return false
	}
	wire := make([]byte, dns.MaxMsgSize)
	n, err := dns.PackRR(rr, wire, 0, nil, false)
	if err != nil {
		return false
	}
	back, _, err := dns.UnpackRR(wire[:n], 0)
	if err != nil || strings.TrimPrefix(back.String(), back.Header().String()) == "" {
		return false
	}
	// What no line of a zone file says, such as a latitude of 596 degrees, comes from a line without data.
	again, err := dns.NewRR(back.String())
	return err == nil && again != nil
}

// bareProblem words a record that cannot be sent. The line is the first that has
// its type and nothing behind it, or that has the record's name.
func bareProblem(rec zone.Record, data []byte) *steps.Problem {
	number, text := 0, ""
	for i, line := range strings.Split(string(data), "\n") {
		fields := strings.Fields(strings.SplitN(line, ";", 2)[0])
		if n := len(fields); n > 0 && strings.EqualFold(fields[n-1], rec.Type) {
			number, text = i+1, line
			break
		}
		if number == 0 && len(fields) > 1 && strings.HasPrefix(rec.Name, strings.ToLower(fields[0])) && strings.Contains(strings.ToUpper(line), rec.Type) {
			number, text = i+1, line
		}
	}
	title := "A record of the zone file cannot be read"
	if number > 0 {
		title = fmt.Sprintf("Line %d of the zone file cannot be read", number)
	}
	p := fileProblem(title, "It says: "+shown(strings.TrimSpace(text)))
	p.Fix = "Mend that line, or take it out, and read the file again."
	p.Detail = []steps.Row{steps.Code("What", "the "+rec.Type+" record of "+rec.Name+" has no data that can be sent")}
	return p
}

func fileProblem(title, text string) *steps.Problem {
	p := steps.Invalid("zone_file", title)
	p.Text = text
	return p
}

// lineProblem words the parser's error. The parser gives the line only in its
// text: "dns: bad A A: \"x\" at line: 3:12".
func lineProblem(err error, data []byte) *steps.Problem {
	m := regexp.MustCompile(`^dns: (.*) at line: (\d+):\d+$`).FindStringSubmatch(err.Error())
	if m == nil {
		return &steps.Problem{Field: "zone_file", Title: "This zone file cannot be read", Err: err}
	}
	n, _ := strconv.Atoi(m[2])
	lines := strings.Split(string(data), "\n")
	text := ""
	// At the end of a line the parser may count the next one already.
	if n > len(lines) || n > 1 && strings.TrimSpace(lines[n-1]) == "" {
		n = min(n-1, len(lines))
	}
	if n >= 1 {
		text = strings.TrimSpace(lines[n-1])
	}
	p := fileProblem(fmt.Sprintf("Line %d of the zone file cannot be read", n), "It says: "+shown(text))
	p.Fix = "Mend that line, or take it out, and read the file again."
	if strings.HasPrefix(strings.ToUpper(text), "$INCLUDE") {
		p.Text = "It asks to include another file, which is not possible here."
	}
	p.Detail = []steps.Row{steps.Code("What", m[1])}
	p.Err = err
	return p
}

// shown shortens a piece of a file for a sentence.
func shown(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if runes := []rune(s); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return s
}
