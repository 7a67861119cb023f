package steps

import (
	"context"
	"errors"
)

// ConfigPermission is what the rules that hold Cloudflare's own settings off one
// host need, as the dashboard writes it. Only an option needs it, and a token may
// well lack it.
const ConfigPermission = "Zone: Config Rules: Edit"

// lacksPermission reports whether Cloudflare knows the token and says that it may
// not do this.
func (e *ServiceError) lacksPermission() bool {
	return e.Code == 10000 || e.Code == 9109 || e.Status == 403
}

// addPermission tells how a token is given one more permission.
func addPermission(name string) Fix {
	return Fix{
		Title: "Add “" + name + "” to this token",
		Text:  "In Cloudflare, choose Edit beside the token, then Add more, and pick this permission. There is nothing to paste again.", Link: linkToken(),
	}
}

// readRules reads the rules of one phase. A token that may not see those of the
// one phase that only an option needs is no failure: missing then names the permission.
func readRules(ctx context.Context, api Rulesets, zoneID, phase string) (set Ruleset, missing *Problem, err error) {
	set, err = api.Ruleset(ctx, zoneID, phase)
	if e, ok := errors.AsType[*ServiceError](err); ok && phase == PhaseConfig && e.lacksPermission() {
		fix := addPermission(ConfigPermission)
		return Ruleset{Phase: phase}, &Problem{Title: "The token may not see these rules", Text: fix.Title + ".", Fix: fix.Text, Link: fix.Link, Detail: e.detail(), Err: err}, nil
	}
	return set, nil, err
}
