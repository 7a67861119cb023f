package steps

import (
	"slices"
	"strings"
	"time"
)

// DNSSEC in a move: a DS record at the registry promises answers that are signed
// with one certain key.

// forgotten is when caches have forgotten a DS that is gone from the parent;
// the zero time when there was none.
func forgotten(s Settings, pace float64) time.Time {
	if s.Signed.Gone.IsZero() || s.Signed.Domain != s.Domain {
		return time.Time{}
	}
	return s.Signed.Gone.Add(time.Duration(float64(s.Signed.TTL) / max(pace, 1)))
}

func (seen dnsSeen) signed(d *DNSDetail, f *Finding, until time.Time) {
	d.Part = DNSRegistrar
	guide := seen.registration.Guide
	c := Check{
		Name: "dnssec", Title: "DNSSEC is off", Status: Fail, Word: "Still there",
		Detail: "DS record at the registry: " + strings.Join(seen.delegation.DS, "; "),
		Fix: Fix{
			Title: "First turn DNSSEC off at " + nameOr(guide.Name, "your registrar"),
			Text:  "The domain is signed by its present DNS provider. If you change the name servers now, it goes dark for most of the world. After it is off, caches need up to " + HumanDuration(max(seen.delegation.DSTTL, time.Hour)) + " to forget the signature; the wizard watches and shows the name servers when it is safe.",
			Steps: guide.DNSSEC, Link: Link{"Open " + nameOr(guide.Name, "the registrar"), guide.DNSURL},
		},
	}
	if guide.DNSURL == "" {
		c.Fix.Link = Link{}
	}
	f.Heading, f.Summary = "First turn DNSSEC off", "DNSSEC must be turned off first"
	if !d.Signed {
		when := When(until)
		c.Word, c.Detail = "Almost gone", "The registry has removed the DS record. Caches may remember it until "+when+"."
		c.Fix = Fix{Title: "Leave the name servers as they are until then", Text: "The wizard watches, and shows the new ones when it is safe."}
		f.Heading, f.Summary = "DNSSEC is off, and is being forgotten", "Caches forget DNSSEC by "+when
	}
	f.Checks = append(f.Checks, c)
	f.Again = time.Minute
}

// signatureCheck judges the DS record once the registry names the pair. ok is
// false when there is none and none is remembered: nothing is to be said then.
func (seen dnsSeen) signatureCheck(until, now time.Time) (c Check, ok bool) {
	if !seen.named() {
		return c, false
	}
	there := "DS record at the registry: " + strings.Join(seen.delegation.DS, "; ")
	c = Check{Name: "dnssec", Title: "DNSSEC is off"}
	switch {
	case len(seen.delegation.DS) == 0 && now.Before(until):
		c.Status, c.Word = Wait, "Almost gone"
		c.Detail = "The registry has removed the DS record. Some resolvers may remember it until " + When(until) + ", and do not find the domain before."
		return c, true
	case len(seen.delegation.DS) == 0:
		return c, false
	case seen.signedHere():
		c.Status, c.Title, c.Detail = Pass, "DNSSEC is on, with Cloudflare’s key", there
		return c, true
	case seen.signErr != nil && !seen.dark():
		c.Title, c.Word, c.Detail = "DNSSEC fits Cloudflare’s key", "Not compared", there+". Cloudflare did not tell its key. Resolvers that check signatures find the domain."
		return c, true
	}
	guide := seen.registration.Guide
	c.Status, c.Word, c.Detail = Fail, "Still there", there+". It is not of a key of Cloudflare’s, so resolvers that check signatures refuse the domain."
	c.Fix = Fix{
		Title: "Turn DNSSEC off at " + seen.registrar(), Text: "The signature of the old DNS provider is still at the registry. When it is gone, caches need up to " + HumanDuration(max(seen.delegation.DSTTL, time.Hour)) + " to forget it.",
		Steps: guide.DNSSEC,
	}
	if guide.DNSURL != "" {
		c.Fix.Link = Link{"Open " + nameOr(guide.Name, "the registrar"), guide.DNSURL}
	}
	if seen.signedWith != "" {
		c.Fix.Text += " Or enter Cloudflare’s DS record there in its place: " + seen.signedWith + "."
	}
	return c, true
}

// signedHere: the registry holds the DS record of Cloudflare's own key.
func (seen dnsSeen) signedHere() bool {
	return seen.signedWith != "" && slices.ContainsFunc(seen.delegation.DS, func(ds string) bool {
		return strings.EqualFold(strings.Join(strings.Fields(ds), " "), seen.signedWith)
	})
}

// dark: every public resolver gives up on the domain, as those do that check
// signatures and find one that does not fit.
func (seen dnsSeen) dark() bool {
	asked := 0
	for _, r := range seen.sightings {
		if r.Local {
			continue
		}
		if asked++; !r.GaveUp {
			return false
		}
	}
	return asked > 0
}
