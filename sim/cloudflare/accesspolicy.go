package cloudflare

import (
	"encoding/json"
	"net/http"
	"slices"
)

// check refuses a policy without its required members.
func (p accessPolicy) check() error {
	var include []any
	switch {
	case p.Name == "":
		return bad(12130, "access.api.error.invalid_request: policy name is required")
	case !slices.Contains([]string{"allow", "deny", "non_identity", "bypass"}, p.Decision):
		return bad(12130, "access.api.error.invalid_request: decision must be allow, deny, non_identity or bypass")
	case json.Unmarshal(p.Include, &include) != nil || len(include) == 0:
		return bad(12130, "access.api.error.invalid_request: include must have at least one rule")
	}
	return nil
}

func listAppPolicies(c *call) (answer, error) {
	a, err := c.app()
	if err != nil {
		return answer{}, err
	}
	cut, info := page(c, a.Policies, 25, 1000)
	return answer{result: cut, info: info}, nil
}

func createAppPolicy(c *call) (answer, error) {
	a, err := c.app()
	if err != nil {
		return answer{}, err
	}
	var p accessPolicy
	if err := c.decode(&p); err != nil {
		return answer{}, err
	}
	if err := p.check(); err != nil {
		return answer{}, err
	}
	p.ID, p.Created, p.Updated = newUUID(), c.now, c.now
	if p.Precedence == 0 {
		p.Precedence = len(a.Policies) + 1
	}
	a.Policies = append(a.Policies, p)
	return answer{status: http.StatusCreated, result: p}, nil
}

// appPolicy finds the policy in the path.
func (c *call) appPolicy() (*appRow, *accessPolicy, error) {
	a, err := c.app()
	if err != nil {
		return nil, nil, err
	}
	if p := find(a.Policies, func(p accessPolicy) bool { return p.ID == c.params["policy"] }); p != nil {
		return a, p, nil
	}
	return nil, nil, fail(http.StatusNotFound, 11022, "access.api.error.unknown_policy") // from memory
}

func getAppPolicy(c *call) (answer, error) {
	_, p, err := c.appPolicy()
	if err != nil {
		return answer{}, err
	}
	return answer{result: *p}, nil
}

func putAppPolicy(c *call) (answer, error) {
	_, p, err := c.appPolicy()
	if err != nil {
		return answer{}, err
	}
	in := accessPolicy{Precedence: p.Precedence}
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if err := in.check(); err != nil {
		return answer{}, err
	}
	in.ID, in.Created, in.Updated = p.ID, p.Created, c.now
	*p = in
	return answer{result: in}, nil
}

func deleteAppPolicy(c *call) (answer, error) {
	a, p, err := c.appPolicy()
	if err != nil {
		return answer{}, err
	}
	id := p.ID
	a.Policies = slices.DeleteFunc(a.Policies, func(o accessPolicy) bool { return o.ID == id })
	return answer{status: http.StatusAccepted, result: map[string]any{"id": id}}, nil
}
