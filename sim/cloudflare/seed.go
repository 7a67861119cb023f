package cloudflare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
)

// SeedUser sets the person whose tokens these are.
func (a *API) SeedUser(u User) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if u.ID == "" {
		u.ID = newID()
	}
	a.state.User = u
}

// SeedAccount adds an account and answers its id.
func (a *API) SeedAccount(acc Account) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if acc.ID == "" {
		acc.ID = newID()
	}
	if acc.Type == "" {
		acc.Type = "standard"
	}
	if acc.Created.IsZero() {
		acc.Created = a.now()
	}
	row := accountRow{Account: acc}
	if acc.TeamDomain != "" {
		row.Org = newOrganization(acc.Name, acc.TeamDomain, a.now())
	}
	a.state.Accounts = append(a.state.Accounts, row)
	return acc.ID
}

// SeedToken adds a token, or replaces the one of the same value, and answers its id.
func (a *API) SeedToken(t Token) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t.ID == "" {
		t.ID = newID()
	}
	if t.Status == "" {
		t.Status = "active"
	}
	if t.Issued.IsZero() {
		t.Issued = a.now()
	}
	a.state.Tokens = slices.DeleteFunc(a.state.Tokens, func(o Token) bool { return o.Value == t.Value })
	a.state.Tokens = append(a.state.Tokens, t)
	return t.ID
}

// DeleteToken takes a token away, as the person does on the dashboard's token
// page, and tells whether there was one.
func (a *API) DeleteToken(value string) bool {
	a.mu.Lock()
	n := len(a.state.Tokens)
	a.state.Tokens = slices.DeleteFunc(a.state.Tokens, func(t Token) bool { return t.Value == value })
	gone := len(a.state.Tokens) < n
	a.mu.Unlock()
	if gone {
		a.changed()
	}
	return gone
}

// SeedZone adds a zone that was there before and answers its id. Without name
// servers it is given the next pair.
func (a *API) SeedZone(z Zone) string {
	name := ascii(z.Name)
	delegation := a.delegation(name)
	a.mu.Lock()
	defer a.mu.Unlock()
	row := a.state.newZone(name, z.Account, a.now())
	row.OriginalNameServers, row.Plan = delegation, z.Plan
	if z.NameServers != nil {
		row.NameServers = z.NameServers
	}
	if z.Status != "" {
		row.Status = z.Status
	}
	if row.Status == statusActive {
		row.Activated = row.Created
	}
	if row.Status == statusMoved {
		row.Moved = row.Created
	}
	a.state.Zones = append(a.state.Zones, row)
	return row.ID
}

// Dashboard makes a call as the owner would in the dashboard: it needs no token,
// sees every account, meets no fault and no limit, and is not counted by Writes.
// The path is the one of the API without /client/v4; body may be nil. It answers
// the result, or the error as the API words it.
func (a *API) Dashboard(method, path string, body any) (json.RawMessage, error) {
	u, err := url.Parse(path)
	if err != nil {
		return nil, fmt.Errorf("dashboard %s %s: %w", method, path, err)
	}
	r := request{method: method, path: u.Path, query: u.Query(), owner: true}
	if body != nil {
		if r.body, err = json.Marshal(body); err != nil {
			return nil, fmt.Errorf("dashboard %s %s: %w", method, path, err)
		}
	}
	ans, err := a.do(r)
	if err != nil {
		return nil, fmt.Errorf("dashboard %s %s: %w", method, path, err)
	}
	raw, err := json.Marshal(ans.result)
	return bytes.TrimSpace(raw), err
}
