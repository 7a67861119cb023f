package cloudflare_test

import (
	"testing"
)

func TestAccessNeedsAnOrganization(t *testing.T) {
	w := newWorld(t)
	w.zone()
	base := "/accounts/" + w.account + "/access"
	app := obj{"type": "self_hosted", "name": "Plex in browsers", "domain": "web." + domain, "session_duration": "24h"}
	w.refused(403, 9999, "GET", base+"/organizations", nil)
	w.refused(403, 9999, "GET", base+"/apps", nil)
	w.refused(403, 9999, "POST", base+"/apps", app)
	org := w.must("POST", base+"/organizations", obj{"name": "Sam", "auth_domain": "sam"})
	if org.Status != 201 || org.str("auth_domain") != "sam.cloudflareaccess.com" {
		t.Errorf("organization: %d %s", org.Status, org.Raw)
	}
	w.refused(409, 12130, "POST", base+"/organizations", obj{"name": "Sam", "auth_domain": "sam"})
	if r := w.must("PUT", base+"/organizations", obj{"name": "Samantha"}); r.str("name") != "Samantha" || r.str("auth_domain") != "sam.cloudflareaccess.com" {
		t.Errorf("renamed: %s", r.Raw)
	}
	w.must("POST", base+"/apps", app)
}

func TestAccessApps(t *testing.T) {
	w := newWorld(t)
	w.zone()
	base := "/accounts/" + w.account + "/access"
	w.must("POST", base+"/organizations", obj{"name": "Sam", "auth_domain": "sam"})
	me := obj{"name": "me", "decision": "allow", "include": []obj{{"email": obj{"email": "sam@attic-films.com"}}}}
	w.refused(400, 12130, "POST", base+"/apps", obj{"type": "self_hosted", "domain": "web.example.net"})
	w.refused(400, 12130, "POST", base+"/apps", obj{"type": "saas", "domain": "web." + domain})
	w.refused(400, 12130, "POST", base+"/apps", obj{"type": "self_hosted", "domain": "web." + domain, "policies": []obj{{"name": "x"}}})
	made := w.must("POST", base+"/apps", obj{"type": "self_hosted", "name": "Plex", "domain": "web." + domain + "/admin", "policies": []obj{me}})
	one := base + "/apps/" + made.str("id")
	if made.Status != 201 || len(made.str("aud")) != 64 || made.str("policies.0.decision") != "allow" {
		t.Errorf("made: %d %s", made.Status, made.Raw)
	}
	w.refused(400, 11010, "POST", base+"/apps", obj{"type": "self_hosted", "domain": "web." + domain + "/admin"})
	if apps := w.AccessApps("WEB." + domain); len(apps) != 1 || apps[0].Name != "Plex" || apps[0].Type != "self_hosted" {
		t.Errorf("guards: %+v", apps)
	}
	if apps := w.AccessApps("plex." + domain); len(apps) != 0 {
		t.Errorf("guards another host: %+v", apps)
	}
	policy := w.must("POST", one+"/policies", obj{"name": "family", "decision": "allow", "include": []obj{{"everyone": obj{}}}})
	if policy.Status != 201 || policy.get("precedence") != 2.0 {
		t.Errorf("policy: %d %s", policy.Status, policy.Raw)
	}
	path := one + "/policies/" + policy.str("id")
	w.refused(400, 12130, "PUT", path, obj{"name": "family", "decision": "maybe", "include": []obj{{}}})
	w.must("PUT", path, obj{"name": "friends", "decision": "deny", "include": []obj{{"everyone": obj{}}}})
	if r := w.must("GET", path, nil); r.str("name") != "friends" || r.get("precedence") != 2.0 {
		t.Errorf("changed: %s", r.Raw)
	}
	if r := w.must("DELETE", path, nil); r.Status != 202 {
		t.Errorf("delete a policy: %d", r.Status)
	}
	w.refused(404, 11022, "GET", path, nil)
	w.must("PUT", one, obj{"type": "self_hosted", "name": "All", "domain": "*." + domain})
	if r := w.must("GET", base+"/apps", nil); r.Info.TotalCount != 1 || r.str("0.name") != "All" || r.str("0.policies.0.name") != "me" {
		t.Errorf("list: %s", r.Raw)
	}
	if apps := w.AccessApps("plex." + domain); len(apps) != 1 {
		t.Errorf("a wildcard guards every host: %+v", apps)
	}
	if r := w.must("DELETE", one, nil); r.Status != 202 {
		t.Errorf("delete: %d", r.Status)
	}
	w.refused(404, 11021, "GET", one, nil)
}
