package cloudflare

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// ruleInput is a rule as a client writes it; absent members are nil.
type ruleInput struct {
	ID               *string         `json:"id"`
	Ref              *string         `json:"ref"`
	Action           *string         `json:"action"`
	ActionParameters json.RawMessage `json:"action_parameters"`
	Expression       *string         `json:"expression"`
	Description      *string         `json:"description"`
	Enabled          *bool           `json:"enabled"`
	Position         *position       `json:"position"`
}

// position is where a rule goes: one of the three.
type position struct {
	Before *string `json:"before"`
	After  *string `json:"after"`
	Index  *int    `json:"index"` // from 1
}

// apply makes the rule that the input describes, on top of an old one (zero for a
// new rule), and checks it. The pointer says where in the request it stands.
func (in ruleInput) apply(old Rule, p phaseRules, pointer string, now time.Time) (Rule, error) {
	r := old
	if r.ID == "" {
		r.ID, r.Version, r.Enabled = newID(), "0", true
		r.Ref = r.ID
	}
	for _, set := range []struct {
		from *string
		to   *string
	}{{in.Ref, &r.Ref}, {in.Action, &r.Action}, {in.Expression, &r.Expression}, {in.Description, &r.Description}} {
		if set.from != nil {
			*set.to = *set.from
		}
	}
	if in.Enabled != nil {
		r.Enabled = *in.Enabled
	}
	if in.ActionParameters != nil {
		r.ActionParameters = in.ActionParameters
	}
	r.Version, r.LastUpdated = oneMore(r.Version), now
	return r, r.check(p, pointer)
}

// check refuses what the plan or the language does not allow. Codes from memory;
// the pointer is what clients can rely on.
func (r Rule) check(p phaseRules, pointer string) error {
	if !slices.Contains(p.actions, r.Action) {
		return bad(20121, "'%s' is not a valid value for action because it is not allowed in this phase on this plan; allowed: %s",
			r.Action, strings.Join(p.actions, ", ")).at(pointer + "/action")
	}
	if r.Expression == "" {
		return bad(20127, "'' is not a valid value for expression because it is required").at(pointer + "/expression")
	}
	if _, err := ParseExpression(r.Expression); err != nil {
		return bad(20127, "'%s' is not a valid value for expression because the expression is invalid: %s", r.Expression, err).at(pointer + "/expression")
	}
	var params map[string]any
	if r.ActionParameters != nil && json.Unmarshal(r.ActionParameters, &params) != nil {
		return bad(20003, "invalid JSON: action_parameters is not an object").at(pointer + "/action_parameters")
	}
	if len(params) == 0 && slices.Contains([]string{"set_cache_settings", "set_config", "skip"}, r.Action) {
		return bad(20128, "action_parameters are required for the action %s", r.Action).at(pointer + "/action_parameters")
	}
	if cache, given := params["cache"]; r.Action == "set_cache_settings" && given {
		if _, ok := cache.(bool); !ok {
			return bad(20128, "'%v' is not a valid value for cache because it must be true or false", cache).at(pointer + "/action_parameters/cache")
		}
	}
	return nil
}

// place puts a rule where the position says; without one, at the end.
func (rs *ruleset) place(r Rule, at *position) error {
	i := len(rs.Rules)
	if at != nil {
		var err error
		if i, err = rs.index(*at); err != nil {
			return err
		}
	}
	rs.Rules = slices.Insert(rs.Rules, i, r)
	return nil
}

// index turns a position into an index of the list. An empty before means the
// end, an empty after the beginning.
func (rs *ruleset) index(at position) (int, error) {
	where := func(id string) int { return slices.IndexFunc(rs.Rules, func(r Rule) bool { return r.ID == id }) }
	switch {
	case at.Index != nil:
		if *at.Index < 1 || *at.Index > len(rs.Rules)+1 {
			return 0, bad(20130, "%d is not a valid value for index", *at.Index).at("/position/index") // code from memory
		}
		return *at.Index - 1, nil
	case at.Before != nil && *at.Before == "":
		return len(rs.Rules), nil
	case at.After != nil && *at.After == "":
		return 0, nil
	case at.Before != nil:
		if i := where(*at.Before); i >= 0 {
			return i, nil
		}
		return 0, bad(20130, "could not find rule %s", *at.Before).at("/position/before")
	case at.After != nil:
		if i := where(*at.After); i >= 0 {
			return i + 1, nil
		}
		return 0, bad(20130, "could not find rule %s", *at.After).at("/position/after")
	default:
		return len(rs.Rules), nil
	}
}

func createRule(c *call) (answer, error) {
	rs, p, err := c.enterRuleset(true)
	if err != nil {
		return answer{}, err
	}
	var in ruleInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if len(rs.Rules) >= p.rules {
		return answer{}, tooManyRules(rs.Phase, len(rs.Rules)+1, p)
	}
	r, err := in.apply(Rule{}, p, "", c.now)
	if err != nil {
		return answer{}, err
	}
	if slices.ContainsFunc(rs.Rules, func(o Rule) bool { return o.Ref == r.Ref }) {
		return answer{}, sameRef(r.Ref, "")
	}
	if err := rs.place(r, in.Position); err != nil {
		return answer{}, err
	}
	rs.touch(c.now)
	return answer{result: rs}, nil
}

func patchRule(c *call) (answer, error) {
	rs, p, err := c.enterRuleset(true)
	if err != nil {
		return answer{}, err
	}
	var in ruleInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	i, err := c.ruleIndex(rs)
	if err != nil {
		return answer{}, err
	}
	r, err := in.apply(rs.Rules[i], p, "", c.now)
	if err != nil {
		return answer{}, err
	}
	if in.Position == nil {
		rs.Rules[i] = r
	} else {
		rs.Rules = slices.Delete(rs.Rules, i, i+1)
		if err := rs.place(r, in.Position); err != nil {
			return answer{}, err
		}
	}
	rs.touch(c.now)
	return answer{result: rs}, nil
}

func deleteRule(c *call) (answer, error) {
	rs, _, err := c.enterRuleset(true)
	if err != nil {
		return answer{}, err
	}
	i, err := c.ruleIndex(rs)
	if err != nil {
		return answer{}, err
	}
	rs.Rules = slices.Delete(rs.Rules, i, i+1)
	rs.touch(c.now)
	return answer{result: rs}, nil
}

// ruleIndex finds the rule in the path.
func (c *call) ruleIndex(rs *ruleset) (int, error) {
	id := c.params["rule"]
	if i := slices.IndexFunc(rs.Rules, func(r Rule) bool { return r.ID == id }); i >= 0 {
		return i, nil
	}
	return 0, fail(http.StatusNotFound, 10002, "%s", fmt.Sprintf("could not find rule %s in ruleset %s", id, rs.ID)) // from memory
}
