package cloudflare_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	sim "example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
)

func TestTunnels(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	made, err := w.CreateTunnel(ctx, w.account, "plex box")
	if err != nil || made.ID == "" || made.Name != "plex box" || made.Status != "inactive" || !made.Remote || made.Created.IsZero() || !made.Active.IsZero() {
		t.Fatalf("%+v, %v", made, err)
	}
	if _, err := w.CreateTunnel(ctx, w.account, "plex box"); failure(t, err).Code != 1013 || steps.Unclear(err) {
		t.Errorf("made twice: %v", err)
	}
	list, err := w.TunnelsNamed(ctx, w.account, "plex box")
	if err != nil || len(list) != 1 || list[0].ID != made.ID {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err = w.TunnelsNamed(ctx, w.account, "plex"); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	token, err := w.TunnelToken(ctx, w.account, made.ID)
	if err != nil || token.IsZero() || strings.Contains(fmt.Sprint(token), token.Reveal()) {
		t.Errorf("%v, %v", token, err)
	}
	if cons, err := w.Connectors(ctx, w.account, made.ID); err != nil || len(cons) != 0 {
		t.Errorf("%+v, %v", cons, err)
	}
	if err := w.DeleteTunnel(ctx, w.account, made.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Tunnel(ctx, w.account, made.ID); !errors.Is(err, steps.ErrNotFound) {
		t.Errorf("a deleted tunnel: %v", err)
	}
	if list, err = w.TunnelsNamed(ctx, w.account, "plex box"); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestConnectors(t *testing.T) {
	since := at.Add(-time.Hour)
	api := sim.New(sim.Config{
		Now: func() time.Time { return at },
		Connectors: func(string) []sim.Connector {
			conn := func(colo string) sim.Connection {
				return sim.Connection{ID: "1bedc50d-42b3-473c-b108-ff3d10c0d925", Colo: colo, OpenedAt: since, OriginIP: "192.0.2.7"}
			}
			return []sim.Connector{{
				ID: "1bedc50d-42b3-473c-b108-ff3d10c0d900", Version: "2026.8.2", Arch: "linux_amd64", RunAt: since,
				Conns: []sim.Connection{conn("lhr01"), conn("ams02"), conn("lhr02"), conn("ams03")},
			}}
		},
	})
	acc := api.SeedAccount(sim.Account{Name: "a"})
	api.SeedToken(sim.Token{Value: canary, Permissions: sim.AllPermissions()})
	c, _ := connect(t, api)
	made, err := c.CreateTunnel(t.Context(), acc, "plex")
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Connectors(t.Context(), acc, made.ID)
	if err != nil || len(got) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	k := got[0]
	if k.ID != "1bedc50d-42b3-473c-b108-ff3d10c0d900" || k.Version != "2026.8.2" || k.Arch != "linux_amd64" || !k.Since.Equal(since) ||
		k.IP != "192.0.2.7" || !slices.Equal(k.Colos, []string{"lhr01", "ams02", "lhr02", "ams03"}) || k.Ray == "" {
		t.Errorf("%+v", k)
	}
	tun, err := c.Tunnel(t.Context(), acc, made.ID)
	if err != nil || tun.Status != "healthy" {
		t.Errorf("%+v, %v", tun, err)
	}
}

// theirs is a configuration with everything that is not ours, oddly written.
const theirs = `{"ingress": [ {"service":"http://127.0.0.1:8080", "hostname":"other.example.com","originRequest":{"httpHostHeader":"<x>","connectTimeout":30}, "new member":1.50},` +
	`{"service":"http_status:404"} ],"warp-routing":{"enabled":false},"originRequest":{ "keepAliveTimeout":90}}`

// put serves one configuration and keeps what is written.
func put(t *testing.T, config string) (c steps.Tunnels, written *string) {
	t.Helper()
	written = new(string)
	client, _ := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			js, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			*written = string(js)
		}
		page(200, `{"success":true,"errors":[],"result":{"tunnel_id":"t1","version":4,"config":`+config+`}}`).ServeHTTP(w, r)
	}))
	return client, written
}

