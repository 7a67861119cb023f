package steps

import (
	"fmt"
	"strings"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/steps/zone"
)

// move judges the change of name servers: DNSSEC, the parent, the resolvers and
// Cloudflare's own view.
func (seen dnsSeen) move(s Settings, d *DNSDetail, f *Finding, now time.Time, pace float64, adopted bool) {
	pair := seen.zone.NameServers
	parent, named := pairIs(seen.delegation.NS, pair), seen.named()
	active := seen.zone.Status == "active"
	_, wrong := seen.misdelegated(s)
	if f.State() == StateProblem {
		d.Part = DNSCompare
		f.Summary = "Mail is not safe yet"
		return
	}
	if !named && !adopted && (d.Signed || now.Before(forgotten(s, pace))) {
		seen.signed(d, f, forgotten(s, pace))
		return
	}
	if seen.zone.Status == "initializing" { // its name servers answer nothing yet
		f.Checks = append(f.Checks, seen.activeCheck(s, active))
		d.Part, d.Hidden, f.Again = DNSRegistrar, true, time.Minute
		f.Heading = "Finish the setup of " + s.Domain + " at Cloudflare"
		f.Summary = f.Heading
		return
	}
	servers, answers := seen.serversCheck(pair), seen.answersCheck()
	if active && parent {
		servers, answers = afterwards(servers), afterwards(answers)
	}
	f.Checks = append(f.Checks, servers)
	if !adopted {
		f.Checks = append(f.Checks, answers)
	}
	if ready := servers.Status == Pass && (adopted || answers.Status == Pass); !ready && !named && !wrong && s.Told.IsZero() && !s.Records.Unproven {
		d.Part, d.Hidden, f.Again = DNSRegistrar, true, 5*time.Second
		f.Heading, f.Summary = "The new name servers are getting ready", "Waiting for the new name servers to answer"
		return
	}
	signature, signed := seen.signatureCheck(forgotten(s, pace), now)
	if signed {
		f.Checks = append(f.Checks, signature)
	}
	f.Checks = append(f.Checks, seen.parentCheck(pair, parent, active, s))
	for _, r := range seen.sightings {
		f.Checks = append(f.Checks, resolverCheck(r, pair, parent, active))
	}
	d.Of = 1 + len(seen.sightings)
	if parent {
		d.Sees++
	}
	for _, r := range seen.sightings {
		if pairIs(r.Values, pair) {
			d.Sees++
		}
	}
	f.Checks = append(f.Checks, seen.activeCheck(s, active))
	if seen.zone.Paused {
		f.Checks = append(f.Checks, seen.pausedCheck(s, active))
	}
	d.NextAsk = s.Asked.Add(time.Duration(float64(activationEvery) / max(pace, 1)))
	if parent && !active && (s.Asked.IsZero() || !now.Before(d.NextAsk)) {
		f.Actions = append(f.Actions, Action{ID: "check-activation", Verb: Update, Auto: true, What: "Ask Cloudflare to look at the name servers", To: s.Domain})
	}
	switch {
	case signature.Status == Fail:
		d.Part, d.Dark, f.Again = DNSRegistrar, true, time.Minute
		f.Heading = "Turn DNSSEC off at " + seen.registrar() + ": " + s.Domain + " is dark for most of the world"
		f.Summary = f.Heading
	case active && parent && signature.Status == Wait:
		d.Part, f.Again = DNSWait, waitStep(now, s.Signed.Gone)
		f.Heading, f.Summary = "DNSSEC is off, and is being forgotten", "Waiting until caches forget DNSSEC"
	case active && parent && seen.zone.Paused:
		d.Part, f.Again = DNSDone, time.Minute
		f.Heading, f.Summary = s.Domain+" is at Cloudflare, and paused there", "Paused at Cloudflare"
		return
	case active && parent:
		d.Part = DNSDone
		f.Heading = s.Domain + " is at Cloudflare, and nothing was lost"
		f.Summary = "Active, " + locale.Count(len(seen.cloud), "record", "records")
		return
	case parent:
		d.Part = DNSWait
		f.Again = waitStep(now, waitingSince(s, now))
		f.Summary = fmt.Sprintf("%d of %d places see the new name servers", d.Sees, d.Of)
	case seen.away(s):
		d.Part, d.Away = DNSRegistrar, true
		f.Ask, f.Again = "registrar", time.Minute
		f.Heading = s.Domain + " has moved away from Cloudflare"
		f.Summary = "Moved away: put both name servers back at " + seen.registrar()
	case wrong:
		d.Part, d.Wrong = DNSRegistrar, true
		f.Ask, f.Again = "registrar", time.Minute
		f.Heading = "The name servers at " + seen.registrar() + " are not right yet"
		f.Summary = f.Heading
	case named || !s.Told.IsZero():
		d.Part = DNSWait
		f.Again = waitStep(now, waitingSince(s, now))
		f.Summary = "Waiting for the registry to show the new name servers"
	default:
		d.Part = DNSRegistrar
		f.Ask, f.Again = "registrar", 30*time.Second
		f.Summary = "Change the name servers at " + seen.registrar()
	}
	if d.Part == DNSWait && f.Heading == "" {
		f.Heading = fmt.Sprintf("%s of %s see the new name servers", capital(numberWord(d.Sees)), numberWord(d.Of))
	}
}

