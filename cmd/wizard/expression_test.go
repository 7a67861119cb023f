package main

import (
	"errors"
	"slices"
	"testing"

	sim "example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
)

// TestOwnExpression: the person's own expression is tested at Cloudflare whatever
// is there already, and a refusal is told for what it is.
func TestOwnExpression(t *testing.T) {
	const good, bad = "ip.src.asnum eq 64496", "ip.src.asnum eq ("
	own := steps.SecurityChoices{Expression: "ip.src.asnum eq 64511"}
	for name, c := range map[string]struct {
		before func(*measures)
		expr   string
		title  string // of the refusal; empty for none
	}{
		"none is there":             {func(*measures) {}, good, ""},
		"it is there":               {func(m *measures) { m.choose(own); m.apply(m.engine, steps.IDSecurity) }, good, ""},
		"it is there, and is wrong": {func(m *measures) { m.choose(own); m.apply(m.engine, steps.IDSecurity) }, bad, "Cloudflare does not understand this expression"},
		"no slot is free, one of them ours": {func(m *measures) {
			m.theirs(phaseOwn, 4, "block")
			m.choose(steps.SecurityChoices{Bots: true})
			m.apply(m.engine, steps.IDSecurity)
		}, good, ""},
		"no slot is free, one of them ours, and is wrong": {func(m *measures) {
			m.theirs(phaseOwn, 4, "block")
			m.choose(steps.SecurityChoices{Bots: true})
			m.apply(m.engine, steps.IDSecurity)
		}, bad, "Cloudflare does not understand this expression"},
		"no slot is free": {func(m *measures) { m.theirs(phaseOwn, 5, "block") }, good, "There is no free slot for your own rule"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMeasures(t)
			c.before(m)
			s, err := m.store.Settings()
			if err != nil {
				t.Fatal(err)
			}
			before, writes := m.api.Rules(ownDomain, phaseOwn), m.api.Writes()
			err = (&steps.SecurityStep{Rules: m.cloud}).TryExpression(t.Context(), s, c.expr)
			p, refused := errors.AsType[*steps.Problem](err)
			if refused != (c.title != "") || !refused && err != nil {
				t.Fatal(err)
			}
			if refused && (p.Title != c.title || p.Field != "expression" || p.Text == "") {
				t.Errorf("%+v", p)
			}
			after := m.api.Rules(ownDomain, phaseOwn)
			if m.api.Writes() != writes || !slices.EqualFunc(before, after, func(a, b sim.Rule) bool { return a.ID == b.ID && a.Expression == b.Expression }) {
				t.Errorf("trying changed something: %v", after)
			}
		})
	}
}
