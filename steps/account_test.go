package steps

import (
	"errors"
	"strings"
	"testing"
	"time"

	"example.test/wizard/locale"
)

func TestAccountFinding(t *testing.T) {
	home, work := Account{"acc-1", "Home"}, Account{"acc-2", "Work"}
	token := Token{ID: "tok-1", Kind: "user", Last4: "••••••••wxyz", Status: "active", Expires: noon().Add(24 * time.Hour), Reading: here()}
	perm := func(key string, known, allowed, soft, zone bool, err error) permissionSeen {
		return permissionSeen{Permission: Permission{Key: key, Type: "edit", Name: "Zone: " + key + ": Edit", Zone: zone, For: "step 2", Soft: soft}, known: known, allowed: allowed, err: err}
	}
	expiring := func(d time.Duration) Token {
		tk := token
		tk.Expires = noon().Add(d)
		return tk
	}
	status := func(s string) Token {
		tk := token
		tk.Status = s
		return tk
	}
	fine := []permissionSeen{perm("zone", true, true, false, false, nil)}
	readOnly := perm("dns", true, true, false, true, nil)
	readOnly.refused = noon()
	forever := token
	forever.Expires = time.Time{}
	tests := []struct {
		name   string
		seen   accountSeen
		set    Settings
		state  State
		ask    string
		checks string
		says   string
	}{
		{"no token yet", accountSeen{tokenErr: ErrNoToken}, Settings{}, StateTodo, "token", "token=skip", "Needs a token of yours"},
		{"started anew", accountSeen{tokenErr: ErrNoToken}, settled(), StateTodo, "token", "token=skip", "Paste it again"},
		{"refused", accountSeen{tokenErr: cf(401, 1000)}, Settings{}, StateProblem, "token", "token=fail", "does not know this token"},
		{"a global key", accountSeen{tokenErr: &Problem{Field: "token", Title: "This is the Global API Key", Fix: "Make a token instead."}}, Settings{}, StateProblem, "token", "token=fail", "Global API Key"},
		{"expired", accountSeen{token: status("expired")}, Settings{}, StateProblem, "token", "token=fail", "expired"},
		{"disabled", accountSeen{token: status("disabled")}, Settings{}, StateProblem, "token", "token=fail", "disabled"},
		{"no account to see", accountSeen{token: token}, Settings{}, StateProblem, "", "token=pass account=fail", ""},
		{"one account", accountSeen{token: token, accounts: []Account{home}, permissions: fine}, Settings{}, StateDone, "", "token=pass account=pass token-ends=pass permission-zone=pass zero-trust=skip", "Home, token ends 23 November"},
		{"two accounts", accountSeen{token: token, accounts: []Account{home, work}}, Settings{}, StateTodo, "account", "token=pass account=skip", "Choose one"},
		{"two accounts, one chosen", accountSeen{token: token, accounts: []Account{home, work}, permissions: fine, org: "home.cloudflareaccess.com"}, Settings{AccountID: "acc-2"}, StateDone, "", "account=pass zero-trust=pass", "Work"},
		{"a token of another account", accountSeen{token: Token{ID: "tok-2", Status: "active", Reading: here()}, accounts: []Account{work, {"acc-3", "Third"}}}, settled(), StateProblem, "token", "token=fail", "another account than Home"},
		{"another token of the same account", accountSeen{token: Token{ID: "tok-2", Status: "active", Expires: noon().Add(time.Hour), Reading: here()}, accounts: []Account{home}, permissions: fine}, settled(), StateDone, "", "token=pass", "Home"},
		{"it never ends", accountSeen{token: forever, accounts: []Account{home}, permissions: fine}, Settings{}, StateAttention, "", "token-ends=warn", "Home"},
		{"it ends in a week", accountSeen{token: expiring(7 * 24 * time.Hour), accounts: []Account{home}, permissions: fine}, Settings{}, StateDone, "", "token-ends=pass", ""},
		{"it ends in a year", accountSeen{token: expiring(365 * 24 * time.Hour), accounts: []Account{home}, permissions: fine}, Settings{}, StateAttention, "", "token-ends=warn", ""},
		{"a permission is missing", accountSeen{token: token, accounts: []Account{home}, permissions: append(fine, perm("dns", true, false, false, true, nil))}, Settings{}, StateProblem, "", "permission-zone=pass permission-dns=fail", "One permission is missing"},
		{"two are missing", accountSeen{token: token, accounts: []Account{home}, permissions: []permissionSeen{perm("dns", true, false, false, true, nil), perm("zone_waf", true, false, false, true, nil)}}, Settings{}, StateProblem, "", "permission-dns=fail permission-zone_waf=fail", "2 permissions are missing"},
		{"a change was refused", accountSeen{token: token, accounts: []Account{home}, permissions: append(fine, readOnly)}, Settings{}, StateAttention, "", "permission-zone=pass permission-dns=warn", "A change was refused"},
		{"one of an option is missing", accountSeen{token: token, accounts: []Account{home}, permissions: append(fine, perm("access", true, false, true, false, nil))}, Settings{}, StateDone, "", "permission-access=skip", ""},
		{"a zone's permission before there is a zone", accountSeen{token: token, accounts: []Account{home}, permissions: append(fine, perm("dns", false, false, false, true, nil))}, Settings{}, StateDone, "", "permission-dns=skip", ""},
		{"a probe that failed", accountSeen{token: token, accounts: []Account{home}, permissions: append(fine, perm("dns", false, false, false, true, cf(502, 0)))}, Settings{}, StateDone, "", "permission-dns=skip", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := tt.seen.finding(tt.set, "https://dash.cloudflare.com/profile/api-tokens", noon())
			expect(t, f, tt.state, tt.ask, "", tt.checks)
			if summary := (locale.Locale{}).Localise(f.Summary); !strings.Contains(summary, tt.says) {
				t.Errorf("%q does not say %q", summary, tt.says)
			}
		})
	}
}

