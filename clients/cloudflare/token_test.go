package cloudflare_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.test/wizard/clients/cloudflare"
	sim "example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
)

func TestCleanToken(t *testing.T) {
	for in, want := range map[string]string{
		"abc":                         "abc",
		"  abc\r\n":                   "abc",
		"Bearer abc":                  "abc",
		"bearer\u00a0":                "",
		`"Bearer abc"`:                "abc",
		"Authorization: Bearer 'abc'": "abc",
		"“abc”":                       "abc",
		"\ufeffabc\u200b":             "abc",
		" \n":                         "",
		"bearerabc":                   "bearerabc",
	} {
		if got := cloudflare.CleanToken(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestVerifyToken(t *testing.T) {
	w := newWorld(t)
	got, err := w.VerifyToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.Kind != "user" || got.Status != "active" || got.ID == "" || got.Last4 != "••••••••4567" ||
		!got.Expires.Equal(at.Add(24*time.Hour)) {
		t.Errorf("%+v", got)
	}
	if got.Source != "pretend" || !got.At.Equal(at) || !strings.HasSuffix(got.Ray, "-LHR") {
		t.Errorf("reading %+v", got.Reading)
	}
	w.api.DeleteToken(canary)
	if _, err := w.VerifyToken(t.Context()); failure(t, err).Code != 1000 {
		t.Errorf("got %v", err)
	}
}

func TestVerifyKinds(t *testing.T) {
	const (
		ofAccount = "cfat_0123456789012345678901234567890123456789abc"
		old       = "0123456789abcdefghijABCDEFGHIJ-_01234567"
	)
	api := newWorld(t).api
	acc := api.SeedAccount(sim.Account{Name: "second"})
	api.SeedToken(sim.Token{Value: ofAccount, Permissions: []sim.Permission{sim.AccountRead}, Accounts: []string{acc}})
	api.SeedToken(sim.Token{Value: old, Permissions: []sim.Permission{sim.DNSEdit}, Status: "disabled"})

	tests := []struct{ token, kind, status, refused string }{
		{ofAccount, "account", "active", ""},
		{"Bearer " + old, "user", "disabled", ""},
		{"cfk_0123456789abcdefghij0123456789abcdefghij0123", "", "", "This is your Global API Key, not a token"},
		{strings.Repeat("0a1b", 9) + "c", "", "", "This is your Global API Key, not a token"},
		{"my secret token with words", "", "", "This is not a token"},
		{"short", "", "", "This is not a token"},
	}
	for _, tt := range tests {
		calls := 0
		srv := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { calls++; api.ServeHTTP(w, r) })
		c := clientWith(t, srv, tt.token)
		got, err := c.VerifyToken(t.Context())
		if tt.refused != "" {
			p, ok := errors.AsType[*steps.Problem](err)
			if !ok || p.Title != tt.refused || p.Field != "token" || p.Fix == "" || calls != 0 {
				t.Errorf("%s: %v after %d calls", tt.token, err, calls)
			}
			if strings.Contains(err.Error()+p.Text+p.Fix, tt.token) {
				t.Errorf("%s is repeated", tt.token)
			}
			continue
		}
		if err != nil || got.Kind != tt.kind || got.Status != tt.status {
			t.Errorf("%s: %+v, %v", tt.token, got, err)
		}
	}
}

// What step 1 makes of the answers: only Cloudflare's own word proves that a token is gone.
func TestGone(t *testing.T) {
	const old = "0123456789abcdefghijABCDEFGHIJ-_01234567"
	w := newWorld(t)
	w.api.SeedToken(sim.Token{Value: old, Permissions: []sim.Permission{sim.AccountRead}, Status: "disabled"})
	for name, tt := range map[string]struct {
		token  string
		answer http.Handler // nil for that of the pretend Cloudflare
		gone   bool
	}{
		"deleted":             {"cfut_0123456789012345678901234567890123456789abc", nil, true},
		"the page of a proxy": {canary, page(http.StatusForbidden, "<html><title>Blocked</title></html>"), false},
		"disabled":            {old, nil, false},
		"perhaps an account’s, and then trouble": {"z123456789abcdefghijABCDEFGHIJ-_01234567", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/user/tokens/verify") {
				w.api.ServeHTTP(rw, r)
				return
			}
			page(http.StatusTooManyRequests, `{"success":false,"errors":[{"code":971,"message":"slow down"}]}`).ServeHTTP(rw, r)
		}), false},
	} {
		if tt.answer == nil {
			tt.answer = w.api
		}
		step := &steps.AccountStep{API: clientWith(t, tt.answer, tt.token), Now: time.Now}
		f, err := step.Inspect(t.Context(), steps.Settings{})
		d, ok := f.Detail.(*steps.AccountDetail)
		if got := ok && d.Gone; got != tt.gone || ok && d.Known || tt.gone && err != nil {
			t.Errorf("%s: gone %v, want %v; %v", name, got, tt.gone, err)
		}
	}
}

func TestAccountsAndUser(t *testing.T) {
	w := newWorld(t)
	list, err := w.Accounts(t.Context())
	if err != nil || len(list) != 1 || list[0] != (steps.Account{ID: w.account, Name: "Ann's account"}) {
		t.Errorf("%+v, %v", list, err)
	}
	if mail, err := w.UserEmail(t.Context()); err != nil || mail != "ann@example.com" {
		t.Errorf("%q, %v", mail, err)
	}
	if org, err := w.Organization(t.Context(), w.account); err != nil || org != "" {
		t.Errorf("%q, %v; want none", org, err)
	}
	with := w.api.SeedAccount(sim.Account{Name: "b", TeamDomain: "ann.cloudflareaccess.com"})
	if org, err := w.Organization(t.Context(), with); err != nil || org != "ann.cloudflareaccess.com" {
		t.Errorf("%q, %v", org, err)
	}
	narrow := newWorld(t, sim.DNSEdit)
	if mail, err := narrow.UserEmail(t.Context()); err != nil || mail != "" {
		t.Errorf("%q, %v; a token that may not tell gives none", mail, err)
	}
	if _, err := narrow.Organization(t.Context(), narrow.account); err == nil {
		t.Error("a token that may not ask gives no organisation without an error")
	}
}