func TestIngressKeepsOthers(t *testing.T) {
	c, written := put(t, theirs)
	in, err := c.Ingress(t.Context(), "a1", "t1")
	if err != nil || in.Version != 4 || len(in.Rules) != 2 || in.Rules[0].Host != "other.example.com" || in.Rules[1].Host != "" || in.Ray == "" {
		t.Fatalf("%+v, %v", in, err)
	}
	in.Rules = slices.Insert(in.Rules, 1, steps.IngressRule{Host: "x7k2.example.com", Service: "https://localhost:32400", NoTLSVerify: true})
	if err := c.SaveIngress(t.Context(), "a1", "t1", in); err != nil {
		t.Fatal(err)
	}
	want := `{"config":{"ingress":[` +
		`{"service":"http://127.0.0.1:8080", "hostname":"other.example.com","originRequest":{"httpHostHeader":"<x>","connectTimeout":30}, "new member":1.50},` +
		`{"hostname":"x7k2.example.com","originRequest":{"connectTimeout":10,"keepAliveTimeout":15,"noTLSVerify":true},"service":"https://localhost:32400"},` +
		`{"service":"http_status:404"}],` +
		`"originRequest":{ "keepAliveTimeout":90},"warp-routing":{"enabled":false}}}`
	if *written != want {
		t.Errorf("wrote\n%s, want\n%s", *written, want)
	}
}

func TestIngressShapes(t *testing.T) {
	ours := steps.IngressRule{Host: "h.example.com", Service: "http://localhost:32400"}
	everything := steps.IngressRule{Service: "http_status:404"}
	tests := map[string]struct {
		in   []steps.IngressRule
		want string
	}{
		"catch-all is added":     {[]steps.IngressRule{{Host: "a.b", Path: "/x", Service: "http_status:403"}}, `{"hostname":"a.b","path":"/x","service":"http_status:403"},{"service":"http_status:404"}`},
		"catch-all goes last":    {[]steps.IngressRule{everything, ours}, `{"hostname":"h.example.com","originRequest":{"connectTimeout":10,"keepAliveTimeout":15,"noTLSVerify":false},"service":"http://localhost:32400"},{"service":"http_status:404"}`},
		"no rules":               {nil, `{"service":"http_status:404"}`},
		"a path is no catch-all": {[]steps.IngressRule{{Path: "/x", Service: "http_status:403"}}, `{"path":"/x","service":"http_status:403"},{"service":"http_status:404"}`},
		"altered rule": {[]steps.IngressRule{{
			Host: "h.example.com", Service: "https://localhost:32400", NoTLSVerify: true,
			Rest: []byte(`{"hostname":"h.example.com","service":"http://localhost:1","originRequest":{"http2Origin":true}, "id":"7"}`),
		}}, `{"hostname":"h.example.com","id":"7","originRequest":{"http2Origin":true,"noTLSVerify":true},"service":"https://localhost:32400"},{"service":"http_status:404"}`},
	}
	for name, tt := range tests {
		c, written := put(t, "null")
		if err := c.SaveIngress(t.Context(), "a1", "t1", steps.Ingress{Rules: tt.in}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if want := `{"config":{"ingress":[` + tt.want + `]}}`; *written != want {
			t.Errorf("%s: wrote\n%s, want\n%s", name, *written, want)
		}
	}
	c, written := put(t, "null")
	for name, in := range map[string]steps.Ingress{
		"two catch-alls": {Rules: []steps.IngressRule{everything, ours, {Host: "*", Service: "http://x"}}},
		"bad rest":       {Rest: []byte(`[]`)},
		"bad rule":       {Rules: []steps.IngressRule{{Rest: []byte(`7`)}}},
	} {
		if err := c.SaveIngress(t.Context(), "a1", "t1", in); err == nil || *written != "" {
			t.Errorf("%s: wrote %s, %v", name, *written, err)
		}
	}
}

func TestIngressNeverConfigured(t *testing.T) {
	w := newWorld(t)
	made, err := w.CreateTunnel(t.Context(), w.account, "plex")
	if err != nil {
		t.Fatal(err)
	}
	in, err := w.Ingress(t.Context(), w.account, made.ID)
	if err != nil || in.Version != 0 || in.Rules != nil {
		t.Fatalf("%+v, %v", in, err)
	}
	in.Rules = []steps.IngressRule{{Host: "h.example.com", Service: "https://localhost:32400", NoTLSVerify: true}}
	if err := w.SaveIngress(t.Context(), w.account, made.ID, in); err != nil {
		t.Fatal(err)
	}
	in, err = w.Ingress(t.Context(), w.account, made.ID)
	if err != nil || in.Version == 0 || len(in.Rules) != 2 || !in.Rules[0].NoTLSVerify || in.Rules[1].Service != "http_status:404" {
		t.Errorf("%+v, %v", in, err)
	}
	for body, none := range map[string]bool{
		`{"success":false,"errors":[{"code":1055,"message":"Configuration for tunnel not found"}]}`: true,
		`{"success":false,"errors":[{"code":1003,"message":"Tunnel not found"}]}`:                   false,
	} {
		c, _ := connect(t, page(404, body))
		if _, err := c.Ingress(t.Context(), "a1", "t1"); (err == nil) != none {
			t.Errorf("%s: %v", body, err)
		}
	}
}