// Only Cloudflare's own word proves that a token is gone.
func TestAccountGone(t *testing.T) {
	for name, tt := range map[string]struct {
		seen accountSeen
		set  Settings
		gone bool
	}{
		"Cloudflare knows no such token": {accountSeen{tokenErr: cf(401, 1000)}, settled(), true},
		"the page of a proxy":            {accountSeen{tokenErr: cf(403, 0)}, settled(), false},
		"a refusal for another reason":   {accountSeen{tokenErr: cf(403, 9109)}, settled(), false},
		"a header that is malformed":     {accountSeen{tokenErr: cf(400, 6003)}, settled(), false},
		"trouble of its own":             {accountSeen{tokenErr: cf(502, 1000)}, settled(), false},
		"somebody else’s code":           {accountSeen{tokenErr: &ServiceError{Service: "Plex", Status: 401, Code: 1000}}, settled(), false},
		"no token":                       {accountSeen{tokenErr: ErrNoToken}, settled(), false},
		"disabled":                       {accountSeen{token: Token{ID: "tok-1", Status: "disabled"}}, settled(), false},
		"of another account":             {accountSeen{token: Token{ID: "tok-2", Status: "active"}, accounts: []Account{{"acc-9", "Work"}, {"acc-8", "Third"}}}, settled(), false},
	} {
		f := tt.seen.finding(tt.set, "", noon())
		if d := f.Detail.(*AccountDetail); d.Gone != tt.gone || d.Known {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

// A missing permission is named in the dashboard's own words.
func TestAMissingPermissionIsNamed(t *testing.T) {
	p := permissionSeen{Permission: Permission{Key: "zone_waf", Name: "Zone: Zone WAF: Edit", For: "step 8"}, known: true}
	c := p.check()
	if c.Status != Fail || !strings.Contains(c.Fix.Title, "Zone: Zone WAF: Edit") || !strings.Contains(c.Detail, "step 8") || c.Fix.Link.URL == "" {
		t.Errorf("%+v", c)
	}
}

func TestTheTokenItselfIsNowhere(t *testing.T) {
	f := accountSeen{token: Token{ID: "tok-1", Last4: "••••••••wxyz", Status: "active", Reading: here()}, accounts: []Account{{"acc-1", "Home"}}}.finding(Settings{}, "", noon())
	if len(f.Evidence) != 1 || f.Evidence[0].Card != "token" || f.Evidence[0].Rows[0].Values[0].Text != "••••••••wxyz" {
		t.Errorf("%+v", f.Evidence)
	}
}

func TestAccountRemembers(t *testing.T) {
	known := &AccountDetail{Known: true, Accounts: []Account{{"acc-1", "Home"}}, Token: Token{ID: "tok-1", Expires: noon()}}
	s, news := (*AccountStep)(nil).Remember(Settings{}, Finding{Detail: known}, noon())
	if !news || s.AccountID != "acc-1" || s.AccountName != "Home" || s.TokenID != "tok-1" || !s.TokenEnds.Equal(noon()) {
		t.Errorf("%+v", s)
	}
	if _, again := (*AccountStep)(nil).Remember(s, Finding{Detail: known}, noon()); again {
		t.Error("the same is no news")
	}
	two := &AccountDetail{Known: true, Accounts: []Account{{"acc-1", "Home"}, {"acc-2", "Work"}}, Token: Token{ID: "tok-1"}}
	if s, _ := (*AccountStep)(nil).Remember(Settings{}, Finding{Detail: two}, noon()); s.AccountID != "" {
		t.Error("it chose for the person")
	}
	for _, d := range []any{nil, &AccountDetail{}} {
		if _, news := (*AccountStep)(nil).Remember(s, Finding{Detail: d}, noon()); news {
			t.Error("nothing was seen")
		}
	}
	if _, err := (*AccountStep)(nil).Apply(t.Context(), s, Action{ID: "x"}); err == nil || errors.Is(err, ErrPlanChanged) {
		t.Errorf("got %v", err)
	}
}
