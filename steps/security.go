package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// SecurityStep is step 8, and the page that people come back to.
type SecurityStep struct {
	Rules     Rulesets
	Settings  ZoneSettings
	Analytics Analytics
	Visitor   Visitor
	Now       func() time.Time
}

var _ Step = (*SecurityStep)(nil)

// customRulesFree is how many custom rules the free plan has.
const customRulesFree = 5

// SecurityDetail is what the page of step 8 shows beyond its checks.
type SecurityDetail struct {
	Custom   Ruleset
	Config   Ruleset
	Settings map[string]ZoneSetting
	Bots     bool // Bot Fight Mode
	Blocked  []Count
	Country  string // where this computer is seen, such as "GB"; empty when not known
	Limit    int
	Choices  SecurityChoices // what the page proposes
	seen     securitySeen
}

// Info implements [Step].
func (*SecurityStep) Info() Info { return Info{ID: IDSecurity, Number: 8, Title: "Add security"} }

type securitySeen struct {
	custom, config Ruleset
	settings       map[string]ZoneSetting
	fight          bool
	blocked        []Count
	noData         error // why there are no figures
	country        string
	answer         VisitAnswer
}

// Inspect implements [Step].
func (c *SecurityStep) Inspect(ctx context.Context, s Settings) (Finding, error) {
	if s.ZoneID == "" || s.Host() == "" || s.PlexID == "" {
		return Finding{Blocked: "After step 5", Summary: "After step 5"}, nil
	}
	seen := securitySeen{settings: map[string]ZoneSetting{}}
	ids := []string{"browser_check", "security_level", "min_tls_version", "always_use_https"}
	read := make([]ZoneSetting, len(ids))
	errs := make([]error, len(ids)+3)
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() { read[i], errs[i] = c.Settings.Setting(ctx, s.ZoneID, id) })
	}
	wg.Go(func() {
		if seen.custom, errs[len(ids)] = c.Rules.Ruleset(ctx, s.ZoneID, PhaseCustom); len(seen.custom.Rules) == 0 {
			return // nothing can have been blocked by a rule
		}
		seen.blocked, seen.noData = c.Analytics.Blocked(ctx, s.ZoneID, s.Host(), c.Now().Add(-24*time.Hour), c.Now())
	})
	wg.Go(func() { seen.config, errs[len(ids)+1] = c.Rules.Ruleset(ctx, s.ZoneID, PhaseConfig) })
	wg.Go(func() { seen.fight, errs[len(ids)+2] = c.Settings.BotFightMode(ctx, s.ZoneID) })
	wg.Go(func() { seen.country, _, _ = c.Visitor.Trace(ctx, s.Host()) })
	wg.Go(func() { seen.answer, _ = c.Visitor.Get(ctx, s.Host(), "/identity", nil) })
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
	if !ok || s.Host() == "" {
		return f, false
	}
	return d.seen.finding(s), true
}

// customRules are the wanted rules for the Plex host, in their safe order:
// every one blocks, so their order among themselves does not matter; ours stand
// behind the person's own.
func customRules(s Settings) []Rule {
	c, host := s.Security, fmt.Sprintf("http.host eq %q", s.Host())
	block := func(what, words, expr string) Rule {
		return Rule{Ref: s.Ref(what), Description: s.Marker() + ": " + words, Expression: expr, Action: "block", Enabled: true}
	}
	var out []Rule
	if len(c.Countries) > 0 {
		list := slices.Clone(c.Countries)
		slices.Sort(list)
		out = append(out, block("country", "only these countries", fmt.Sprintf(`(%s and not ip.src.country in {"%s"})`, host, strings.Join(list, `" "`))))
	}
	if c.Bots {
		out = append(out, block("bots", "known bots", fmt.Sprintf("(%s and cf.client.bot)", host)))
	}
	if c.Tor {
		out = append(out, block("tor", "Tor", fmt.Sprintf(`(%s and ip.src.country eq "T1")`, host)))
	}
	if c.Expression != "" {
		out = append(out, block("own", "your own rule", fmt.Sprintf("(%s and (%s))", host, c.Expression)))
	}
	return out
}

