package cloudflare

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// organization is an account's Zero Trust organization.
type organization struct {
	Name            string    `json:"name"`
	AuthDomain      string    `json:"auth_domain"`
	SessionDuration string    `json:"session_duration"`
	Created         time.Time `json:"created_at"`
	Updated         time.Time `json:"updated_at"`
}

// appRow is an Access application: what the client wrote, and what was added.
type appRow struct {
	ID       string                     `json:"id"`
	Aud      string                     `json:"aud"`
	Fields   map[string]json.RawMessage `json:"fields"`
	Created  time.Time                  `json:"created"`
	Updated  time.Time                  `json:"updated"`
	Policies []accessPolicy             `json:"policies"`
}

// accessPolicy is a policy of an application.
type accessPolicy struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Decision   string          `json:"decision"`
	Include    json.RawMessage `json:"include"`
	Exclude    json.RawMessage `json:"exclude,omitempty"`
	Require    json.RawMessage `json:"require,omitempty"`
	Precedence int             `json:"precedence"`
	Created    time.Time       `json:"created_at"`
	Updated    time.Time       `json:"updated_at"`
}

func accessRoutes() []route {
	const org, apps, app = "/accounts/{account}/access/organizations", "/accounts/{account}/access/apps", "/accounts/{account}/access/apps/{app}"
	return []route{
		{method: "GET", pattern: org, need: AccessOrgRead, handle: getOrganization},
		{method: "POST", pattern: org, need: AccessOrgEdit, handle: createOrganization},
		{method: "PUT", pattern: org, need: AccessOrgEdit, handle: putOrganization},
		{method: "GET", pattern: apps, need: AccessRead, handle: listApps},
		{method: "POST", pattern: apps, need: AccessEdit, handle: createApp},
		{method: "GET", pattern: app, need: AccessRead, handle: getApp},
		{method: "PUT", pattern: app, need: AccessEdit, handle: putApp},
		{method: "DELETE", pattern: app, need: AccessEdit, handle: deleteApp},
		{method: "GET", pattern: app + "/policies", need: AccessRead, handle: listAppPolicies},
		{method: "POST", pattern: app + "/policies", need: AccessEdit, handle: createAppPolicy},
		{method: "GET", pattern: app + "/policies/{policy}", need: AccessRead, handle: getAppPolicy},
		{method: "PUT", pattern: app + "/policies/{policy}", need: AccessEdit, handle: putAppPolicy},
		{method: "DELETE", pattern: app + "/policies/{policy}", need: AccessEdit, handle: deleteAppPolicy},
	}
}

func newOrganization(name, domain string, now time.Time) *organization {
	if !strings.Contains(domain, ".") {
		domain += ".cloudflareaccess.com"
	}
	return &organization{Name: name, AuthDomain: domain, SessionDuration: "24h", Created: now, Updated: now}
}

// enabled refuses everything about Access while the account has no organisation.
func (c *call) enabled() error {
	if c.account.Org == nil {
		return fail(http.StatusForbidden, 9999, "access.api.error.not_enabled")
	}
	return nil
}

func getOrganization(c *call) (answer, error) {
	if err := c.enabled(); err != nil {
		return answer{}, err
	}
	return answer{result: c.account.Org}, nil
}

func createOrganization(c *call) (answer, error) {
	var in organization
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if c.account.Org != nil {
		return answer{}, fail(http.StatusConflict, 12130, "access.api.error.conflict: organization already exists") // from memory
	}
	if in.Name == "" || in.AuthDomain == "" {
		return answer{}, bad(12130, "access.api.error.invalid_request: name and auth_domain are required")
	}
	c.account.Org = newOrganization(in.Name, in.AuthDomain, c.now)
	return answer{status: http.StatusCreated, result: c.account.Org}, nil
}

func putOrganization(c *call) (answer, error) {
	if err := c.enabled(); err != nil {
		return answer{}, err
	}
	var in organization
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	org := c.account.Org
	for _, f := range []struct{ from, to *string }{
		{&in.Name, &org.Name}, {&in.AuthDomain, &org.AuthDomain}, {&in.SessionDuration, &org.SessionDuration},
	} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	org.Updated = c.now
	return answer{result: org}, nil
}

// text answers a member of an application as a string.
func (a appRow) text(name string) string {
	var s string
	_ = json.Unmarshal(a.Fields[name], &s) // not a string: empty
	return s
}

