package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/steps/beside"
)

// CacheStep is step 3: Cloudflare keeps no copies of what Plex sends.
type CacheStep struct {
	Rules     Rulesets
	Analytics Analytics
	Plans     Plans
	Now       func() time.Time
}

var _ Step = (*CacheStep)(nil)

// CacheDetail is what the page of step 3 shows beyond its checks.
type CacheDetail struct {
	Counts []Count // requests by cache status; nil while there are none
}

// Info implements [Step].
func (*CacheStep) Info() Info { return Info{ID: IDCache, Number: 3, Title: "Turn off caching"} }

type cacheSeen struct {
	rules  Ruleset
	plan   string // of the zone; empty when it could not be read
	counts []Count
	noData error
}

// Inspect implements [Step].
func (c *CacheStep) Inspect(ctx context.Context, s Settings) (Finding, error) {
	if s.ZoneID == "" || s.Host() == "" {
		return Finding{Blocked: "After step 2", Summary: "After step 2"}, nil
	}
	var seen cacheSeen
	var err error
	var wg beside.Group
	wg.Go(func() { seen.plan = zonePlan(ctx, c.Plans, s.ZoneID) })
	wg.Go(func() { seen.rules, err = c.Rules.Ruleset(ctx, s.ZoneID, PhaseCache) })
	wg.Wait()
	if err != nil {
		return Finding{}, fmt.Errorf("reading the cache rules: %w", err)
	}
	if i, ok := ruleByRef(seen.rules, s.Ref("cache")); ok && seen.rules.Rules[i].Enabled {
		seen.counts, seen.noData = c.Analytics.CacheStatuses(ctx, s.ZoneID, s.Host(), c.Now().Add(-24*time.Hour), c.Now())
	}
	return seen.finding(s), nil
}

// cacheExpression matches the Plex host and, as the guide wants, the domain.
// http.host is compared whole, so neither matches the other.
func cacheExpression(s Settings) string {
	return fmt.Sprintf(`(http.host in {%q %q})`, s.Host(), s.Domain)
}

func cacheRule(s Settings) Rule {
	return Rule{
		Ref: s.Ref("cache"), Description: s.Marker() + ": do not cache", Expression: cacheExpression(s),
		Action: "set_cache_settings", Parameters: json.RawMessage(`{"cache":false}`), Enabled: true,
	}
}

func (seen cacheSeen) finding(s Settings) Finding {
	want := cacheRule(s)
	i, have := ruleByRef(seen.rules, want.Ref)
	limit := cacheLimit(seen.plan)
	f := Finding{Detail: &CacheDetail{Counts: seen.counts}}
	rule := Check{Name: "cache-rule", Title: "A rule turns caching off", Detail: "Not yet"}
	last := Check{Name: "cache-last", Title: "It has the last word"}
	others := len(seen.rules.Rules)
	if have {
		others--
	}
	rows := []Row{
		{Label: "Rule", Values: []Value{{Text: want.Description}}},
		Code("Hostname", s.Host(), s.Domain), Text("Cache eligibility", "Bypass cache"),
		Text("Place", othersText(others, "Last of all; "+locale.Count(others, "other rule stays as it is", "other rules stay as they are"), "The only rule")),
	}
	switch {
	case !have && limit > 0 && others >= limit:
		f.Summary = fmt.Sprintf("All %d cache rules are taken", others)
		room := Check{
			Name: "cache-room", Title: "There is room for the rule", Status: Fail, Detail: fmt.Sprintf("%s has %d cache rules, and yours take all of them.", planWords(seen.plan), limit),
			Fix: Fix{Title: "Make room for one", Text: "Remove a rule that you no longer need, or join two. Yours are not touched here.", Link: Link{"Open Cloudflare", "https://dash.cloudflare.com/?to=/:account/" + s.Domain + "/caching/cache-rules"}},
		}
		f.Checks = append(f.Checks, room)
	case !have:
		f.Actions = append(f.Actions, Action{
			ID: "create-cache-rule", Undo: true, Verb: Create, What: "Create a cache rule", To: "bypass for " + s.Host() + " and " + s.Domain, Rows: rows,
			Why: "So that Cloudflare passes your films on and keeps no copy.",
		})
		f.Summary = "One rule to create"
	case !sameRule(seen.rules.Rules[i], want) || i != len(seen.rules.Rules)-1:
		now := seen.rules.Rules[i]
		rule.Detail = "It is there, but not as it should be."
		rows[1].Values[0].Before = now.Expression
		f.Actions = append(f.Actions, Action{
			ID: "change-cache-rule", Undo: true, Verb: Update, What: "Change the cache rule", From: now.Expression, To: want.Expression, Rows: rows,
			Why: "It was made for another name, was switched off, or is no longer the last one.",
		})
		f.Summary = "The rule needs a change"
	default:
		rule.Status, rule.Detail = Pass, "For "+s.Host()+" and "+s.Domain
		last.Status, last.Detail = Pass, "No later rule can change it."
		f.Heading, f.Summary = "Nothing is cached", "One rule, last in the list, for "+s.Host()
	}
	f.Checks = append([]Check{rule, last}, f.Checks...)
	if rule.Status == Pass {
		f.Checks = append(f.Checks, seen.proofCheck())
	}
	if seen.rules.ID != "" {
		f.Evidence = []Evidence{rulesCard("cache", s.Domain+" › Caching › Cache Rules", "/caching/cache-rules", seen.rules, s, limit)}
	}
	return f
}

// othersText is one text where there are others beside ours, and another where not.
func othersText(n int, some, none string) string {
	if n == 0 {
		return none
	}
	return some
}

func (seen cacheSeen) proofCheck() Check {
	c := Check{Name: "cache-proof", Title: "Cloudflare’s own figures agree", Word: "Later"}
	cached := int64(0)
	for _, n := range seen.counts {
		switch n.Key {
		case "hit", "miss", "expired", "revalidated", "stale", "updating":
			cached += n.N
		}
	}
	switch {
	case errors.Is(seen.noData, ErrNoAnalytics):
		c.Detail = "Cloudflare does not give these figures on this plan. Step 6 proves it with requests of its own."
	case seen.noData != nil:
		c.Detail = Explain(seen.noData).Title + ". Step 6 proves it with requests of its own."
	case len(seen.counts) == 0:
		c.Detail = "As soon as there is traffic. Step 6 proves it at once with requests of its own."
	case cached > 0:
		c.Status, c.Word, c.Detail = Warn, "", fmt.Sprintf("%s requests in the last day went through Cloudflare’s cache. That can be from before the rule.", locale.Number(cached))
	default:
		c.Status, c.Word, c.Detail = Pass, "", "No request in the last day went through Cloudflare’s cache."
	}
	return c
}

// Apply implements [Step].
func (c *CacheStep) Apply(ctx context.Context, s Settings, a Action) (Settings, error) {
	set, err := c.Rules.Ruleset(ctx, s.ZoneID, PhaseCache)
	if err != nil {
		return s, fmt.Errorf("reading the cache rules: %w", err)
	}
	want := cacheRule(s)
	i, have := ruleByRef(set, want.Ref)
	switch {
	case !have:
		err = addRule(ctx, c.Rules, s, set, want, false)
	case !sameRule(set.Rules[i], want) || i != len(set.Rules)-1:
		want.ID = set.Rules[i].ID
		err = c.Rules.ChangeRule(ctx, s.ZoneID, set.ID, want, len(set.Rules)-1, false)
	}
	if err != nil {
		return s, fmt.Errorf("%s: %w", a.ID, err)
	}
	return s, nil
}
