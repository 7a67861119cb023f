package cloudflare

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"example.test/wizard/steps"
)

// pageSize is the most that lists of accounts and zones give at once.
const pageSize = 50

// noZeroTrust is the code for an account where Zero Trust was never enabled
// ("access.api.error.not_enabled").
const noZeroTrust = 9999

// Accounts implements [steps.Tokens].
func (c *Client) Accounts(ctx context.Context) ([]steps.Account, error) {
	var list []steps.Account
	ask := func(page int) request { return get("accounts", paged(page, pageSize)...) }
	err := c.pages(ctx, nil, pageSize, ask, func(out answer) (int, error) {
		var page []struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		}
		if err := out.into(&page); err != nil {
			return 0, err
		}
		for _, a := range page {
			if a.ID == "" {
				return 0, out.lacks("id")
			}
			list = append(list, steps.Account{ID: a.ID, Name: a.Name})
		}
		return len(page), nil
	})
	return list, err
}

// Organization implements [steps.Tokens]. An account where Zero Trust was never
// enabled has none.
func (c *Client) Organization(ctx context.Context, accountID string) (string, error) {
	out, err := c.organization(ctx, accountID)
	if e, ok := errors.AsType[*steps.ServiceError](err); ok && (e.Code == noZeroTrust || e.Status == http.StatusNotFound && e.Code != 0) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var org struct {
		AuthDomain string `json:"auth_domain"`
	}
	if err := json.Unmarshal(out.result, &org); err != nil {
		return "", out.bad(errForeign)
	}
	return org.AuthDomain, nil
}

func (c *Client) organization(ctx context.Context, accountID string) (answer, error) {
	return c.read(ctx, ids{accountID}, get("accounts/"+accountID+"/access/organizations"))
}

// UserEmail implements [steps.Tokens].
func (c *Client) UserEmail(ctx context.Context) (string, error) {
	out, err := c.readSteady(ctx, nil, "user")
	if denied(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var u struct {
		Email string `json:"email"`
	}
	if err := out.into(&u); err != nil {
		return "", err
	}
	return u.Email, nil
}