// guards tells whether an application stands before a host.
func (a appRow) guards(host string) bool {
	domains := []string{a.text("domain")}
	var more []string
	if json.Unmarshal(a.Fields["self_hosted_domains"], &more) == nil {
		domains = append(domains, more...)
	}
	return slices.ContainsFunc(domains, func(d string) bool {
		name, _, _ := strings.Cut(d, "/")
		return name != "" && wildcard(strings.ToLower(host), strings.ToLower(name))
	})
}

func (a appRow) view() map[string]any {
	policies := []accessPolicy{}
	v := map[string]any{}
	for k, raw := range a.Fields {
		v[k] = raw
	}
	v["id"], v["aud"], v["created_at"], v["updated_at"] = a.ID, a.Aud, stamp(a.Created), stamp(a.Updated)
	v["policies"] = append(policies, a.Policies...)
	return v
}

// app finds the application in the path.
func (c *call) app() (*appRow, error) {
	if err := c.enabled(); err != nil {
		return nil, err
	}
	if a := find(c.account.Apps, func(a appRow) bool { return a.ID == c.params["app"] }); a != nil {
		return a, nil
	}
	return nil, fail(http.StatusNotFound, 11021, "access.api.error.unknown_application") // from memory
}

// readApp decodes an application and the policies written into it.
func (c *call) readApp() (map[string]json.RawMessage, []accessPolicy, error) {
	fields := map[string]json.RawMessage{}
	if err := c.decode(&fields); err != nil {
		return nil, nil, err
	}
	row := appRow{Fields: fields}
	if row.text("type") != "self_hosted" {
		return nil, nil, bad(12130, "access.api.error.invalid_request: type must be self_hosted")
	}
	host, _, _ := strings.Cut(row.text("domain"), "/")
	if !slices.ContainsFunc(c.st.Zones, func(z zoneRow) bool { return z.AccountID == c.account.ID && within(host, z.Name) }) {
		return nil, nil, bad(12130, "access.api.error.invalid_request: domain does not belong to zone")
	}
	var given []accessPolicy
	if raw, ok := fields["policies"]; ok && json.Unmarshal(raw, &given) != nil {
		return nil, nil, bad(12130, "access.api.error.invalid_request: policies")
	}
	for i := range given {
		if err := given[i].check(); err != nil {
			return nil, nil, err
		}
		given[i].ID, given[i].Created, given[i].Updated = newUUID(), c.now, c.now
		given[i].Precedence = i + 1
	}
	for _, own := range []string{"id", "aud", "created_at", "updated_at", "policies"} {
		delete(fields, own)
	}
	return fields, given, nil
}

func listApps(c *call) (answer, error) {
	if err := c.enabled(); err != nil {
		return answer{}, err
	}
	list := []map[string]any{}
	for _, a := range c.account.Apps {
		list = append(list, a.view())
	}
	cut, info := page(c, list, 25, 1000)
	return answer{result: cut, info: info}, nil
}

func createApp(c *call) (answer, error) {
	if err := c.enabled(); err != nil {
		return answer{}, err
	}
	fields, policies, err := c.readApp()
	if err != nil {
		return answer{}, err
	}
	a := appRow{ID: newUUID(), Aud: randomHex(32), Fields: fields, Policies: policies, Created: c.now, Updated: c.now}
	if slices.ContainsFunc(c.account.Apps, func(o appRow) bool { return o.text("domain") == a.text("domain") }) {
		return answer{}, bad(11010, "access.api.error.application_already_exists") // from memory
	}
	c.account.Apps = append(c.account.Apps, a)
	return answer{status: http.StatusCreated, result: a.view()}, nil
}

func getApp(c *call) (answer, error) {
	a, err := c.app()
	if err != nil {
		return answer{}, err
	}
	return answer{result: a.view()}, nil
}

func putApp(c *call) (answer, error) {
	a, err := c.app()
	if err != nil {
		return answer{}, err
	}
	fields, policies, err := c.readApp()
	if err != nil {
		return answer{}, err
	}
	a.Fields, a.Updated = fields, c.now
	if policies != nil {
		a.Policies = policies
	}
	return answer{result: a.view()}, nil
}

func deleteApp(c *call) (answer, error) {
	a, err := c.app()
	if err != nil {
		return answer{}, err
	}
	id := a.ID
	c.account.Apps = slices.DeleteFunc(c.account.Apps, func(o appRow) bool { return o.ID == id })
	return answer{status: http.StatusAccepted, result: map[string]any{"id": id}}, nil
}