// waitingSince is when the wait began: the person said so, or the first server
// was seen to know.
func waitingSince(s Settings, now time.Time) time.Time {
	switch {
	case !s.Told.IsZero():
		return s.Told
	case len(s.Story) > 0:
		return s.Story[0].At
	}
	return now
}

// waitStep is how soon to look again: eagerly at first, then cheap on everybody.
func waitStep(now, since time.Time) time.Duration {
	switch waited := now.Sub(since); {
	case waited < 10*time.Minute:
		return 15 * time.Second
	case waited < time.Hour:
		return time.Minute
	case waited < 6*time.Hour:
		return 2 * time.Minute
	default:
		return 5 * time.Minute
	}
}

// afterwards is a check of the new servers once the world asks them: nothing
// waits for it any more. What they answer otherwise is worth knowing; that they
// could not be asked from here is not.
func afterwards(c Check) Check {
	switch {
	case c.Status != Wait:
	case strings.HasPrefix(c.Detail, notTheSame):
		c.Status, c.Fix = Warn, Fix{Title: "Look whether you need them", Text: "The domain works at Cloudflare, but these records are answered differently from before.", Link: Link{"Open the list", "/steps/dns?part=compare"}}
	default:
		c.Status, c.Word, c.Fix = Skip, "Could not be asked", Fix{}
	}
	return c
}

// serversCheck: some registries ask the new servers first, and refuse the order
// unless each answers with authority and names exactly the pair.
func (seen dnsSeen) serversCheck(pair []string) Check {
	c := Check{Name: "servers", Title: "Both new name servers answer for the domain", Status: Pass, Detail: strings.Join(pair, ", ")}
	good := 0
	for i, a := range seen.answers {
		if a.Rcode == "NOERROR" && a.Auth && len(a.Records) > 0 && i < len(seen.pairSaid) && pairIs(namesIn(seen.pairSaid[i]), pair) {
			good++
		}
	}
	if good < len(pair) {
		c.Status, c.Detail = Wait, fmt.Sprintf("%d of %d answer. Cloudflare needs a moment after a domain was added.", good, len(pair))
	}
	return c
}

// namesIn are the name servers that an answer names.
func namesIn(a zone.Answer) []string {
	var out []string
	for _, r := range a.Records {
		if r.Type == "NS" {
			out = append(out, zone.CanonicalName(r.Content))
		}
	}
	return out
}

func resolverCheck(r Sighting, pair []string, parent, active bool) Check {
	c := Check{Name: "resolver-" + r.ID, Title: r.Resolver}
	switch {
	case pairIs(r.Values, pair):
		c.Status, c.Detail = Pass, "New name servers"
	case r.Err != "":
		c.Status, c.Detail, c.Word = Skip, r.Err, "No answer"
	case active:
		c.Status, c.Word, c.Detail = Skip, "Later", "Still remembers the old ones"
	case parent:
		c.Status, c.Detail = Wait, "Still the old ones"
	default:
		c.Status, c.Detail, c.Word = Skip, "The old ones", "Not yet"
	}
	if c.Status != Pass && r.Err == "" && r.TTL > 0 && parent {
		c.Detail += ", for at most " + HumanDuration(r.TTL) + " more"
	}
	return c
}

func numberWord(n int) string {
	smallNumbers := [...]string{"none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}
	if n >= 0 && n < len(smallNumbers) {
		return smallNumbers[n]
	}
	return fmt.Sprint(n)
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
