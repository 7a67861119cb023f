package cloudflare_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"example.test/wizard/sim/cloudflare"
)

func connector(conns int, reconnecting bool) []cloudflare.Connector {
	k := cloudflare.Connector{ID: "11111111-2222-4333-8444-555555555555", Version: "2026.8.2", Arch: "linux_amd64", RunAt: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	for range conns {
		k.Conns = append(k.Conns, cloudflare.Connection{
			ID: "66666666-2222-4333-8444-555555555555", Colo: "lhr01", OpenedAt: k.RunAt, OriginIP: "203.0.113.9", PendingReconnect: reconnecting,
		})
	}
	return []cloudflare.Connector{k}
}

func (w *world) connect(tunnel string, list []cloudflare.Connector) {
	locked(w, func() int { w.connectors[tunnel] = list; return 0 })
}

func TestTunnelLife(t *testing.T) {
	w := newWorld(t)
	all := "/accounts/" + w.account + "/cfd_tunnel"
	made := w.must("POST", all, obj{"name": "plex-box", "config_src": "cloudflare"})
	id := made.str("id")
	one := all + "/" + id
	if made.get("remote_config") != true || made.str("status") != "inactive" || made.get("deleted_at") != nil {
		t.Errorf("made: %s", made.Raw)
	}
	w.refused(409, 1013, "POST", all, obj{"name": "plex-box", "config_src": "cloudflare"})
	w.refused(400, 1002, "POST", all, obj{"name": " "})
	if r := w.must("GET", all+"?name=plex-box&is_deleted=false", nil); r.Info.TotalCount != 1 {
		t.Errorf("by name: %s", r.Raw)
	}
	for _, step := range []struct {
		conns  []cloudflare.Connector
		status string
	}{
		{nil, "inactive"},
		{connector(1, false), "healthy"},
		{connector(4, true), "degraded"},
		{connector(4, false), "healthy"},
		{nil, "down"},
		{connector(2, false), "healthy"},
	} {
		w.connect(id, step.conns)
		if before := w.must("GET", one, nil).str("status"); step.status == "down" && before != "healthy" {
			t.Errorf("connections end without a trace: %s", before)
		}
		w.pass(time.Minute)
		if got := w.must("GET", one, nil).str("status"); got != step.status {
			t.Errorf("status %s, want %s", got, step.status)
		}
	}
	r := w.must("GET", one+"/connections", nil)
	for path, want := range map[string]any{
		"0.id": "11111111-2222-4333-8444-555555555555", "0.version": "2026.8.2", "0.conns.1.colo_name": "lhr01", "0.conns.0.client_id": "11111111-2222-4333-8444-555555555555",
	} {
		if got := r.get(path); got != want {
			t.Errorf("connections %s = %v, want %v", path, got, want)
		}
	}
	w.refused(400, 1022, "DELETE", one, nil)
	w.must("DELETE", one+"/connections", nil)
	if !slices.Contains(w.dropped, id+"/") {
		t.Errorf("the edge was not told: %v", w.dropped)
	}
	w.must("GET", one, nil)
	w.connect(id, nil)
	w.refused(400, 1022, "DELETE", one, nil) // it still lists them
	w.pass(time.Minute)
	if r := w.must("DELETE", one, nil); r.get("deleted_at") == nil {
		t.Errorf("deleted: %s", r.Raw)
	}
	w.refused(404, 1003, "GET", one+"/token", nil)
	w.refused(404, 1003, "DELETE", one, nil)
	if r := w.must("GET", one, nil); r.get("deleted_at") == nil {
		t.Errorf("a deleted tunnel is still shown: %s", r.Raw)
	}
	if r := w.must("GET", all+"?is_deleted=false", nil); r.Info.TotalCount != 0 {
		t.Errorf("left: %s", r.Raw)
	}
	w.must("POST", all, obj{"name": "plex-box", "config_src": "cloudflare"}) // the name is free again
	if _, _, deleted, ok := w.TunnelSecret(id); !deleted || !ok {
		t.Error("the edge must know that the tunnel was deleted")
	}
}

func TestTunnelCascade(t *testing.T) {
	w := newWorld(t)
	all := "/accounts/" + w.account + "/cfd_tunnel"
	id := w.must("POST", all, obj{"name": "a", "config_src": "cloudflare"}).str("id")
	w.connect(id, connector(2, false))
	w.must("DELETE", all+"/"+id+"?cascade=true", nil)
	if !slices.Contains(w.dropped, id+"/") {
		t.Errorf("connections stay: %v", w.dropped)
	}
}

func TestTunnelToken(t *testing.T) {
	w := newWorld(t)
	all := "/accounts/" + w.account + "/cfd_tunnel"
	made := w.must("POST", all, obj{"name": "a", "config_src": "cloudflare"})
	var token string
	if err := json.Unmarshal(w.must("GET", all+"/"+made.str("id")+"/token", nil).Result, &token); err != nil || token != made.str("token") {
		t.Fatalf("token %q, when made %q", token, made.str("token"))
	}
	raw, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	var parts struct{ A, T, S string }
	if err := json.Unmarshal(raw, &parts); err != nil {
		t.Fatal(err)
	}
	tag, secret, deleted, ok := w.TunnelSecret(made.str("id"))
	if !ok || deleted || tag != w.account || len(secret) != 32 || parts.A != tag || parts.T != made.str("id") || parts.S != base64.StdEncoding.EncodeToString(secret) {
		t.Errorf("token %+v does not fit the tunnel", parts)
	}
	if _, _, _, ok := w.TunnelSecret("66666666-2222-4333-8444-555555555555"); ok {
		t.Error("a secret of an unknown tunnel")
	}
	before, _ := w.Snapshot()
	w.must("PATCH", all+"/"+made.str("id"), obj{"name": "b"})
	w.must("PATCH", all+"/"+made.str("id"), obj{"name": "a"})
	if after, _ := w.Snapshot(); string(after) != string(before) {
		t.Error("renaming there and back changed something else")
	}
}

func TestTunnelConfiguration(t *testing.T) {
	w := newWorld(t)
	all := "/accounts/" + w.account + "/cfd_tunnel"
	id := w.must("POST", all, obj{"name": "a", "config_src": "cloudflare"}).str("id")
	conf := all + "/" + id + "/configurations"
	if r := w.must("GET", conf, nil); r.get("version") != 0.0 || r.get("config.ingress") != nil {
		t.Errorf("never configured: %s", r.Raw)
	}
	host := obj{"hostname": "calm-otter." + domain, "service": "https://localhost:32400", "originRequest": obj{"noTLSVerify": true, "connectTimeout": 10}}
	last := obj{"service": "http_status:404"}
	for name, ingress := range map[string][]obj{
		"none":                    {},
		"no catch-all":            {host},
		"catch-all with a path":   {host, {"service": "http_status:404", "path": "/x"}},
		"catch-all first":         {last, host, last},
		"service without scheme":  {{"hostname": "a." + domain, "service": "localhost:32400"}, last},
		"impossible status":       {host, {"service": "http_status:99"}},
		"wildcard in the middle":  {{"hostname": "a.*." + domain, "service": "http://localhost"}, last},
		"duration as text":        {{"hostname": "a." + domain, "service": "http://localhost", "originRequest": obj{"connectTimeout": "10s"}}, last},
		"noTLSVerify is not text": {{"hostname": "a." + domain, "service": "http://localhost", "originRequest": obj{"noTLSVerify": "yes"}}, last},
	} {
		if r := w.call("PUT", conf, obj{"config": obj{"ingress": ingress}}); r.Status != 400 || r.code() != 1056 {
			t.Errorf("%s: %d %s", name, r.Status, r.Raw)
		}
	}
	if v, c := w.Configuration(id); v != 0 || c != nil || len(w.configured) != 0 {
		t.Errorf("refusals configured it: %d %s", v, c)
	}
	r := w.must("PUT", conf, obj{"config": obj{"ingress": []obj{host, last}}})
	if r.get("version") != 1.0 || r.str("config.ingress.0.hostname") != "calm-otter."+domain {
		t.Errorf("configured: %s", r.Raw)
	}
	w.must("PUT", conf, obj{"config": obj{"ingress": []obj{last}}})
	if v, c := w.Configuration(id); v != 2 || !strings.Contains(string(c), "http_status:404") || strings.Contains(string(c), "otter") {
		t.Errorf("PUT replaces: %d %s", v, c)
	}
	if !slices.Equal(w.configured, []string{id, id}) {
		t.Errorf("the edge was told %v", w.configured)
	}
}

// TestTogether: a record leads into a tunnel of its own account only.
func TestTogether(t *testing.T) {
	w := newWorld(t)
	second := w.SeedAccount(cloudflare.Account{Name: "b"})
	w.SeedZone(cloudflare.Zone{Name: "one.example", Account: w.account})
	w.SeedZone(cloudflare.Zone{Name: "two.example", Account: second})
	id := w.must("POST", "/accounts/"+w.account+"/cfd_tunnel", obj{"name": "a", "config_src": "cloudflare"}).str("id")
	for zone, want := range map[string]bool{"one.example": true, "two.example": false, "three.example": false} {
		if got := w.Together(zone, id); got != want {
			t.Errorf("%s: %v", zone, got)
		}
	}
}
