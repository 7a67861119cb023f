package cloudflare

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The phases whose rules this package keeps.
const (
	PhaseFirewall = "http_request_firewall_custom"
	PhaseCache    = "http_request_cache_settings"
	PhaseConfig   = "http_config_settings"
)

// phaseRules is what a plan allows in a phase, and the permissions it needs.
type phaseRules struct {
	rules      int
	actions    []string
	read, edit Permission
}

// phaseNamed answers the rules of a phase; an empty plan is the free one. The
// limits of custom rules are documented, the others' on paid plans are from memory.
func phaseNamed(name, plan string) (phaseRules, bool) {
	custom, others := 5, 10
	switch plan {
	case "pro":
		custom, others = 20, 25
	case "business":
		custom, others = 100, 50
	case "enterprise":
		custom, others = 1000, 300
	}
	switch name {
	case PhaseFirewall:
		return phaseRules{custom, []string{"block", "challenge", "js_challenge", "managed_challenge", "skip"}, ZoneWAFRead, ZoneWAFEdit}, true
	case PhaseCache:
		return phaseRules{others, []string{"set_cache_settings"}, CacheSettingsRead, CacheSettingsEdit}, true
	case PhaseConfig:
		return phaseRules{others, []string{"set_config"}, ConfigSettingsRead, ConfigSettingsEdit}, true
	default:
		return phaseRules{}, false
	}
}

// Rule is a rule of a phase's entry point, as the API shows it.
type Rule struct {
	ID               string          `json:"id"`
	Ref              string          `json:"ref"`
	Version          string          `json:"version"`
	Action           string          `json:"action"`
	ActionParameters json.RawMessage `json:"action_parameters,omitempty"`
	Expression       string          `json:"expression"`
	Description      string          `json:"description"`
	Enabled          bool            `json:"enabled"`
	LastUpdated      time.Time       `json:"last_updated"`
}

// ruleset is the entry point of a phase.
type ruleset struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Kind        string    `json:"kind"`
	Phase       string    `json:"phase"`
	Version     string    `json:"version"`
	LastUpdated time.Time `json:"last_updated"`
	Rules       []Rule    `json:"rules,omitempty"`
}

func (z *zoneRow) entrypoint(phase string) *ruleset {
	return find(z.Rulesets, func(r ruleset) bool { return r.Phase == phase })
}

func rulesetRoutes() []route {
	const base, entry, rules = "/zones/{zone}/rulesets", "/zones/{zone}/rulesets/phases/{phase}/entrypoint", "/zones/{zone}/rulesets/{ruleset}/rules"
	return []route{
		{method: "GET", pattern: base, handle: listRulesets},
		{method: "POST", pattern: base, handle: createRuleset},
		{method: "GET", pattern: entry, handle: getEntrypoint},
		{method: "PUT", pattern: entry, handle: putEntrypoint},
		{method: "GET", pattern: base + "/{ruleset}", handle: getRuleset},
		{method: "PUT", pattern: base + "/{ruleset}", handle: putRuleset},
		{method: "DELETE", pattern: base + "/{ruleset}", handle: deleteRuleset},
		{method: "POST", pattern: rules, handle: createRule},
		{method: "PATCH", pattern: rules + "/{rule}", handle: patchRule},
		{method: "DELETE", pattern: rules + "/{rule}", handle: deleteRule},
	}
}

// enterPhase checks the phase of a call and the permission for it.
func (c *call) enterPhase(name string, edit bool) (phaseRules, error) {
	c.dryRun = c.param("dry_run") == "true"
	p, ok := phaseNamed(name, c.zone.Plan)
	if !ok {
		return phaseRules{}, bad(20114, "'%s' is not a valid value for phase because the phase is unknown or not available to this zone", name).at("/phase") // code from memory
	}
	if edit {
		return p, c.need(p.edit)
	}
	return p, c.need(p.read)
}

// enterRuleset finds the ruleset in the path and checks the permission for it.
func (c *call) enterRuleset(edit bool) (*ruleset, phaseRules, error) {
	rs := find(c.zone.Rulesets, func(r ruleset) bool { return r.ID == c.params["ruleset"] })
	if rs == nil {
		return nil, phaseRules{}, fail(http.StatusNotFound, 10001, "could not find ruleset %s", c.params["ruleset"]) // from memory
	}
	p, err := c.enterPhase(rs.Phase, edit)
	return rs, p, err
}

// touch marks a change: the version of a ruleset grows by one each time.
func (rs *ruleset) touch(now time.Time) {
	rs.Version, rs.LastUpdated = oneMore(rs.Version), now
}

func oneMore(version string) string {
	n, _ := strconv.Atoi(version) // written here, always a number
	return strconv.Itoa(n + 1)
}

func listRulesets(c *call) (answer, error) {
	list, may := []ruleset{}, false
	for _, name := range []string{PhaseFirewall, PhaseCache, PhaseConfig} {
		p, _ := phaseNamed(name, c.zone.Plan)
		if c.need(p.read) != nil {
			continue
		}
		may = true
		if rs := c.zone.entrypoint(name); rs != nil {
			short := *rs
			short.Rules = nil
			list = append(list, short)
		}
	}
	if !may {
		return answer{}, authError()
	}
	return answer{result: list, info: &resultInfo{Page: 1, PerPage: 50, Count: len(list), TotalCount: len(list), TotalPages: 1}}, nil
}

