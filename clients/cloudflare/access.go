package cloudflare

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"example.test/wizard/steps"
)

// A wireApp is a self-hosted Access application as the API shows and takes it.
type wireApp struct {
	ID       string     `json:"id,omitempty"`
	Name     string     `json:"name"`
	Type     string     `json:"type"`
	Domain   string     `json:"domain"`
	Session  string     `json:"session_duration"`
	Policies []wireDoor `json:"policies"`
}

// A wireDoor is a policy of an application; it lets some people in.
type wireDoor struct {
	Name     string       `json:"name"`
	Decision string       `json:"decision"`
	Include  []wirePerson `json:"include"`
}

type wirePerson struct {
	Email struct {
		Email string `json:"email"`
	} `json:"email"`
}

// appsPage is the most that the list of applications gives at once.
const appsPage = 100

// AccessApps implements [steps.Access]. An account where Zero Trust was never
// enabled has none.
func (c *Client) AccessApps(ctx context.Context, accountID string) ([]steps.AccessApp, error) {
	var list []steps.AccessApp
	ask := func(page int) request {
		return get("accounts/"+accountID+"/access/apps", paged(page, appsPage)...)
	}
	err := c.pages(ctx, ids{accountID}, appsPage, ask, func(out answer) (int, error) {
		var page []wireApp
		if err := out.into(&page); err != nil {
			return 0, err
		}
		for _, w := range page {
			a, err := appOf(w, out)
			if err != nil {
				return 0, err
			}
			list = append(list, a)
		}
		return len(page), nil
	})
	if e, ok := errors.AsType[*steps.ServiceError](err); ok && e.Code == noZeroTrust {
		return nil, nil
	}
	return list, err
}

func appOf(w wireApp, out answer) (steps.AccessApp, error) {
	if w.ID == "" {
		return steps.AccessApp{}, out.lacks("id")
	}
	a := steps.AccessApp{ID: w.ID, Name: w.Name, Host: w.Domain, Session: w.Session, Reading: out.reading}
	for _, p := range w.Policies {
		for _, who := range p.Include {
			if p.Decision == "allow" && who.Email.Email != "" {
				a.Emails = append(a.Emails, who.Email.Email)
			}
		}
	}
	slices.Sort(a.Emails)
	return a, nil
}

// CreateAccessApp implements [steps.Access]: a self-hosted application with one
// policy that allows the addresses and nobody else.
func (c *Client) CreateAccessApp(ctx context.Context, accountID string, a steps.AccessApp) error {
	js, err := sentApp(a)
	if err != nil {
		return err
	}
	out, err := c.write(ctx, ids{accountID}, send(http.MethodPost, "accounts/"+accountID+"/access/apps", js))
	return madeApp(out, err)
}

// ChangeAccessApp implements [steps.Access].
func (c *Client) ChangeAccessApp(ctx context.Context, accountID string, a steps.AccessApp) error {
	js, err := sentApp(a)
	if err != nil {
		return err
	}
	out, err := c.write(ctx, ids{accountID, a.ID}, send(http.MethodPut, "accounts/"+accountID+"/access/apps/"+a.ID, js))
	return madeApp(out, err)
}

// DeleteAccessApp implements [steps.Access].
func (c *Client) DeleteAccessApp(ctx context.Context, accountID, id string) error {
	_, err := c.write(ctx, ids{accountID, id}, send(http.MethodDelete, "accounts/"+accountID+"/access/apps/"+id, nil))
	return err
}

func sentApp(a steps.AccessApp) ([]byte, error) {
	policy := wireDoor{Name: a.Name, Decision: "allow"}
	for _, address := range a.Emails {
		var who wirePerson
		who.Email.Email = address
		policy.Include = append(policy.Include, who)
	}
	return json.Marshal(wireApp{Name: a.Name, Type: "self_hosted", Domain: a.Host, Session: a.Session, Policies: []wireDoor{policy}})
}

func madeApp(out answer, err error) error {
	if err != nil {
		return err
	}
	var w wireApp
	if err := out.into(&w); err != nil {
		return err
	}
	if w.ID == "" {
		return out.lacks("id")
	}
	return nil
}
