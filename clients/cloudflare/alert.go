package cloudflare

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/retry"
)

// AlertTypes implements [steps.Alerts].
func (c *Client) AlertTypes(ctx context.Context, accountID string) (map[string]steps.AlertType, error) {
	out, err := c.readSteady(ctx, ids{accountID}, "accounts/"+accountID+"/alerting/v3/available_alerts")
	if err != nil {
		return nil, err
	}
	var groups map[string][]struct {
		Type    string       `json:"type"`
		Name    string       `json:"display_name"`
		Filters []wireFilter `json:"filter_options"`
	}
	if err := out.into(&groups); err != nil {
		return nil, err
	}
	types := map[string]steps.AlertType{}
	for _, list := range groups {
		for _, a := range list {
			t := steps.AlertType{Name: a.Name}
			for _, f := range a.Filters {
				if f.required() {
					t.Needs = append(t.Needs, f.Filter)
				}
			}
			types[a.Type] = t
		}
	}
	return types, nil
}

// A wireFilter is a filter that a kind of alert has.
type wireFilter struct {
	Filter   string `json:"Key"`
	Range    string `json:"Range"` // how many values it takes: "1-n", "0-1"
	Optional *bool  `json:"Optional"`
}

// required reports whether a policy must have the filter. Cloudflare's document
// says it by the range, and some answers by a word of its own.
func (f wireFilter) required() bool {
	if f.Optional != nil {
		return !*f.Optional
	}
	return f.Range != "" && !strings.HasPrefix(f.Range, "0")
}

// A wirePolicy is a policy as the API shows and takes it. Mechanisms and filters
// differ between kinds of alerts; what the wizard does not know stays as it is.
type wirePolicy struct {
	ID          string     `json:"id,omitempty"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Type        string     `json:"alert_type"`
	Enabled     bool       `json:"enabled"`
	Mechanisms  object     `json:"mechanisms"`
	Filters     object     `json:"filters,omitempty"`
	Created     *time.Time `json:"created,omitempty"`
}

// A target of a mechanism. For "email" the id is the address.
type target struct {
	ID string `json:"id"`
}

// AlertPolicies implements [steps.Alerts].
func (c *Client) AlertPolicies(ctx context.Context, accountID string) ([]steps.AlertPolicy, error) {
	out, err := c.read(ctx, ids{accountID}, get("accounts/"+accountID+"/alerting/v3/policies"))
	if err != nil {
		return nil, err
	}
	if string(out.result) == "null" {
		return nil, nil
	}
	var page []wirePolicy
	if err := out.into(&page); err != nil {
		return nil, err
	}
	var list []steps.AlertPolicy
	for _, w := range page {
		if w.ID == "" {
			return nil, out.lacks("id")
		}
		p := steps.AlertPolicy{
			ID: w.ID, Name: w.Name, Description: w.Description, Type: w.Type, Enabled: w.Enabled,
			Reading: out.reading,
		}
		if w.Created != nil {
			p.Created = *w.Created
		}
		var mail []target
		if json.Unmarshal(w.Mechanisms["email"], &mail) == nil {
			for _, m := range mail {
				p.Emails = append(p.Emails, m.ID)
			}
		}
		for key, raw := range w.Filters {
			var values []string
			if json.Unmarshal(raw, &values) != nil {
				continue // not one of the wizard's
			}
			if p.Filters == nil {
				p.Filters = map[string][]string{}
			}
			p.Filters[key] = values
		}
		list = append(list, p)
	}
	return list, nil
}

// CreateAlertPolicy implements [steps.Alerts] and returns the new policy's id.
func (c *Client) CreateAlertPolicy(ctx context.Context, accountID string, p steps.AlertPolicy) (string, error) {
	js, err := sentPolicy(p, nil)
	if err != nil {
		return "", err
	}
	out, err := c.write(ctx, ids{accountID}, send(http.MethodPost, "accounts/"+accountID+"/alerting/v3/policies", js))
	if err != nil {
		return "", err
	}
	return policyID(out)
}

// ChangeAlertPolicy implements [steps.Alerts]. It reads the policy first: what
// else than mail it sends to stays.
func (c *Client) ChangeAlertPolicy(ctx context.Context, accountID string, p steps.AlertPolicy) error {
	ctx, cancel := retry.Bounded(ctx)
	defer cancel()
	out, err := c.read(ctx, ids{accountID, p.ID}, get("accounts/"+accountID+"/alerting/v3/policies/"+p.ID))
	if err != nil {
		return err
	}
	var was wirePolicy
	if err := out.into(&was); err != nil {
		return err
	}
	js, err := sentPolicy(p, was.Mechanisms)
	if err != nil {
		return err
	}
	out, err = c.write(ctx, ids{accountID, p.ID}, send(http.MethodPut, "accounts/"+accountID+"/alerting/v3/policies/"+p.ID, js))
	if err != nil {
		return err
	}
	_, err = policyID(out)
	return err
}

// DeleteAlertPolicy implements [steps.Alerts].
func (c *Client) DeleteAlertPolicy(ctx context.Context, accountID, id string) error {
	_, err := c.write(ctx, ids{accountID, id}, send(http.MethodDelete, "accounts/"+accountID+"/alerting/v3/policies/"+id, nil))
	return err
}

// sentPolicy writes the policy with the given mechanisms, of which mail is
// replaced.
func sentPolicy(p steps.AlertPolicy, mechanisms object) ([]byte, error) {
	if mechanisms == nil {
		mechanisms = object{}
	}
	mail := make([]target, len(p.Emails))
	for i, address := range p.Emails {
		mail[i] = target{address}
	}
	mechanisms["email"] = text(mail)
	filters := object{}
	for key, values := range p.Filters {
		filters[key] = text(values)
	}
	return json.Marshal(wirePolicy{
		Name: p.Name, Description: p.Description, Type: p.Type, Enabled: p.Enabled,
		Mechanisms: mechanisms, Filters: filters,
	})
}

func policyID(out answer) (string, error) {
	var w struct {
		ID string `json:"id"`
	}
	if err := out.into(&w); err != nil {
		return "", err
	}
	if w.ID == "" {
		return "", out.lacks("id")
	}
	return w.ID, nil
}
