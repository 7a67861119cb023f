package cloudflare

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"example.test/wizard/steps"
	"example.test/wizard/steps/retry"
)

// Codes of the rulesets API.
const (
	noRoute        = 7003  // the path, that is an id in it, is wrong
	tooManyOfPhase = 20217 // the phase has its ruleset already
)

// Ruleset implements [steps.Rulesets].
func (c *Client) Ruleset(ctx context.Context, zoneID, phase string) (steps.Ruleset, error) {
	out, err := c.read(ctx, ids{zoneID, phase}, get("zones/"+zoneID+"/rulesets/phases/"+phase+"/entrypoint"))
	if e, ok := errors.AsType[*steps.ServiceError](err); ok && e.Status == http.StatusNotFound && e.Code != 0 && e.Code != noRoute {
		return steps.Ruleset{Phase: phase, Reading: steps.Reading{At: c.now(), Source: c.source, Ray: e.Ray}}, nil
	}
	if err != nil {
		return steps.Ruleset{}, err
	}
	rs, err := rulesetOf(out)
	rs.Phase = phase
	return rs, err
}

// A wireRule is a rule as the API shows and takes it.
type wireRule struct {
	ID          string          `json:"id,omitempty"`
	Ref         string          `json:"ref,omitempty"`
	Description string          `json:"description"`
	Expression  string          `json:"expression"`
	Action      string          `json:"action"`
	Parameters  json.RawMessage `json:"action_parameters,omitempty"`
	Enabled     *bool           `json:"enabled,omitempty"` // a rule without it is enabled
	Position    *position       `json:"position,omitempty"`
}

// A position counts from 1.
type position struct {
	Index int `json:"index"`
}

func rulesetOf(out answer) (steps.Ruleset, error) {
	var w struct {
		ID          string     `json:"id"`
		Version     string     `json:"version"`
		Description string     `json:"description"`
		Rules       []wireRule `json:"rules"`
	}
	if err := out.into(&w); err != nil {
		return steps.Ruleset{}, err
	}
	if w.ID == "" {
		return steps.Ruleset{}, out.lacks("id")
	}
	rs := steps.Ruleset{ID: w.ID, Version: w.Version, Description: w.Description, Reading: out.reading}
	for _, r := range w.Rules {
		if string(r.Parameters) == "null" {
			r.Parameters = nil
		}
		rs.Rules = append(rs.Rules, steps.Rule{
			ID: r.ID, Ref: r.Ref, Description: r.Description, Expression: r.Expression,
			Action: r.Action, Parameters: r.Parameters, Enabled: r.Enabled == nil || *r.Enabled,
		})
	}
	return rs, nil
}

// sentRule is r without its id, which is part of the path.
func sentRule(r steps.Rule) wireRule {
	return wireRule{
		Ref: r.Ref, Description: r.Description, Expression: r.Expression,
		Action: r.Action, Parameters: r.Parameters, Enabled: &r.Enabled,
	}
}

// AddRule implements [steps.Rulesets]. It never sends the whole list, because
// that would replace the rules of others.
func (c *Client) AddRule(ctx context.Context, zoneID string, rs steps.Ruleset, r steps.Rule, index int, dry bool) error {
	ctx, cancel := retry.Bounded(ctx)
	defer cancel()
	if rs.ID == "" {
		err := c.createRuleset(ctx, zoneID, rs, r, dry)
		e, ok := errors.AsType[*steps.ServiceError](err)
		if !ok || e.Code != tooManyOfPhase {
			return err
		}
		// Somebody made it meanwhile.
		if rs, err = c.Ruleset(ctx, zoneID, rs.Phase); err != nil {
			return err
		}
		if rs.ID == "" {
			return e
		}
	}
	w := sentRule(r)
	if index >= 0 && index < len(rs.Rules) {
		w.Position = &position{index + 1}
	}
	js, err := json.Marshal(w)
	if err != nil {
		return err
	}
	out, err := c.do(ctx, !dry, ids{zoneID, rs.ID}, send(http.MethodPost, "zones/"+zoneID+"/rulesets/"+rs.ID+"/rules", js, dryRun(dry)...))
	return changed(out, err, dry)
}

// createRuleset makes the phase's ruleset with one rule.
func (c *Client) createRuleset(ctx context.Context, zoneID string, rs steps.Ruleset, r steps.Rule, dry bool) error {
	js, err := json.Marshal(map[string]any{
		"name": "default", "description": rs.Description, "kind": "zone", "phase": rs.Phase, "rules": []wireRule{sentRule(r)},
	})
	if err != nil {
		return err
	}
	out, err := c.do(ctx, !dry, ids{zoneID}, send(http.MethodPost, "zones/"+zoneID+"/rulesets", js, dryRun(dry)...))
	return changed(out, err, dry)
}

// ChangeRule implements [steps.Rulesets].
func (c *Client) ChangeRule(ctx context.Context, zoneID, rulesetID string, r steps.Rule, index int, dry bool) error {
	w := sentRule(r)
	if index >= 0 {
		w.Position = &position{index + 1}
	}
	js, err := json.Marshal(w)
	if err != nil {
		return err
	}
	out, err := c.do(ctx, !dry, ids{zoneID, rulesetID, r.ID}, send(http.MethodPatch, "zones/"+zoneID+"/rulesets/"+rulesetID+"/rules/"+r.ID, js, dryRun(dry)...))
	return changed(out, err, dry)
}

// DeleteRule implements [steps.Rulesets].
func (c *Client) DeleteRule(ctx context.Context, zoneID, rulesetID, ruleID string) error {
	_, err := c.write(ctx, ids{zoneID, rulesetID, ruleID}, send(http.MethodDelete, "zones/"+zoneID+"/rulesets/"+rulesetID+"/rules/"+ruleID, nil))
	return err
}

// DeleteRuleset implements [steps.Rulesets].
func (c *Client) DeleteRuleset(ctx context.Context, zoneID, rulesetID string) error {
	_, err := c.write(ctx, ids{zoneID, rulesetID}, send(http.MethodDelete, "zones/"+zoneID+"/rulesets/"+rulesetID, nil))
	return err
}

// changed checks the answer of a write, which is the whole ruleset, or nothing
// after a dry run.
func changed(out answer, err error, dry bool) error {
	if err != nil || dry {
		return err
	}
	_, err = rulesetOf(out)
	return err
}
