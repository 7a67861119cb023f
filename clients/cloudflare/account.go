package cloudflare

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/cloudflare/cloudflare-go/v7/accounts"
	"github.com/cloudflare/cloudflare-go/v7/option"
	"github.com/cloudflare/cloudflare-go/v7/user"
	"github.com/cloudflare/cloudflare-go/v7/zero_trust"

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
	ask := func(page float64) request {
		return func(ctx context.Context, opts ...option.RequestOption) error {
			var p accounts.AccountListParams
			p.Page.Value, p.Page.Present = page, true
			p.PerPage.Value, p.PerPage.Present = pageSize, true
			_, err := accounts.NewAccountService().List(ctx, p, opts...)
			return err
		}
	}
	err := c.pages(ctx, nil, pageSize, ask, func(out answer) (int, error) {
		var page []accounts.Account
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
	return c.read(ctx, ids{accountID}, func(ctx context.Context, opts ...option.RequestOption) error {
		var p zero_trust.OrganizationListParams
		p.AccountID.Value, p.AccountID.Present = accountID, true
		_, err := zero_trust.NewOrganizationService().List(ctx, p, opts...)
		return err
	})
}

// UserEmail implements [steps.Tokens].
func (c *Client) UserEmail(ctx context.Context) (string, error) {
	out, err := c.read(ctx, nil, func(ctx context.Context, opts ...option.RequestOption) error {
		_, err := user.NewUserService().Get(ctx, opts...)
		return err
	})
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