// rulesetInput is a ruleset as a client writes it.
type rulesetInput struct {
	Name        *string     `json:"name"`
	Description *string     `json:"description"`
	Kind        string      `json:"kind"`
	Phase       string      `json:"phase"`
	Rules       []ruleInput `json:"rules"`
}

func createRuleset(c *call) (answer, error) {
	var in rulesetInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	p, err := c.enterPhase(in.Phase, true)
	if err != nil {
		return answer{}, err
	}
	if in.Kind != "zone" {
		return answer{}, bad(20116, "'%s' is not a valid value for kind because only zone rulesets can be created here", in.Kind).at("/kind") // code from memory
	}
	if c.zone.entrypoint(in.Phase) != nil {
		return answer{}, bad(20217, "'zone' is not a valid value for kind because exceeded maximum number of zone rulesets for phase %s", in.Phase).at("/kind")
	}
	return c.newEntrypoint(in, p)
}

// newEntrypoint makes the entry point of a phase.
func (c *call) newEntrypoint(in rulesetInput, p phaseRules) (answer, error) {
	rs := ruleset{ID: newID(), Name: "default", Kind: "zone", Phase: in.Phase, Version: "0"}
	c.zone.Rulesets = append(c.zone.Rulesets, rs)
	return c.fillRuleset(c.zone.entrypoint(in.Phase), in, p)
}

// fillRuleset puts new rules in the place of all that are there.
func (c *call) fillRuleset(rs *ruleset, in rulesetInput, p phaseRules) (answer, error) {
	if in.Name != nil {
		rs.Name = *in.Name
	}
	if in.Description != nil {
		rs.Description = *in.Description
	}
	if len(in.Rules) > p.rules {
		return answer{}, tooManyRules(rs.Phase, len(in.Rules), p)
	}
	rules := []Rule{}
	for i, r := range in.Rules {
		rule, err := r.apply(rs.renewed(r), p, "/rules/"+strconv.Itoa(i), c.now)
		if err != nil {
			return answer{}, err
		}
		if slices.ContainsFunc(rules, func(o Rule) bool { return o.Ref == rule.Ref }) {
			return answer{}, sameRef(rule.Ref, "/rules/"+strconv.Itoa(i))
		}
		rules = append(rules, rule)
	}
	rs.Rules = rules
	rs.touch(c.now)
	return answer{result: rs}, nil
}

// renewed finds the present rule that a replacement continues, by id or ref.
func (rs *ruleset) renewed(in ruleInput) Rule {
	for _, r := range rs.Rules {
		if in.ID != nil && *in.ID == r.ID || in.ID == nil && in.Ref != nil && *in.Ref == r.Ref {
			return r
		}
	}
	return Rule{}
}

func getEntrypoint(c *call) (answer, error) {
	name := c.params["phase"]
	if _, err := c.enterPhase(name, false); err != nil {
		return answer{}, err
	}
	rs := c.zone.entrypoint(name)
	if rs == nil {
		return answer{}, fail(http.StatusNotFound, 10003, "could not find entrypoint ruleset in the %s phase", name)
	}
	return answer{result: rs}, nil
}

func putEntrypoint(c *call) (answer, error) {
	name := c.params["phase"]
	p, err := c.enterPhase(name, true)
	if err != nil {
		return answer{}, err
	}
	in, err := c.replacement()
	if err != nil {
		return answer{}, err
	}
	in.Phase = name
	rs := c.zone.entrypoint(name)
	if rs == nil {
		return c.newEntrypoint(in, p)
	}
	return c.fillRuleset(rs, in, p)
}

// replacement reads the body of a PUT, which must not name kind or phase.
func (c *call) replacement() (in rulesetInput, err error) {
	if err := c.decode(&in); err != nil {
		return in, err
	}
	for field, given := range map[string]string{"kind": in.Kind, "phase": in.Phase} {
		if given != "" {
			return in, bad(20003, "invalid JSON: unknown field \"%s\"", field) // code from memory
		}
	}
	return in, nil
}

func getRuleset(c *call) (answer, error) {
	rs, _, err := c.enterRuleset(false)
	if err != nil {
		return answer{}, err
	}
	return answer{result: rs}, nil
}

func putRuleset(c *call) (answer, error) {
	rs, p, err := c.enterRuleset(true)
	if err != nil {
		return answer{}, err
	}
	in, err := c.replacement()
	if err != nil {
		return answer{}, err
	}
	return c.fillRuleset(rs, in, p)
}

func deleteRuleset(c *call) (answer, error) {
	rs, _, err := c.enterRuleset(true)
	if err != nil {
		return answer{}, err
	}
	id := rs.ID
	c.zone.Rulesets = slices.DeleteFunc(c.zone.Rulesets, func(r ruleset) bool { return r.ID == id })
	return answer{status: http.StatusNoContent}, nil
}

func tooManyRules(phase string, n int, p phaseRules) error {
	return bad(20014, "exceeded maximum number of rules in the phase %s: %d out of %d", phase, n, p.rules).at("/rules") // code from memory
}

func sameRef(ref, pointer string) error {
	return bad(20019, "'%s' is not a valid value for ref because it is used by another rule", ref).at(strings.TrimSuffix(pointer, "/") + "/ref") // code from memory
}
