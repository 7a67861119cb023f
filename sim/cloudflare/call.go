package cloudflare

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// call is one request on its way through a handler. Handlers run under the lock;
// those that write have a copy of the state for themselves.
type call struct {
	request
	api     *API
	st      *state
	params  map[string]string
	now     time.Time
	token   *Token // nil for the dashboard
	account *accountRow
	zone    *zoneRow
	dryRun  bool
	after   []func() // runs after the result was kept, outside the lock

	outside outside
}

// outside is what was asked of the world before the lock was taken.
type outside struct {
	delegation []string               // of the zone that is about to be created
	parent     []string               // of its parent domain
	registrar  string                 // of the same zone
	connectors map[string][]Connector // by tunnel
	scan       []found
	traffic    func(since, until time.Time) []Traffic
}

// admit checks the token, the permission and the identifiers of a call.
func (c *call) admit(rt route) error {
	if !c.owner {
		tok, err := c.authenticate(rt)
		if err != nil {
			return err
		}
		c.token = tok
	}
	if id, ok := c.params["account"]; ok {
		c.account = c.st.account(id)
		if c.account == nil || !c.mayAccount(id) {
			return authError()
		}
	}
	if err := c.need(rt.need); err != nil {
		return err
	}
	if id, ok := c.params["zone"]; ok {
		return c.enterZone(id)
	}
	return nil
}

// enterZone finds the zone of a call and checks that the token covers it.
func (c *call) enterZone(id string) error {
	z := c.st.zone(id)
	if z == nil || !c.mayAccount(z.AccountID) {
		return fail(http.StatusNotFound, 1001, "Invalid zone identifier") // from memory
	}
	if !c.mayZone(z) {
		return fail(http.StatusForbidden, 9109, "Unauthorized to access requested resource")
	}
	c.zone = z
	return nil
}

// need refuses the call if the token lacks a permission; "" asks for none.
func (c *call) need(p Permission) error {
	if p == "" || c.token == nil || allows(c.token.Permissions, p) {
		return nil
	}
	return authError()
}

// mayAccount tells whether the token covers an account.
func (c *call) mayAccount(id string) bool {
	if c.token == nil {
		return true
	}
	acc := c.st.account(id)
	if acc == nil || acc.Foreign {
		return false
	}
	return len(c.token.Accounts) == 0 || slices.Contains(c.token.Accounts, id)
}

// mayZone tells whether the token covers a zone.
func (c *call) mayZone(z *zoneRow) bool {
	return c.token == nil || len(c.token.Zones) == 0 || slices.Contains(c.token.Zones, z.Name)
}

// decode reads the body as JSON.
func (c *call) decode(v any) error {
	if len(bytes.TrimSpace(c.body)) == 0 {
		return bad(6007, "Malformed JSON in request body")
	}
	if err := json.Unmarshal(c.body, v); err != nil {
		return bad(6007, "Malformed JSON in request body")
	}
	return nil
}

// param answers the first value of a query parameter, "" if absent.
func (c *call) param(name string) string {
	if v := c.query[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// page cuts a list to the page that was asked for.
func page[T any](c *call, list []T, perDefault, perMax int) ([]T, *resultInfo) {
	info := &resultInfo{Page: 1, PerPage: perDefault, TotalCount: len(list)}
	if n, err := strconv.Atoi(c.param("page")); err == nil && n > 0 {
		info.Page = n
	}
	if n, err := strconv.Atoi(c.param("per_page")); err == nil && n > 0 {
		info.PerPage = min(n, perMax)
	}
	info.TotalPages = (len(list) + info.PerPage - 1) / info.PerPage
	from := min((info.Page-1)*info.PerPage, len(list))
	cut := list[from:min(from+info.PerPage, len(list))]
	info.Count = len(cut)
	if cut == nil {
		cut = []T{}
	}
	return cut, info
}
