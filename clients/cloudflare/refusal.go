package cloudflare

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"example.test/wizard/steps"
)

// refusals remembers which changes Cloudflare refused for want of a permission.
// The probes only read, so a token with Read in place of Edit, or for one zone
// alone, passes them all: such a refusal is the first that is heard of it.
type refusals struct {
	mu     sync.Mutex
	at     map[refusalKey]time.Time
	phases map[string]string // of rulesets that were read, by id
}

type refusalKey struct {
	what  string            // the key of the permission
	asker [sha256.Size]byte // of the token
}

// Refused implements [steps.Tokens].
func (c *Client) Refused(p steps.Permission) time.Time {
	secret, err := c.secret()
	if err != nil {
		return time.Time{}
	}
	c.refusals.mu.Lock()
	defer c.refusals.mu.Unlock()
	return c.refusals.at[refusalKey{p.Key, sha256.Sum256([]byte(secret))}]
}

// heard notes how a call ended. A refusal learns the name of its permission, and
// a change that was made takes back the refusals of its kind.
func (c *Client) heard(x *exchange, req *http.Request, e *steps.ServiceError) {
	c.refusals.mu.Lock()
	defer c.refusals.mu.Unlock()
	if req.Method == http.MethodGet && !strings.HasSuffix(x.path, "/token") { // a tunnel's key is only for who may edit it
		if e == nil {
			c.refusals.read(x)
		}
		return
	}
	key := refusalKey{c.refusals.permission(x.path, req), sha256.Sum256([]byte(x.secret.Reveal()))}
	switch {
	case key.what == "":
	case e == nil:
		delete(c.refusals.at, key)
	case forbidden(e):
		for _, p := range Permissions() {
			if p.Key == key.what {
				e.Permission = p.Name
			}
		}
		if c.refusals.at == nil {
			c.refusals.at = map[refusalKey]time.Time{}
		}
		c.refusals.at[key] = c.now()
	}
}

// forbidden is [denied] without what a plan does not allow: for a change, a 403
// alone may mean that too.
func forbidden(e *steps.ServiceError) bool {
	switch e.Code {
	case 10000, 9109, 1068, 1007:
		return e.Status == http.StatusForbidden || e.Status == http.StatusBadRequest
	case 0:
		return strings.Contains(e.Message, "requires permission")
	}
	return false
}

// read learns the phase of a ruleset, which the paths of its rules do not tell.
func (r *refusals) read(x *exchange) {
	_, phase, ok := strings.Cut(strings.TrimSuffix(x.path, "/entrypoint"), "/rulesets/phases/")
	var set struct {
		ID string `json:"id"`
	}
	if !ok || json.Unmarshal(x.out.result, &set) != nil || set.ID == "" {
		return
	}
	if r.phases == nil {
		r.phases = map[string]string{}
	}
	r.phases[set.ID] = phase
}

// permission is the key of what a change needs; empty when that is not known.
func (r *refusals) permission(path string, req *http.Request) string {
	part := strings.Split(strings.Trim(path, "/"), "/") // zones, id, kind, …
	kind := ""
	if len(part) > 2 {
		kind = part[2]
	}
	switch part[0] + "/" + kind {
	case "zones/", "zones/activation_check":
		return "zone"
	case "zones/dns_records":
		return "dns"
	case "zones/settings":
		return "zone_settings"
	case "zones/bot_management":
		return "bot_management"
	case "zones/rulesets":
		phase := phaseIn(req)
		if len(part) > 3 {
			phase = r.phases[part[3]]
		}
		return map[string]string{steps.PhaseCache: "cache_settings", steps.PhaseCustom: "zone_waf", steps.PhaseConfig: "config_settings"}[phase]
	case "accounts/cfd_tunnel":
		return "argotunnel"
	case "accounts/alerting":
		return "notifications"
	case "accounts/access":
		return keyAccess
	}
	return ""
}

// phaseIn is the phase of a ruleset that is to be made.
func phaseIn(req *http.Request) string {
	var set struct {
		Phase string `json:"phase"`
	}
	if req.GetBody == nil {
		return ""
	}
	body, err := req.GetBody()
	if err != nil {
		return ""
	}
	defer body.Close()
	_ = json.NewDecoder(body).Decode(&set) // what cannot be read names none
	return set.Phase
}
