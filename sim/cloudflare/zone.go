package cloudflare

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/idna"
)

// The states of a zone.
const (
	statusPending = "pending"
	statusActive  = "active"
	statusMoved   = "moved"
)

// zoneRow is a zone with everything in it.
type zoneRow struct {
	ID                  string                `json:"id"`
	Name                string                `json:"name"`
	AccountID           string                `json:"account"`
	Status              string                `json:"status"`
	Paused              bool                  `json:"paused"`
	Plan                string                `json:"plan,omitempty"` // empty is free
	NameServers         []string              `json:"name_servers"`
	OriginalNameServers []string              `json:"original_name_servers"`
	OriginalRegistrar   string                `json:"original_registrar"`
	VerificationKey     string                `json:"verification_key"`
	Created             time.Time             `json:"created"`
	Modified            time.Time             `json:"modified"`
	Activated           time.Time             `json:"activated,omitzero"`
	Moved               time.Time             `json:"moved,omitzero"`   // since when the delegation points elsewhere
	Checked             time.Time             `json:"checked,omitzero"` // last activation check that was granted
	Records             []record              `json:"records"`
	Scan                *scanRow              `json:"scan,omitempty"`
	Rulesets            []ruleset             `json:"rulesets"`
	Settings            map[string]settingRow `json:"settings"` // only those that were ever changed
	Bots                bots                  `json:"bots"`
	DNSSEC              dnssecRow             `json:"dnssec"`
}

func zoneRoutes() []route {
	return []route{
		{method: "GET", pattern: "/zones", need: ZoneRead, handle: listZones},
		{method: "POST", pattern: "/zones", handle: createZone, prepare: askDelegation},
		{method: "GET", pattern: "/zones/{zone}", need: ZoneRead, handle: getZone},
		{method: "PATCH", pattern: "/zones/{zone}", need: ZoneEdit, handle: patchZone},
		{method: "DELETE", pattern: "/zones/{zone}", need: ZoneEdit, handle: deleteZone},
		{method: "PUT", pattern: "/zones/{zone}/activation_check", need: ZoneEdit, handle: checkActivation, prepare: askParent},
	}
}

// pairs are the name servers that new zones are given, one pair after another.
func pairs() [][2]string {
	return [][2]string{
		{"ada", "rob"},
		{"beth", "carl"},
		{"dora", "ed"},
		{"fiona", "hank"},
		{"gina", "ivan"},
		{"jill", "kurt"},
		{"lola", "mike"},
		{"nina", "otto"},
	}
}

// newZone makes a pending zone with the next pair of name servers.
func (s *state) newZone(name, account string, now time.Time) zoneRow {
	all := pairs()
	p := all[s.NextPair%len(all)]
	s.NextPair++
	return zoneRow{
		ID: newID(), Name: name, AccountID: account, Status: statusPending, Created: now, Modified: now,
		NameServers:     []string{p[0] + ".ns.cloudflare.com", p[1] + ".ns.cloudflare.com"},
		VerificationKey: randomHex(8), Settings: map[string]settingRow{}, Bots: newBots(), DNSSEC: dnssecRow{Status: "disabled"},
	}
}

// view writes a zone as the API does.
func (c *call) zoneView(z *zoneRow) map[string]any {
	acc := map[string]any{"id": z.AccountID, "name": ""}
	if row := c.st.account(z.AccountID); row != nil {
		acc["name"] = row.Name
	}
	plan := cmp.Or(z.Plan, "free")
	v := map[string]any{
		"id": z.ID, "name": shown(z.Name), "status": z.Status, "paused": z.Paused, "type": "full", "development_mode": 0,
		"name_servers": z.NameServers, "original_name_servers": nil, "original_registrar": nil, "original_dnshost": nil,
		"created_on": stamp(z.Created), "modified_on": stamp(z.Modified), "activated_on": stamp(z.Activated),
		"account": acc, "owner": map[string]any{"id": c.st.User.ID, "type": "user", "email": c.st.User.Email},
		"meta": map[string]any{
			"step": 2, "custom_certificate_quota": 0, "page_rule_quota": 3, "phishing_detected": false,
			"cdn_only": false, "dns_only": false, "foundation_dns": false,
		},
		"plan": map[string]any{
			"id": "0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee", "name": strings.ToUpper(plan[:1]) + plan[1:] + " Website", "legacy_id": plan, "price": 0, "currency": "USD",
			"frequency": "", "is_subscribed": false, "can_subscribe": false, "externally_managed": false, "legacy_discount": false,
		},
		"permissions": []string{"#zone:read", "#zone:edit", "#dns_records:read", "#dns_records:edit"},
		"tenant":      map[string]any{"id": nil, "name": nil}, "tenant_unit": map[string]any{"id": nil},
	}
	if len(z.OriginalNameServers) > 0 {
		v["original_name_servers"] = z.OriginalNameServers
	}
	if z.OriginalRegistrar != "" {
		v["original_registrar"] = z.OriginalRegistrar
	}
	return v
}

