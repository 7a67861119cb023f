package steps

import (
	"context"
	"slices"

	"example.test/wizard/steps/zone"
)

// What may stand at the domain itself, by [RecordChoices.Alias].
const (
	AliasFollow = "name" // an alias, which Cloudflare answers with the addresses of its target
	AliasCopy   = "copy" // the addresses as they are now
)

// An AliasChoice is the question what to write at a domain whose addresses seem to
// be those of another name.
type AliasChoice struct {
	zone.Alias
	Addresses []string // that the old servers answer now
	Follow    bool     // an alias is written in their place
	Open      bool     // the person may choose
}

// alias asks whether the addresses of the domain itself are made of another name:
// it has those of the host that www leads to, or others at every question. What
// cannot be asked is not known, and no error.
func (d *DNSStep) alias(ctx context.Context, servers []string, found Found) *zone.Alias {
	if len(found.Apex()) == 0 {
		return nil
	}
	var addresses []string
	if target := found.WebTarget(); target != "" {
		seen, err := d.DNS.AddressesSeen(ctx, target)
		if err != nil {
			return nil
		}
		for _, s := range seen {
			addresses = append(addresses, s.Values...)
		}
	}
	changes := false
	if found.Brief() {
		first, err := d.DNS.Answers(ctx, servers, found.Domain, "A")
		if err != nil {
			return nil
		}
		second, err := d.DNS.Answers(ctx, servers, found.Domain, "A")
		if err != nil {
			return nil
		}
		for _, a := range first {
			changes = changes || slices.ContainsFunc(second, func(b zone.Answer) bool { return a.Server == b.Server && a.Differs(b, found.Domain, "A") })
		}
	}
	return found.AliasOf(addresses, changes)
}

// aliasChoice is the question, and the answer so far; nil when there is none. A
// service that is known and has these very addresses is followed, as its own
// instructions say; of others nobody knows whether they stay, so they are copied.
func (seen dnsSeen) aliasChoice(s Settings) *AliasChoice {
	if seen.found.Alias == nil {
		return nil
	}
	c := &AliasChoice{Alias: *seen.found.Alias}
	for _, r := range seen.found.Apex() {
		c.Addresses = append(c.Addresses, r.Content)
	}
	there, held := 0, false
	for _, r := range seen.cloud {
		if r.Name == seen.zone.Name {
			held = held || r.Type == "CNAME"
			if r.Type == "A" || r.Type == "AAAA" {
				there++
			}
		}
	}
	// One record can become the alias, several would have to be removed.
	can := c.Target != "" && there <= 1
	c.Open = can && !held && !seen.moved(s)
	switch s.Records.Alias {
	case AliasFollow:
		c.Follow = can
	case "":
		c.Follow = can && there == 0 && c.Same && c.Service != ""
	}
	return c
}

// records are those that come along: what was found, with an alias at the domain
// itself where that is chosen.
func (seen dnsSeen) records(s Settings) []zone.Record {
	if c := seen.aliasChoice(s); c != nil && c.Follow {
		return seen.found.Following()
	}
	return seen.found.Records
}
