package cloudflare

import (
	"cmp"
	"net/http"
	"slices"
)

func tokenRoutes() []route {
	return []route{
		{method: "GET", pattern: "/user/tokens/verify", handle: verifyToken},
		{method: "GET", pattern: "/accounts/{account}/tokens/verify", handle: verifyToken},
		{method: "GET", pattern: "/user/tokens/permission_groups", need: TokensRead, handle: listGroups},
		{method: "GET", pattern: "/user/tokens/{token}", need: TokensRead, handle: getToken},
		{method: "GET", pattern: "/user", need: UserRead, handle: getUser},
	}
}

func verifyToken(c *call) (answer, error) {
	if c.token == nil {
		return answer{}, fail(http.StatusUnauthorized, 1000, "Invalid API Token")
	}
	res := map[string]any{"id": c.token.ID, "status": c.token.statusAt(c.now)}
	if !c.token.NotBefore.IsZero() {
		res["not_before"] = stamp(c.token.NotBefore)
	}
	if !c.token.ExpiresOn.IsZero() {
		res["expires_on"] = stamp(c.token.ExpiresOn)
	}
	ans := answer{result: res}
	if res["status"] == "active" {
		ans.notes = []item{{Code: 10000, Message: "This API Token is valid and active"}}
	}
	return ans, nil
}

func getUser(c *call) (answer, error) {
	return answer{result: map[string]any{
		"id": c.st.User.ID, "email": c.st.User.Email, "two_factor_authentication_enabled": true, "suspended": false,
	}}, nil
}

func listGroups(_ *call) (answer, error) {
	list := []map[string]any{}
	for key := range groups() {
		for _, kind := range []string{"read", "edit"} {
			name, id, scope, _ := Permission(key + ":" + kind).group()
			list = append(list, map[string]any{"id": id, "name": name, "scopes": []string{resourceOf(scope)}})
		}
	}
	slices.SortFunc(list, func(a, b map[string]any) int { return cmp.Compare(a["name"].(string), b["name"].(string)) })
	return answer{result: list}, nil
}

// resourceOf is the resource type of a permission's scope.
func resourceOf(scope string) string {
	switch scope {
	case "zone":
		return "com.cloudflare.api.account.zone"
	case "account":
		return "com.cloudflare.api.account"
	default:
		return "com.cloudflare.api.user"
	}
}

func getToken(c *call) (answer, error) {
	tok := find(c.st.Tokens, func(t Token) bool { return t.ID == c.params["token"] && !t.ofAccount() })
	if tok == nil {
		return answer{}, fail(http.StatusNotFound, 1003, "API Token not found") // from memory
	}
	res := map[string]any{
		"id": tok.ID, "name": tok.Name, "status": tok.statusAt(c.now), "issued_on": stamp(tok.Issued),
		"modified_on": stamp(tok.Issued), "policies": c.st.policies(tok),
	}
	if !tok.NotBefore.IsZero() {
		res["not_before"] = stamp(tok.NotBefore)
	}
	if !tok.ExpiresOn.IsZero() {
		res["expires_on"] = stamp(tok.ExpiresOn)
	}
	return answer{result: res}, nil
}

// policies writes a token's permissions as the API does: one policy for each
// scope, with the resources it covers.
func (s *state) policies(tok *Token) []map[string]any {
	list := []map[string]any{}
	for _, scope := range []string{"account", "zone", "user"} {
		given := []map[string]any{}
		for _, p := range tok.Permissions {
			if name, id, of, ok := p.group(); ok && of == scope {
				given = append(given, map[string]any{"id": id, "name": name})
			}
		}
		if len(given) == 0 {
			continue
		}
		list = append(list, map[string]any{
			"id": tok.ID, "effect": "allow", "permission_groups": given, "resources": s.resources(tok, scope),
		})
	}
	return list
}

// resources names what a policy of a token covers.
func (s *state) resources(tok *Token, scope string) map[string]any {
	if scope == "user" {
		return map[string]any{"com.cloudflare.api.user." + s.User.ID: "*"}
	}
	if scope == "zone" && len(tok.Zones) > 0 {
		res := map[string]any{}
		for _, z := range s.Zones {
			if slices.Contains(tok.Zones, z.Name) {
				res["com.cloudflare.api.account.zone."+z.ID] = "*"
			}
		}
		return res
	}
	if len(tok.Accounts) == 0 {
		return map[string]any{resourceOf(scope) + ".*": "*"}
	}
	res := map[string]any{}
	for _, id := range tok.Accounts {
		var of any = "*"
		if scope == "zone" {
			of = map[string]any{"com.cloudflare.api.account.zone.*": "*"}
		}
		res["com.cloudflare.api.account."+id] = of
	}
	return res
}
