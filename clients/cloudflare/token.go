package cloudflare

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"

	"example.test/wizard/steps"
)

// The prefixes of 2026 tell what a credential is; older tokens have none.
// Source: Cloudflare's page on token formats.
const (
	prefixUser    = "cfut_"
	prefixAccount = "cfat_"
	prefixGlobal  = "cfk_"
)

// CleanToken takes off what comes along when a token is copied: white space,
// quotation marks, "Bearer" and the name of the header.
func CleanToken(s string) string {
	for {
		before := s
		s = strings.Trim(s, " \t\r\n\v\f\u00a0\u200b\ufeff\"'`“”‘’")
		for _, word := range []string{"authorization:", "bearer "} {
			if n := len(word); len(s+" ") >= n && strings.EqualFold((s + " ")[:n], word) {
				s = (s + " ")[n:]
			}
		}
		if s == before {
			return s
		}
	}
}

// VerifyToken implements [steps.Tokens]. A Global API Key, and text that cannot
// be a token, are refused as a *[steps.Problem] before any call.
func (c *Client) VerifyToken(ctx context.Context) (steps.Token, error) {
	secret, err := c.secret()
	if err != nil {
		return steps.Token{}, err
	}
	if p := unfit(secret); p != nil {
		return steps.Token{}, p
	}
	if strings.HasPrefix(secret, prefixAccount) {
		return c.verifyAccountToken(ctx, secret)
	}
	out, err := c.read(ctx, nil, get("user/tokens/verify"))
	if err == nil {
		return token(out, "user", secret)
	}
	e, ok := errors.AsType[*steps.ServiceError](err)
	if !ok || !refused(e.Status) || e.Status == http.StatusTooManyRequests || strings.HasPrefix(secret, prefixUser) {
		return steps.Token{}, err
	}
	// A token of the old form may belong to an account.
	t, second := c.verifyAccountToken(ctx, secret)
	if e, ok := errors.AsType[*steps.ServiceError](second); second == nil || ok && (!refused(e.Status) || e.Status == http.StatusTooManyRequests) {
		return t, second // or nobody knows whether it does
	}
	return steps.Token{}, err
}

// verifyAccountToken asks each account that the token can see; there is one.
func (c *Client) verifyAccountToken(ctx context.Context, secret string) (steps.Token, error) {
	list, err := c.Accounts(ctx)
	if err != nil {
		return steps.Token{}, err
	}
	if len(list) == 0 {
		p := steps.Invalid("token", "This token can see no account")
		p.Text = "Cloudflare accepts the token, but it has no permission that names an account."
		p.Fix = "Add Account Settings: Read to it, or make a token by the link above."
		return steps.Token{}, p
	}
	for _, a := range list {
		var out answer
		out, err = c.read(ctx, ids{a.ID}, get("accounts/"+a.ID+"/tokens/verify"))
		if err == nil {
			return token(out, "account", secret)
		}
	}
	return steps.Token{}, err
}

// token reads the answer of both verify endpoints, which have the same form.
func token(out answer, kind, secret string) (steps.Token, error) {
	var t struct {
		ID      string    `json:"id"`
		Status  string    `json:"status"`
		Expires time.Time `json:"expires_on"`
	}
	if err := out.into(&t); err != nil {
		return steps.Token{}, err
	}
	if t.ID == "" {
		return steps.Token{}, out.lacks("id")
	}
	return steps.Token{
		ID: t.ID, Kind: kind, Status: t.Status, Expires: t.Expires,
		Last4: steps.NewSecret(secret).Last4(), Reading: out.reading,
	}, nil
}

// unfit says why the text is no API token; nil when it may be one.
func unfit(secret string) *steps.Problem {
	hex37, _ := regexp.MatchString(`^[0-9a-f]{37}$`, secret)
	if hex37 || strings.HasPrefix(secret, prefixGlobal) {
		p := steps.Invalid("token", "This is your Global API Key, not a token")
		p.Text = "The Global API Key can do everything in every account of yours and cannot be limited. The wizard does not use it, and has not sent it anywhere."
		p.Fix = "Make a token by the link above. It may do only what the wizard needs, and you can delete it at the end."
		p.Link = steps.Link{Text: "Open your tokens in Cloudflare", URL: "https://dash.cloudflare.com/profile/api-tokens"}
		return p
	}
	if plain, _ := regexp.MatchString(`^[A-Za-z0-9_.-]{20,200}$`, secret); !plain {
		p := steps.Invalid("token", "This is not a token")
		p.Text = "A Cloudflare API token is one word of about forty letters, digits, hyphens and underscores. What you pasted has another form, and has not been sent anywhere."
		p.Fix = "Copy the token again with the Copy button that Cloudflare shows beside it."
		return p
	}
	return nil
}
