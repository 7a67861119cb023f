package steps

import (
	"context"
	"slices"
	"strings"

	"example.test/wizard/locale"
	"example.test/wizard/steps/zone"
)

// A key that signs mail has a name that only its owner and their mails know. That
// there is one can be seen, because the old servers say that something is below
// "_domainkey". It is asked for, and the move waits for the answer.

// keys are the names below which a key exists that nobody has named yet, less
// those that the person does not need.
func (seen dnsSeen) keys(s Settings) []string {
	return without(seen.found.OpenKeys(), s.Records.Unsigned)
}

// mail says why mail would not come along whole; ok is true when it does.
func (seen dnsSeen) mail(s Settings, d *DNSDetail) (c Check, ok bool) {
	if len(d.Unsafe)+len(d.Unnamed) == 0 {
		return c, true
	}
	c = Check{Name: "mail", Title: "Mail comes along", Status: Warn}
	unsafe, open := len(d.Unsafe) > 0 && !s.Records.Override, len(d.Unnamed) > 0
	if unsafe || open && !seen.moved(s) { // after the move there is nothing left to hold back
		c.Status = Fail
	}
	var said []string
	if n := len(d.Unsafe); n > 0 {
		said = append(said, locale.Count(n, "record that your mail or certificates need is missing or different.", "records that your mail or certificates need are missing or different."))
	}
	if open {
		said = append(said, "A key that signs mail is at the old servers, and its name is not known: it is below "+namesShown(d.Unnamed)+".")
	}
	c.Detail = strings.Join(said, " ")
	switch {
	case unsafe:
		c.Fix = Fix{Title: "Take these records along", Text: "Or say for each that you do not want it.", Link: Link{"Open the list", "/steps/dns?part=compare"}}
	case open:
		c.Fix = Fix{Title: "Tell the wizard the name of the key", Text: "Or say that you do not need it. Without it, other mail servers may take your mail for forged.", Link: Link{"Name the key", "/steps/dns?part=compare#key"}}
	default:
		c.Word = "As you chose"
	}
	return c, false
}

// namesShown lists names as their owner writes them.
func namesShown(names []string) string {
	shown := make([]string, len(names))
	for i, n := range names {
		shown[i] = zone.ToUnicode(n)
	}
	return listUpTo(shown, 3)
}

// AddKey asks the old servers for the key that a person names, by its selector or
// by a mail's headers, and adds what they answer. Errors belong to the field selector.
func (d *DNSStep) AddKey(ctx context.Context, s Settings, typed string) (int, error) {
	keys, why := zone.ParseKeys(typed, s.Domain)
	if why != "" {
		return 0, Invalid("selector", why)
	}
	found, err := d.Store.Found(s.Domain)
	if err != nil {
		return 0, err
	}
	servers, err := d.oldServers(ctx, s)
	if err != nil {
		return 0, &Problem{Field: "selector", Title: "The old servers could not be asked", Text: Explain(err).Title, Err: err} // what was typed stays
	}
	var names []string
	n, known, heard := 0, false, false
	for _, name := range keyNames(keys, found.OpenKeys(), s.Domain) {
		names = append(names, name)
		for _, rtype := range []string{"TXT", "CNAME"} {
			answers, err := d.DNS.Answers(ctx, servers, name, rtype)
			if err != nil {
				return 0, &Problem{Field: "selector", Title: "The old servers could not be asked about " + zone.ToUnicode(name), Text: Explain(err).Title, Err: err}
			}
			for _, a := range answers {
				heard = heard || a.Rcode == "NOERROR" || a.Rcode == "NXDOMAIN"
				for _, rec := range a.Records {
					if zone.CanonicalName(rec.Name) != name || rec.Type != "TXT" && rec.Type != "CNAME" {
						continue // what an alias leads to is not ours
					}
					if slices.ContainsFunc(found.Records, func(o zone.Record) bool { return o.Key() == rec.Key() }) {
						known = true
						continue
					}
					rec.Sources = []string{"person"}
					found.Records = append(found.Records, rec)
					n++
				}
			}
		}
	}
	switch shown := namesShown(names); {
	case n > 0:
		found.Restate()
		return n, d.Store.SaveFound(s.Domain, found)
	case known:
		return 0, Invalid("selector", shown+" is in the list already")
	case !heard:
		return 0, Invalid("selector", "The old servers gave no answer about "+shown+". Look it up once more in a minute")
	default:
		return 0, Invalid("selector", "The old servers have no key at "+shown)
	}
}

// keyNames are the names to ask for. A bare selector may stand below each name
// that is open.
func keyNames(keys []zone.Key, open []string, domain string) (out []string) {
	if len(open) == 0 {
		open = []string{"_domainkey." + domain}
	}
	add := func(name string) {
		if name = zone.CanonicalName(name); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, k := range keys {
		if k.Domain != "" {
			add(k.Name())
			continue
		}
		for _, level := range open {
			add(k.Selector + "." + level)
		}
	}
	return out
}
