package cloudflare

import (
	"net/http"
	"strings"
	"time"
)

// authError is the service's word for a missing permission, a wrong account, and
// a token that is switched off.
func authError() *apiError { return fail(http.StatusForbidden, 10000, "Authentication error") }

// bearer answers the token of a request, "" if there is none.
func bearer(r *http.Request) string { return bearerOf(r.Header) }

func bearerOf(h http.Header) string {
	v, ok := strings.CutPrefix(h.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return v
}

// authenticate finds the token of a call. Whether it is active matters to every
// endpoint but the two that verify it.
func (c *call) authenticate(rt route) (*Token, error) {
	if c.header.Get("Authorization") == "" {
		return nil, bad(9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers")
	}
	value := bearerOf(c.header)
	if !matched(`^[A-Za-z0-9_-]{35,80}$`, value) {
		err := bad(6003, "Invalid request headers")
		err.items[0].Chain = []item{{Code: 6111, Message: "Invalid format for Authorization header"}}
		return nil, err
	}
	verify := strings.HasSuffix(rt.pattern, "/tokens/verify")
	tok := find(c.st.Tokens, func(t Token) bool { return t.Value == value })
	if tok == nil || (verify && tok.ofAccount() != strings.HasPrefix(rt.pattern, "/accounts/")) {
		return nil, fail(http.StatusUnauthorized, 1000, "Invalid API Token")
	}
	if verify {
		return tok, nil
	}
	if tok.statusAt(c.now) != "active" || c.now.Before(tok.NotBefore) {
		err := authError()
		err.status = http.StatusUnauthorized
		return nil, err
	}
	if tok.ofAccount() && strings.HasPrefix(rt.pattern, "/user") || tok.ofAccount() && rt.pattern == "/memberships" {
		return nil, authError()
	}
	return tok, nil
}

// ofAccount tells an account's token from a user's by its prefix.
func (t *Token) ofAccount() bool { return strings.HasPrefix(t.Value, "cfat_") }

// statusAt is the status as the verify endpoints tell it.
func (t *Token) statusAt(now time.Time) string {
	if !t.ExpiresOn.IsZero() && !now.Before(t.ExpiresOn) {
		return "expired"
	}
	return t.Status
}