// configRules are the wanted configuration rules for the Plex host. They keep
// Cloudflare from rewriting pages and from judging apps by their headers.
func configRules(s Settings) []Rule {
	if !s.Security.NoRewrite {
		return nil
	}
	return []Rule{{
		Ref: s.Ref("config"), Description: s.Marker() + ": leave Plex as it is", Expression: fmt.Sprintf("(http.host eq %q)", s.Host()),
		Action: "set_config", Parameters: json.RawMessage(`{"bic":false,"email_obfuscation":false,"rocket_loader":false}`), Enabled: true,
	}}
}

// zoneWishes are settings of the whole domain that the person switched on. What
// is switched off here is left as it is: it may be on for other reasons.
func zoneWishes(s Settings) []zoneWish {
	var out []zoneWish
	if s.Security.MinTLS {
		out = append(out, zoneWish{"min_tls_version", "1.2", "Minimum TLS 1.2", "Refuses outdated encryption, for the whole domain."})
	}
	if s.Security.HTTPS {
		out = append(out, zoneWish{"always_use_https", "on", "Always use HTTPS", "Sends visitors of http:// to https://, for the whole domain."})
	}
	if s.Security.Integrity {
		out = append(out, zoneWish{"browser_check", "on", "Browser Integrity Check", "Blocks requests with odd headers, for the whole domain but Plex."})
	}
	return out
}

type zoneWish struct{ id, value, title, why string }

// granted reports whether a setting is as wished, or stricter.
func (w zoneWish) granted(now string) bool {
	return now == w.value || w.id == "min_tls_version" && now == "1.3"
}

func (seen securitySeen) finding(s Settings) Finding {
	d := &SecurityDetail{
		Custom: seen.custom, Config: seen.config, Settings: seen.settings, Bots: seen.fight, Blocked: seen.blocked,
		Country: seen.country, Limit: customRulesFree, Choices: s.Security, seen: seen,
	}
	f := Finding{Detail: d}
	if !s.Security.Chosen {
		d.Choices = SecurityChoices{Bots: true, MinTLS: true, HTTPS: true, NoRewrite: true}
		if seen.country != "" && seen.country != "XX" {
			d.Choices.Countries = []string{seen.country}
		}
		f.Ask, f.Summary = "security", "Choose what to add"
	}
	f.Checks = append(f.Checks, seen.passCheck(s))
	if s.Security.Chosen {
		seen.rules(s, PhaseCustom, seen.custom, customRules(s), &f)
		seen.rules(s, PhaseConfig, seen.config, configRules(s), &f)
		seen.wishes(s, &f)
	}
	f.Checks = append(f.Checks, seen.dangers()...)
	if n := seen.freeSlots(s); n < 0 && seen.wantsMore(s) {
		f.Checks = append(f.Checks, Check{
			Name: "slots", Title: "There is room for the rules", Status: Fail, Detail: fmt.Sprintf("The free plan has %d custom rules, and %d too many are wanted.", customRulesFree, -n),
			Fix: Fix{Text: "Switch one of ours off, or remove one of yours in Cloudflare."},
		})
		f.Actions = nil
	}
	f.Evidence = []Evidence{rulesCard("rules", s.Domain+" › Security › Security rules", "/security/security-rules", seen.custom, s, customRulesFree), seen.settingsCard(s)}
	switch {
	case f.Ask != "":
	case f.Check("slots").Status == Fail:
		f.Summary = f.Check("slots").Detail
	case len(f.Actions) > 0:
		f.Summary = countOf(len(f.Actions), "change") + " to confirm"
	default:
		f.Heading = "Security is as you chose"
		f.Summary = countOf(len(oursIn(s, seen.custom))+len(oursIn(s, seen.config)), "rule") + " of the wizard"
	}
	return f
}

