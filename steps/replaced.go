package steps

import (
	"slices"
	"strings"

	"example.test/wizard/steps/zone"
)

// What stood at our address before, where the person said yes to its change.
// Undo puts it back; what we made ourselves it removes.

// A ReplacedRecord is a DNS record that was there and that we changed.
type ReplacedRecord struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Content string `json:"content"`
	TTL     uint32 `json:"ttl"` // seconds; 1 for automatic
	Proxied bool   `json:"proxied,omitzero"`
	Comment string `json:"comment,omitzero"`
}

// A ReplacedRoute is a rule of the tunnel that was there and that we changed.
type ReplacedRoute struct {
	Host        string `json:"host"`
	Service     string `json:"service"`
	NoTLSVerify bool   `json:"no_tls_verify,omitzero"`
	Place       int    `json:"place"` // among the rules, from 0
}

// copied is added to the mark on step 2's copies of the person's own records. They
// were made by us, and are not ours.
const copied = ": copied"

// markedRecord reports whether the wizard made a record for an address, wherever it
// leads by now.
func (s Settings) markedRecord(r CloudRecord) bool {
	return s.Installation != "" && strings.Contains(r.Comment, s.Marker()) && !strings.Contains(r.Comment, s.Marker()+copied)
}

// madeRecord reports whether a record may be taken away again: the wizard made it for
// an address, and it leads to a tunnel. Any other is the person's, also one with our
// mark that they have changed.
func (s Settings) madeRecord(r CloudRecord) bool {
	return s.markedRecord(r) && r.Type == "CNAME" && strings.HasSuffix(strings.TrimSuffix(strings.ToLower(r.Content), "."), tunnelTarget(""))
}

// keepRecord notes a record that is not ours before our first change of it.
func keepRecord(s Settings, r CloudRecord) Settings {
	if !s.madeRecord(r) && s.RecordBefore.ID != r.ID {
		s.RecordBefore = ReplacedRecord{ID: r.ID, Type: r.Type, Content: r.Content, TTL: r.TTL, Proxied: r.Proxied, Comment: r.Comment}
	}
	return s
}

// record is the record as it stood, at name.
func (b ReplacedRecord) record(name string) CloudRecord {
	return CloudRecord{ID: b.ID, Record: zone.Record{Name: name, Type: b.Type, TTL: b.TTL, Content: b.Content}, Proxied: b.Proxied, Comment: b.Comment}
}

// keepRoute notes whose the rule for our host is: ours when there was none, else
// as it stood before our first change of it.
func keepRoute(s Settings, rules []IngressRule) Settings {
	i, have := ourRule(Ingress{Rules: rules}, s.Host())
	switch {
	case s.RouteMade == s.Host() || s.RouteBefore.Host == s.Host():
	case !have:
		s.RouteMade = s.Host()
	default:
		s.RouteBefore = ReplacedRoute{Host: s.Host(), Service: rules[i].Service, NoTLSVerify: rules[i].NoTLSVerify, Place: i}
	}
	return s
}

// restored puts the rule of a host back as it stood; nothing else moves.
func (b ReplacedRoute) restored(rules []IngressRule) []IngressRule {
	i, have := ourRule(Ingress{Rules: rules}, b.Host)
	if !have {
		return rules
	}
	was := rules[i]
	was.Service, was.NoTLSVerify = b.Service, b.NoTLSVerify
	out := slices.Delete(slices.Clone(rules), i, i+1)
	return slices.Insert(out, min(b.Place, len(out)), was)
}
