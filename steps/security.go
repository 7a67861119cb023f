package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/steps/beside"
)

// SecurityStep is step 8, and the page that people come back to.
type SecurityStep struct {
	Rules     Rulesets
	Settings  ZoneSettings
	Analytics Analytics
	Visitor   Visitor
	Plex      PlexServer
	Access    Access
	Tunnels   Tunnels
	Plans     Plans
	Records   Records
	Now       func() time.Time
}

var (
	_ Step       = (*SecurityStep)(nil)
	_ Rethinker  = (*SecurityStep)(nil)
	_ Rememberer = (*SecurityStep)(nil)
)

// SecurityDetail is what the page of step 8 shows beyond its checks.
type SecurityDetail struct {
	Custom   Ruleset
	Config   Ruleset
	Settings map[string]ZoneSetting
	Blocked  []Count
	Country  string          // where this computer is seen, such as "GB"; empty when not known
	Plan     string          // of the zone, such as "Free Website"; empty when it could not be read
	Limit    int             // how many custom rules it has; 0 when that is not known
	Choices  SecurityChoices // what the page proposes
	NoData   error           // why there are no figures about what was blocked
	NoConfig *Problem        // why the rules of the switch “Leave Plex’s pages as they are” could not be read; nil when they were
	seen     securitySeen
}

// On reports whether a setting of the whole domain is on, whoever switched it on.
func (d *SecurityDetail) On(id string) bool {
	for _, w := range zoneWishes(Settings{}) {
		if w.id == id {
			return w.granted(d.Settings[id].Value)
		}
	}
	return false
}

// Info implements [Step].
func (*SecurityStep) Info() Info { return Info{ID: IDSecurity, Number: 8, Title: "Add security"} }

type securitySeen struct {
	custom, config Ruleset
	noConfig       *Problem // the token may not see config
	settings       map[string]ZoneSetting
	plan           string
	blocked        []Count
	noData         error // why there are no figures
	country        string
	answer         VisitAnswer
	probes         []Check // of the whole address, while a change is to be proved
	access         accessSeen
}

// Inspect implements [Step].
func (c *SecurityStep) Inspect(ctx context.Context, s Settings) (Finding, error) {
	if s.ZoneID == "" || s.Host() == "" || s.PlexID == "" {
		return Finding{Blocked: "After step 5", Summary: "After step 5"}, nil
	}
	seen := securitySeen{settings: map[string]ZoneSetting{}}
	ids := []string{"security_level"}
	for _, w := range zoneWishes(s) {
		ids = append(ids, w.id)
	}
	read := make([]ZoneSetting, len(ids))
	errs := make([]error, len(ids)+3)
	var wg beside.Group
	for i, id := range ids {
		wg.Go(func() { read[i], errs[i] = zoneSetting(ctx, c.Settings, s.ZoneID, id) })
	}
	wg.Go(func() {
		if seen.custom, errs[len(ids)] = c.Rules.Ruleset(ctx, s.ZoneID, PhaseCustom); len(seen.custom.Rules) == 0 {
			return // nothing can have been blocked by a rule
		}
		seen.blocked, seen.noData = c.Analytics.Blocked(ctx, s.ZoneID, s.Host(), c.Now().Add(-24*time.Hour), c.Now())
	})
	wg.Go(func() { seen.config, seen.noConfig, errs[len(ids)+1] = readRules(ctx, c.Rules, s.ZoneID, PhaseConfig) })
	wg.Go(func() { seen.plan = zonePlan(ctx, c.Plans, s.ZoneID) })
	wg.Go(func() { seen.access, errs[len(ids)+2] = c.access(ctx, s) })
	wg.Go(func() { seen.country, _, _ = c.Visitor.Trace(ctx, s.Host()) })
	wg.Go(func() {
		if s.proving() {
			seen.answer, seen.probes = c.probes(ctx, s)
			return
		}
		seen.answer, _ = c.Visitor.Get(ctx, s.Host(), "/identity", nil)
	})
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return Finding{}, fmt.Errorf("reading the security settings: %w", err)
	}
	for i, id := range ids {
		seen.settings[id] = read[i]
	}
	return seen.finding(s), nil
}