// countOf writes "1 rule", "2 rules".
func countOf(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
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

// freeSlots counts what is left of the free plan's rules after ours.
func (seen securitySeen) freeSlots(s Settings) int {
	others := len(seen.custom.Rules) - len(oursIn(s, seen.custom))
	return customRulesFree - others - len(customRules(s))
}

// wantsMore reports whether a custom rule is to be created. Who has more rules
// than the free plan allows has another plan.
func (seen securitySeen) wantsMore(s Settings) bool {
	return slices.ContainsFunc(customRules(s), func(w Rule) bool {
		_, have := ruleByRef(seen.custom, w.Ref)
		return !have
	})
}

// passCheck tells whether the address still answers: a rule that shuts this
// computer out would shut Plex apps out too.
func (seen securitySeen) passCheck(s Settings) Check {
	c := Check{Name: "still-works", Title: "The address still works", Status: Pass, Detail: "Asked just now from here"}
	switch {
	case seen.answer.Header["cf-mitigated"] == "challenge":
		c.Status, c.Detail = Fail, "Cloudflare asks for a puzzle, which Plex apps cannot solve."
		c.Fix = Fix{Title: "Take the last change back", Text: "Switch off what you added last, below."}
	case seen.answer.Status == 403:
		c.Status, c.Detail = Fail, "A rule shuts this computer out (403)."
		c.Fix = Fix{Title: "Take the last change back", Text: "Is your country among those that may in? Switch off what you added last, below."}
	case seen.answer.Status != 200:
		c.Status, c.Detail = Skip, "Step 6 tells why it does not answer."
	}
	return c
}

// rules plans what is missing, what differs, and what is ours and no longer wanted.
func (seen securitySeen) rules(s Settings, phase string, have Ruleset, want []Rule, f *Finding) {
	for _, w := range want {
		name := strings.TrimPrefix(w.Description, s.Marker()+": ")
		c := Check{Name: "rule-" + strings.TrimPrefix(w.Ref, s.Ref("")), Title: capital(name), Detail: "Not yet"}
		row := Row{Label: "When", Values: []Value{{Text: w.Expression, Code: true}}}
		rows := []Row{Text("Rule", w.Description), row, Text("Then", actionName(w))}
		i, ok := ruleByRef(have, w.Ref)
		switch {
		case !ok:
			f.Actions = append(f.Actions, Action{ID: "add " + w.Ref, Verb: Create, What: "Create the rule “" + name + "”", To: w.Expression, Rows: rows, Why: "For " + s.Host() + " only."})
		case !sameRule(have.Rules[i], w):
			rows[1].Values[0].Before = have.Rules[i].Expression
			c.Detail = "It differs from what you chose."
			f.Actions = append(f.Actions, Action{ID: "change " + w.Ref, Verb: Update, What: "Change the rule “" + name + "”", From: have.Rules[i].Expression, To: w.Expression, Rows: rows, Why: "For " + s.Host() + " only."})
		default:
			c.Status, c.Word, c.Detail = Pass, "On", fmt.Sprintf("Rule %d of %d", i+1, len(have.Rules))
		}
		f.Checks = append(f.Checks, c)
	}
	for _, r := range oursIn(s, have) {
		if !slices.ContainsFunc(want, func(w Rule) bool { return w.Ref == r.Ref }) {
			name := strings.TrimPrefix(r.Description, s.Marker()+": ")
			f.Actions = append(f.Actions, Action{ID: "remove " + r.Ref, Verb: Delete, What: "Remove the rule “" + name + "”", From: r.Expression, Rows: []Row{Text("Rule", r.Description), Code("When", r.Expression)}, Why: "You switched it off."})
		}
	}
}

func (seen securitySeen) wishes(s Settings, f *Finding) {
	for _, w := range zoneWishes(s) {
		now := seen.settings[w.id].Value
		c := Check{Name: "setting-" + w.id, Title: w.title, Detail: "Not yet"}
		if w.granted(now) {
			c.Status, c.Word, c.Detail = Pass, "On", "Whole domain"
		} else {
			f.Actions = append(f.Actions, Action{ID: "set " + w.id, Verb: Update, What: "Turn “" + w.title + "” on", From: now, To: w.value, Why: w.why, Rows: []Row{{Label: w.title, Values: []Value{{Text: w.value, Before: now}}}}})
		}
		f.Checks = append(f.Checks, c)
	}
}

// dangers are settings that break Plex apps.
func (seen securitySeen) dangers() []Check {
	fight := Check{Name: "bot-fight-mode", Title: "Bot Fight Mode is off", Status: Pass, Word: "Off, as it should be", Detail: "It puts puzzles before Plex apps, and the free plan can make no exception."}
	if seen.fight {
		fight.Status, fight.Word = Fail, "On"
		fight.Fix = Fix{Title: "Turn it off", Text: "In Cloudflare under Security, Bots. It acts on the whole domain.", Link: Link{"Open Cloudflare", "https://dash.cloudflare.com/"}}
	}
	attack := Check{Name: "under-attack", Title: "Under Attack mode is off", Status: Pass, Detail: "Cloudflare always protects; this mode would put a puzzle before everyone."}
	if seen.settings["security_level"].Value == "under_attack" {
		attack.Status, attack.Detail = Fail, "It puts a puzzle before everyone, which Plex apps cannot solve."
		attack.Fix = Fix{Title: "Turn it off", Text: "In Cloudflare under Security, Settings.", Link: Link{"Open Cloudflare", "https://dash.cloudflare.com/"}}
	}
	return []Check{fight, attack}
}

func (seen securitySeen) settingsCard(s Settings) Evidence {
	level := "Always protected"
	if seen.settings["security_level"].Value == "under_attack" {
		level = "Under Attack mode"
	}
	return Evidence{
		Card: "settings", Place: s.Domain + " › Security › Settings", Reading: seen.settings["browser_check"].Reading,
		Rows: []Row{
			Text("Security level", level), Text("Browser Integrity Check", capital(seen.settings["browser_check"].Value)),
			Text("Minimum TLS Version", seen.settings["min_tls_version"].Value), Text("Always Use HTTPS", capital(seen.settings["always_use_https"].Value)),
			Text("Bot Fight Mode", onOff(seen.fight)),
		},
		Open: Link{"Open in Cloudflare", "https://dash.cloudflare.com/?to=/:account/" + s.Domain + "/security/settings"},
	}
}

// Apply implements [Step].
func (c *SecurityStep) Apply(ctx context.Context, s Settings, a Action) (Settings, error) {
	verb, what, _ := strings.Cut(a.ID, " ")
	if verb == "set" {
		return c.grant(ctx, s, what)
	}
	phase, want := PhaseCustom, customRules(s)
	if what == s.Ref("config") {
		phase, want = PhaseConfig, configRules(s)
	}
	set, err := c.Rules.Ruleset(ctx, s.ZoneID, phase)
	if err != nil {
		return s, fmt.Errorf("reading the rules: %w", err)
	}
	i, have := ruleByRef(set, what)
	w := slices.IndexFunc(want, func(r Rule) bool { return r.Ref == what })
	switch {
	case verb == "remove" && have:
		err = c.Rules.DeleteRule(ctx, s.ZoneID, set.ID, set.Rules[i].ID)
	case verb == "remove":
	case w < 0:
		return s, ErrPlanChanged
	case !have:
		err = c.Rules.AddRule(ctx, s.ZoneID, set, want[w], -1, false)
	case !sameRule(set.Rules[i], want[w]):
		r := want[w]
		r.ID = set.Rules[i].ID
		err = c.Rules.ChangeRule(ctx, s.ZoneID, set.ID, r, -1)
	}
	if err != nil {
		return s, fmt.Errorf("%s: %w", a.What, err)
	}
	return s, nil
}

// grant changes one setting of the whole domain, unless it is as wished already,
// and keeps what it was for undo.
func (c *SecurityStep) grant(ctx context.Context, s Settings, id string) (Settings, error) {
	for _, w := range zoneWishes(s) {
		if w.id != id {
			continue
		}
		now, err := c.Settings.Setting(ctx, s.ZoneID, id)
		if err != nil {
			return s, fmt.Errorf("reading %s: %w", id, err)
		}
		if w.granted(now.Value) {
			return s, nil
		}
		if err := c.Settings.ChangeSetting(ctx, s.ZoneID, id, w.value); err != nil {
			return s, fmt.Errorf("changing %s: %w", id, err)
		}
		s.ZoneBefore = keepBefore(s.ZoneBefore, id, now.Value)
		return s, nil
	}
	return s, ErrPlanChanged
}

// TryExpression has Cloudflare check the person's own expression without
// saving it. The problem, if any, belongs to the field expression.
func (c *SecurityStep) TryExpression(ctx context.Context, s Settings, expr string) error {
	s.Security = SecurityChoices{Expression: expr}
	set, err := c.Rules.Ruleset(ctx, s.ZoneID, PhaseCustom)
	if err != nil {
		return fmt.Errorf("reading the rules: %w", err)
	}
	err = c.Rules.AddRule(ctx, s.ZoneID, set, customRules(s)[0], -1, true)
	if e, ok := errors.AsType[*ServiceError](err); ok && e.Status >= 400 && e.Status < 500 && e.Status != 429 {
		return &Problem{Field: "expression", Title: "Cloudflare does not understand this expression", Text: e.Message, Fix: "Its own words: " + e.Message, Detail: e.detail(), Err: err}
	}
	return err
}