func listZones(c *call) (answer, error) {
	if c.token != nil && len(c.token.Zones) > 0 {
		return answer{}, c.actorError("list", "list zones")
	}
	list := []map[string]any{}
	for i := range c.st.Zones {
		z := &c.st.Zones[i]
		if !c.mayAccount(z.AccountID) || !c.asked(z) {
			continue
		}
		list = append(list, c.zoneView(z))
	}
	cut, info := page(c, list, 20, 50)
	return answer{result: cut, info: info}, nil
}

// ascii is a domain's name as records and name servers write it, and as zones are
// kept here.
func ascii(name string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if out, err := idna.Punycode.ToASCII(name); err == nil {
		return out
	}
	return name
}

// shown is a domain's name as the API writes that of a zone, which is the form of its
// owner: "bücher.example", while its records and their names are in ASCII
// (cloudflare-go, pull request 690).
func shown(name string) string {
	if out, err := idna.Punycode.ToUnicode(name); err == nil {
		return out
	}
	return name
}

// asked tells whether a zone fits the filters of a list call.
func (c *call) asked(z *zoneRow) bool {
	if want := c.param("name"); want != "" && ascii(want) != z.Name {
		return false
	}
	for param, have := range map[string]string{"status": z.Status, "account.id": z.AccountID} {
		if want := c.param(param); want != "" && !strings.EqualFold(want, have) {
			return false
		}
	}
	return true
}

// actorError is how the service refuses to list or create zones.
func (c *call) actorError(verb, doing string) error {
	return fail(http.StatusForbidden, 0, "Actor 'com.cloudflare.api.token.%s' requires permission 'com.cloudflare.api.account.zone.%s' to %s",
		c.token.ID, verb, doing)
}

// zoneInput is the body of a create or an edit.
type zoneInput struct {
	Name    string `json:"name"`
	Account struct {
		ID string `json:"id"`
	} `json:"account"`
	Type   string   `json:"type"`
	Paused *bool    `json:"paused"`
	Vanity []string `json:"vanity_name_servers"`
}

// askDelegation asks the parent about the zone that is to be created.
func askDelegation(c *call) {
	var in zoneInput
	if json.Unmarshal(c.body, &in) != nil || in.Name == "" {
		return
	}
	name := ascii(in.Name)
	c.outside.delegation = c.api.delegation(name)
	if _, parent, ok := strings.Cut(name, "."); ok {
		c.outside.parent = c.api.delegation(parent)
	}
	if c.api.cfg.Registrar != nil {
		c.outside.registrar = c.api.cfg.Registrar(name)
	}
}

func createZone(c *call) (answer, error) {
	var in zoneInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if c.token != nil && (!allows(c.token.Permissions, ZoneEdit) || len(c.token.Zones) > 0) {
		return answer{}, c.actorError("create", "create zones")
	}
	if acc := c.st.account(in.Account.ID); acc == nil || !c.mayAccount(in.Account.ID) {
		return answer{}, fail(http.StatusForbidden, 1068, "Permission denied")
	}
	name := ascii(in.Name)
	if err := c.mayAdd(name); err != nil {
		return answer{}, err
	}
	if in.Type != "" && in.Type != "full" {
		return answer{}, bad(1107, "Only enterprise customers are allowed to create zones of type %s", in.Type) // from memory
	}
	z := c.st.newZone(name, in.Account.ID, c.now)
	z.OriginalNameServers = c.outside.delegation
	z.OriginalRegistrar = c.outside.registrar
	c.st.Zones = append(c.st.Zones, z)
	return answer{result: c.zoneView(c.st.zone(z.ID))}, nil
}

// mayAdd refuses names that cannot become a zone. Codes 1049 and 1097 are from
// memory.
func (c *call) mayAdd(name string) error {
	if _, ok := dns.IsDomainName(name); !ok || !strings.Contains(name, ".") {
		return bad(1099, "%s is not a valid domain name. Please ensure that you are providing the root domain", name)
	}
	if slices.Contains(c.api.cfg.Banned, name) {
		return bad(1097, "This zone is banned and cannot be added to Cloudflare at this time, please contact Cloudflare Support.")
	}
	if c.st.zoneByName(name) != nil {
		return bad(1061, "%s already exists", name)
	}
	if c.outside.delegation != nil {
		return nil
	}
	if c.outside.parent != nil {
		return bad(1099, "We were unable to identify %s as a registered domain. Please ensure that you are providing the root domain and not any subdomains (e.g., example.com, not subdomain.example.com)", name)
	}
	return bad(1049, "%s is not a registered domain", name)
}

func getZone(c *call) (answer, error) { return answer{result: c.zoneView(c.zone)}, nil }

func patchZone(c *call) (answer, error) {
	var in zoneInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if len(in.Vanity) > 0 || (in.Type != "" && in.Type != "full") {
		return answer{}, fail(http.StatusForbidden, 1103, "Your plan does not allow this change of the zone") // from memory
	}
	if in.Paused != nil {
		c.zone.Paused = *in.Paused
	}
	c.zone.Modified = c.now
	return answer{result: c.zoneView(c.zone)}, nil
}

func deleteZone(c *call) (answer, error) {
	id := c.zone.ID
	c.st.Zones = slices.DeleteFunc(c.st.Zones, func(z zoneRow) bool { return z.ID == id })
	return answer{result: map[string]any{"id": id}}, nil
}