// Rethink implements [Rethinker].
func (*SecurityStep) Rethink(f Finding, s Settings) (Finding, bool) {
	d, ok := f.Detail.(*SecurityDetail)
	if !ok || s.Host() == "" || d.seen.access.host != s.BrowserHost() {
		return f, false
	}
	return d.seen.finding(s), true
}

func (seen securitySeen) finding(s Settings) Finding {
	d := &SecurityDetail{
		Custom: seen.custom, Config: seen.config, Settings: seen.settings, Blocked: seen.blocked,
		Country: seen.country, Plan: seen.plan, Limit: customLimit(seen.plan), Choices: s.Security, NoData: seen.noData, NoConfig: seen.noConfig, seen: seen,
	}
	f := Finding{Detail: d}
	if !s.Security.Chosen {
		d.Choices = SecurityChoices{Bots: true, MinTLS: true, HTTPS: true, NoRewrite: seen.noConfig == nil}
		if seen.country != "" && seen.country != "XX" {
			d.Choices.Countries = []string{seen.country}
		}
		f.Ask, f.Summary = "security", "Choose what to add"
	}
	f.Checks = append(f.Checks, seen.passCheck(s))
	if s.proving() && len(s.Proof.Worked) > 0 && f.Check("still-works").Status == Pass {
		f.Again = spreads
	}
	if s.Security.Chosen {
		left := seen.rules(s, seen.custom, customRules(s), d.Limit, &f)
		seen.configRule(s, &f)
		seen.wishes(s, &f)
		f.Checks = append(f.Checks, seen.dangers(s)...)
		if left > 0 {
			f.Checks = append(f.Checks, Check{
				Name: "slots", Title: "There is room for the rules", Status: Fail, Detail: fmt.Sprintf("%s has %s custom rules, and %d too many are wanted.", planWords(seen.plan), locale.Number(d.Limit), left),
				Fix: Fix{Title: "Make room", Text: "Switch one of the wizard’s rules off, or remove one of yours in Cloudflare. Everything else goes on without it."},
			})
		}
		seen.access.plan(s, &f)
	} else {
		f.Checks = append(f.Checks, seen.dangers(s)...)
	}
	f.Evidence = append(f.Evidence, rulesCard("rules", s.Domain+" › Security › Security rules", "/security/security-rules", seen.custom, s, d.Limit), seen.settingsCard(s))
	switch {
	case f.Ask != "":
	case f.Check("slots").Status == Fail:
		f.Summary = f.Check("slots").Detail
	case len(f.Actions) > 0:
		f.Summary = locale.Count(len(f.Actions), "change to confirm", "changes to confirm")
	default:
		f.Heading = "Security is as you chose"
		f.Summary = locale.Count(len(oursIn(s, seen.custom))+len(oursIn(s, seen.config)), "rule of the wizard", "rules of the wizard")
	}
	return f
}

func oursIn(s Settings, set Ruleset) []Rule {
	var out []Rule
	for _, r := range set.Rules {
		if s.ours(r) {
			out = append(out, r)
		}
	}
	return out
}

// passCheck tells whether the address still answers: a rule that shuts this
// computer out would shut Plex apps out too.
func (seen securitySeen) passCheck(s Settings) Check {
	c := Check{Name: "still-works", Title: "The address still works", Status: Pass, Detail: "Asked just now from here"}
	broken := seen.broken(s)
	switch {
	case seen.answer.Header["cf-mitigated"] == "challenge":
		c.Status, c.Detail = Fail, "Cloudflare asks visitors to solve a puzzle, which Plex apps cannot solve."
		c.Fix = Fix{Title: "Take the last change back", Text: "Switch off what you added last, below."}
	case seen.answer.Status == 403:
		c.Status, c.Detail = Fail, "A rule shuts this computer out (403)."
		c.Fix = Fix{Title: "Take the last change back", Text: "Is your country on the list of allowed ones? Switch off what you added last, below."}
	case len(broken) > 0:
		return brokenCheck(c, broken)
	case seen.answer.Status != 200:
		c.Status, c.Detail = Skip, "Step 6 tells why it does not answer."
	}
	return c
}
