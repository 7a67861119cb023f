package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Apply implements [Step].
func (c *SecurityStep) Apply(ctx context.Context, s Settings, a Action) (Settings, error) {
	s, err := c.measure(ctx, s)
	if err != nil {
		return s, err
	}
	return c.carryOut(ctx, s, a)
}

// carryOut makes one change; it looks first.
func (c *SecurityStep) carryOut(ctx context.Context, s Settings, a Action) (Settings, error) {
	verb, what, _ := strings.Cut(a.ID, " ")
	switch verb {
	case "set":
		return c.grant(ctx, s, what)
	case "unset":
		return c.restore(ctx, s, what)
	case "access", "unaccess":
		return s, c.applyAccess(ctx, s, verb, what)
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
		err = removeRule(ctx, c.Rules, s, set, set.Rules[i].ID)
	case verb == "remove":
	case w < 0:
		return s, ErrPlanChanged
	case !have:
		err = addRule(ctx, c.Rules, s, set, want[w], false)
	case !sameRule(set.Rules[i], want[w]):
		r := want[w]
		r.ID = set.Rules[i].ID
		err = c.Rules.ChangeRule(ctx, s.ZoneID, set.ID, r, -1, false)
	}
	if err != nil {
		return s, fmt.Errorf("%s: %w", a.What, err)
	}
	return s, nil
}
