package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"example.test/wizard/locale"
)

// ruleByRef finds our rule: by its ref, which Cloudflare keeps when a rule is
// edited in the dashboard, and which others do not use.
func ruleByRef(set Ruleset, ref string) (int, bool) {
	for i, r := range set.Rules {
		if r.Ref == ref {
			return i, true
		}
	}
	return -1, false
}

// ours reports whether this installation made the rule.
func (s Settings) ours(r Rule) bool {
	return strings.HasPrefix(r.Ref, s.Ref("")) && s.Installation != ""
}

// addRule adds a rule of ours at the end. A phase that was never used gets a
// ruleset that bears our marker, so that undo can leave nothing behind.
func addRule(ctx context.Context, api Rulesets, s Settings, to Ruleset, r Rule, dry bool) error {
	if to.ID == "" {
		to.Description = "Made by " + s.Marker()
	}
	return api.AddRule(ctx, s.ZoneID, to, r, -1, dry)
}

// removeRule takes a rule of ours away, and with the last one the ruleset, when
// it bears our marker.
func removeRule(ctx context.Context, api Rulesets, s Settings, from Ruleset, id string) error {
	if len(from.Rules) == 1 && from.Rules[0].ID == id && s.Installation != "" && strings.Contains(from.Description, s.Marker()) {
		return api.DeleteRuleset(ctx, s.ZoneID, from.ID)
	}
	return api.DeleteRule(ctx, s.ZoneID, from.ID, id)
}

// sameRule compares what a rule does, not its name.
func sameRule(a, b Rule) bool {
	return a.Expression == b.Expression && a.Action == b.Action && a.Enabled == b.Enabled && sameJSON(a.Parameters, b.Parameters)
}

// sameJSON reports whether two JSON texts mean the same. Nothing and an empty
// object do.
func sameJSON(a, b json.RawMessage) bool {
	return bytes.Equal(canonicalJSON(a), canonicalJSON(b))
}

func canonicalJSON(j json.RawMessage) []byte {
	if len(j) == 0 {
		return []byte("{}")
	}
	var v any
	if json.Unmarshal(j, &v) != nil || v == nil {
		return []byte("{}")
	}
	out, err := json.Marshal(v) // sorts keys
	if err != nil {
		return nil
	}
	return out
}

// usedOf counts rules against the limit of the plan, which may not be known.
func usedOf(n, limit int) string {
	if limit == 0 {
		return fmt.Sprintf("%d used", n)
	}
	return fmt.Sprintf("%d of %s used", n, locale.Number(limit))
}

// rulesCard draws a list of rules as the dashboard does.
func rulesCard(card, place, path string, set Ruleset, s Settings, limit int) Evidence {
	e := Evidence{
		Card: card, Place: place, Reading: set.Reading, Status: Pass,
		Rows: []Row{Text("Rules", usedOf(len(set.Rules), limit))},
		Open: Link{"Open in Cloudflare", "https://dash.cloudflare.com/?to=/:account/" + s.Domain + path},
	}
	for i, r := range set.Rules {
		state := "Active"
		if !r.Enabled {
			state = "Off"
		}
		name := r.Description
		if name == "" {
			name = "Rule without a name"
		}
		v := Value{Text: actionName(r) + " · " + state}
		if !s.ours(r) {
			v.Note = "yours"
		}
		e.Rows = append(e.Rows, Row{Label: fmt.Sprintf("%d %s", i+1, name), Values: []Value{v, {Text: r.Expression, Code: true}}})
	}
	return e
}

func actionName(r Rule) string {
	switch r.Action {
	case "set_cache_settings":
		if strings.Contains(string(canonicalJSON(r.Parameters)), `"cache":false`) {
			return "Bypass cache"
		}
		return "Cache settings"
	case "block":
		return "Block"
	case "managed_challenge", "js_challenge", "challenge":
		return "Challenge"
	case "skip":
		return "Skip"
	case "set_config":
		return "Configuration"
	}
	return r.Action
}
