package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// TryExpression has Cloudflare check the person's own expression without
// saving it. The problem, if any, belongs to the field expression.
func (c *SecurityStep) TryExpression(ctx context.Context, s Settings, expr string) error {
	s.Security = SecurityChoices{Expression: expr}
	set, err := c.Rules.Ruleset(ctx, s.ZoneID, PhaseCustom)
	if err != nil {
		return fmt.Errorf("reading the rules: %w", err)
	}
	err = c.rehearse(ctx, s, set, customRules(s)[0])
	e, ok := errors.AsType[*ServiceError](err)
	if !ok || e.Status < 400 || e.Status >= 500 || e.Status == 429 {
		return err
	}
	p := &Problem{Field: "expression", Title: "Cloudflare does not understand this expression", Text: e.Message, Fix: "Its own words: " + e.Message, Detail: e.detail(), Err: err}
	switch told := Explain(err); {
	case e.aboutExpression():
	case e.lacksPermission():
		p.Title, p.Text, p.Fix, p.Link = "Cloudflare did not test this expression", told.Title+". "+told.Fix, told.Fix, told.Link
	case len(set.Rules) >= customRulesFree && len(oursIn(s, set)) == 0:
		p.Title, p.Text = "There is no free slot for your own rule", fmt.Sprintf("The %d rules that are there are yours. Remove one of them in Cloudflare.", len(set.Rules))
	default:
		p.Title = "Cloudflare did not test this expression"
	}
	return p
}

// rehearse has Cloudflare check the person's own rule as it would be written: in
// the place of the one that is there, or as a new one. Where no slot is free, another
// rule of ours lends its place; nothing is saved.
func (c *SecurityStep) rehearse(ctx context.Context, s Settings, set Ruleset, own Rule) error {
	if i, have := ruleByRef(set, own.Ref); have {
		own.ID = set.Rules[i].ID
		return c.Rules.ChangeRule(ctx, s.ZoneID, set.ID, own, -1, true)
	}
	err := addRule(ctx, c.Rules, s, set, own, true)
	ours := oursIn(s, set)
	if e, ok := errors.AsType[*ServiceError](err); !ok || e.Status != 400 || e.aboutExpression() || len(ours) == 0 {
		return err
	}
	own.ID, own.Ref = ours[0].ID, ours[0].Ref
	return c.Rules.ChangeRule(ctx, s.ZoneID, set.ID, own, -1, true)
}

// aboutExpression reports whether Cloudflare names the expression as what it
// refuses: it points at it or, where it points at nothing, calls it by its name.
func (e *ServiceError) aboutExpression() bool {
	return strings.HasSuffix(e.Pointer, "/expression") || e.Pointer == "" && strings.Contains(e.Message, "expression")
}
