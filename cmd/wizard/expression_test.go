package main

import (
	"errors"
	"slices"
	"strings"
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

// TestSwapAtTheLimit: rules can be swapped where no slot is free, and one is taken
// away before its successor is there only where its slot is needed.
func TestSwapAtTheLimit(t *testing.T) {
	before, after := steps.SecurityChoices{Bots: true, Tor: true}, steps.SecurityChoices{Countries: []string{"GB"}, Expression: "ip.src.asnum eq 64496"}
	for name, c := range map[string]struct {
		theirs int
		plan   []string
	}{
		"no slot is free": {3, []string{"remove bots", "add country", "remove tor", "add own"}},
		"one is free":     {2, []string{"add country", "remove bots", "add own", "remove tor"}},
		"two are free":    {1, []string{"add country", "add own", "remove bots", "remove tor"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMeasures(t)
			m.theirs(phaseOwn, c.theirs, "block")
			m.choose(before)
			if p := m.apply(m.engine, steps.IDSecurity); p != nil {
				t.Fatal(p)
			}
			m.choose(after)
			var plan []string
			for _, a := range m.look(steps.IDSecurity).Plan() {
				plan = append(plan, strings.ReplaceAll(a.ID, "ptw_k3xq81ab_", ""))
			}
			if !slices.Equal(plan, c.plan) {
				t.Errorf("plan %q, want %q", plan, c.plan)
			}
			p := m.apply(m.engine, steps.IDSecurity)
			if got := m.names(phaseOwn)[c.theirs:]; p != nil || !slices.Equal(got, []string{"country", "own"}) {
				t.Errorf("%v, rules %q", p, got)
			}
			if f := m.look(steps.IDSecurity); !f.Done() {
				t.Errorf("not done: %s", f.Summary)
			}
		})
	}
}
