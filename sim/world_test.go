package sim_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	mdns "github.com/miekg/dns"
	"go.uber.org/goleak"

	"example.test/wizard/sim"
	"example.test/wizard/sim/dns"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a world for the length of a test.
func start(t *testing.T, dir string) *sim.World {
	t.Helper()
	w, err := sim.Start(sim.Options{Dir: dir, Speed: 2000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// create adds the demonstration's domain, as the wizard would.
func create(t *testing.T, w *sim.World) (zoneID string, pair []string) {
	t.Helper()
	accounts := call(t, w, http.MethodGet, "/accounts", "")
	account := accounts.([]any)[0].(map[string]any)["id"].(string)
	body, err := json.Marshal(map[string]any{"name": sim.DemoDomain, "account": map[string]string{"id": account}, "type": "full"})
	if err != nil {
		t.Fatal(err)
	}
	z := call(t, w, http.MethodPost, "/zones", string(body)).(map[string]any)
	for _, ns := range z["name_servers"].([]any) {
		pair = append(pair, ns.(string))
	}
	return z["id"].(string), pair
}

func call(t *testing.T, w *sim.World, method, path, body string) any {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, w.File().CloudflareAPI+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+sim.DemoToken)
	req.Header.Set("Content-Type", "application/json")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out struct {
		Success bool
		Errors  any
		Result  any
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || !out.Success {
		t.Fatalf("%s %s: %v, %v", method, path, err, out.Errors)
	}
	return out.Result
}

// TestZoneBecomesActive checks that the parts act on each other: the registrar
// changes the delegation, the registry publishes it, and Cloudflare notices.
func TestZoneBecomesActive(t *testing.T) {
	w := start(t, t.TempDir())
	id, pair := create(t, w)
	if got := call(t, w, http.MethodGet, "/zones/"+id, "").(map[string]any)["status"]; got != "pending" {
		t.Fatalf("a new zone is %v", got)
	}
	if err := w.Do("ns"); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(20 * time.Second)
	for call(t, w, http.MethodGet, "/zones/"+id, "").(map[string]any)["status"] != "active" {
		if time.Now().After(deadline) {
			t.Fatalf("not active; the registry names %v, the pair is %v", w.DNS.Delegation(sim.DemoDomain), pair)
		}
	}
	got := w.DNS.Delegation(sim.DemoDomain)
	slices.Sort(got)
	slices.Sort(pair)
	if !slices.Equal(got, pair) {
		t.Errorf("the registry names %v, the pair is %v", got, pair)
	}
}

// TestGoesOn checks that a stopped world keeps what was changed in it. Between the two
// its ports are free, and somebody else on a busy computer may be given one.
func TestGoesOn(t *testing.T) {
	const tries = 5
	for n := 1; ; n++ {
		was, is := goesOn(t)
		if was == is {
			return
		}
		if n == tries {
			t.Fatalf("%d times Plex was elsewhere, at last at %s after %s: the tunnel’s route would lead nowhere", tries, is, was)
		}
	}
}

// goesOn stops and starts a world, and tells where Plex was and is.
func goesOn(t *testing.T) (was, is string) {
	t.Helper()
	dir := t.TempDir()
	first, err := sim.Start(sim.Options{Dir: dir, Speed: 2000})
	if err != nil {
		t.Fatal(err)
	}
	id, pair := create(t, first)
	if err := first.Plex.SetPreferences(map[string]string{"FriendlyName": "Cellar"}); err != nil {
		t.Fatal(err)
	}
	plex := first.Plex.URL()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again := start(t, dir)
	z := call(t, again, http.MethodGet, "/zones/"+id, "").(map[string]any)
	if ns := z["name_servers"].([]any); ns[0] != pair[0] || z["name"] != sim.DemoDomain {
		t.Errorf("after the restart the zone is %v", z)
	}
	if got := again.Plex.Preference("FriendlyName"); got != "Cellar" {
		t.Errorf("Plex is called %q", got)
	}
	return plex, again.Plex.URL()
}

func TestEvents(t *testing.T) {
	w := start(t, t.TempDir())
	for _, e := range sim.Events() {
		if err := w.Do(e.Name); err != nil {
			t.Errorf("%s: %v", e.Name, err)
		}
	}
	if err := w.Do("nothing"); err == nil {
		t.Error("an event that does not exist happened")
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "here.json")
	want := sim.File{CloudflareAPI: "http://127.0.0.1:1/client/v4", Resolvers: []string{"127.0.0.1:2"}, ClockSpeed: 5}
	if err := sim.WriteFile(path, want); err != nil {
		t.Fatal(err)
	}
	got, unknown, err := sim.ReadFile(path)
	if err != nil || len(unknown) > 0 || got.CloudflareAPI != want.CloudflareAPI || got.ClockSpeed != 5 {
		t.Fatalf("%+v, %v, %v", got, unknown, err)
	}
	if err := os.WriteFile(path, []byte(`{"plex_tv":"x","plextv":"y"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, unknown, err = sim.ReadFile(path); err != nil || !slices.Equal(unknown, []string{"plextv"}) {
		t.Errorf("unknown keys %v, %v", unknown, err)
	}
	if _, _, err = sim.ReadFile(filepath.Join(dir, "missing")); err == nil {
		t.Error("a missing file was read")
	}
}

// TestDamagedState checks that a state that cannot be read is said, not ignored:
// a fresh world would contradict what the wizard remembers.
func TestDamagedState(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "world.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if w, err := sim.Start(sim.Options{Dir: dir}); err == nil {
		t.Error("a world began with a damaged state")
		_ = w.Close()
	}
}

// TestAddressOfCloudflareItself: the API takes a proxied record that leads to
// Cloudflare's own addresses, and the edge then refuses to ask itself.
func TestAddressOfCloudflareItself(t *testing.T) {
	w := start(t, t.TempDir())
	id, _ := create(t, w)
	if err := w.Do("ns"); err != nil {
		t.Fatal(err)
	}
	for host, content := range map[string]string{"own": "104.21.7.7", "other": "192.0.2.7"} {
		call(t, w, http.MethodPost, "/zones/"+id+"/dns_records", `{"type":"A","name":"`+host+`","content":"`+content+`","proxied":true}`)
	}
	deadline := time.Now().Add(20 * time.Second)
	for call(t, w, http.MethodGet, "/zones/"+id, "").(map[string]any)["status"] != "active" {
		if time.Now().After(deadline) {
			t.Fatal("the zone is not active")
		}
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(w.Edge.CAPEM())
	visitor := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, w.Edge.PublicAddr())
		},
	}}
	for host, want := range map[string]string{"own": "403 error code: 1000", "other": "522 error code: 522"} {
		resp, err := visitor.Get("https://" + host + "." + sim.DemoDomain + "/")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if got := strconv.Itoa(resp.StatusCode) + " " + string(body); err != nil || got != want {
			t.Errorf("%s: %s, %v", host, got, err)
		}
	}
}

// TestSignedByCloudflare: a DS record of another key makes a moved domain dark, and
// one of the key that Cloudflare tells does not.
func TestSignedByCloudflare(t *testing.T) {
	for _, own := range []bool{false, true} {
		w := start(t, t.TempDir())
		id, pair := create(t, w)
		told := call(t, w, http.MethodPatch, "/zones/"+id+"/dnssec", `{"status":"active"}`).(map[string]any)["ds"].(string)
		_, ds, _ := strings.Cut(told, " IN DS ")
		want := mdns.RcodeSuccess
		if !own {
			ds, want = "12345 13 2 "+strings.Repeat("AB", 32), mdns.RcodeServerFailure
		}
		// until asks a server until its answer is as wanted.
		until := func(rtype uint16, server string, good func(m *mdns.Msg, text string) bool) {
			t.Helper()
			m := new(mdns.Msg)
			m.SetQuestion(sim.DemoDomain+".", rtype)
			for limit := time.Now().Add(20 * time.Second); ; {
				answer, _, err := new(mdns.Client).ExchangeContext(t.Context(), m, server)
				if err != nil {
					t.Fatal(err)
				}
				if good(answer, answer.String()) {
					return
				}
				if time.Now().After(limit) {
					t.Fatalf("Cloudflare's own key %v: %v", own, answer)
				}
			}
		}
		registry := []string{w.DNS.Addresses()[dns.Registry1], w.DNS.Addresses()[dns.Registry2]}
		if err := w.DNS.SetDS(sim.DemoDomain, ds); err != nil {
			t.Fatal(err)
		}
		for _, server := range registry {
			until(mdns.TypeDS, server, func(_ *mdns.Msg, text string) bool { return strings.Contains(text, ds) })
		}
		if err := w.DNS.SetDelegation(sim.DemoDomain, pair); err != nil {
			t.Fatal(err)
		}
		for _, server := range registry {
			until(mdns.TypeNS, server, func(_ *mdns.Msg, text string) bool { return strings.Contains(text, pair[0]) })
		}
		until(mdns.TypeNS, w.DNS.Resolvers()[0], func(m *mdns.Msg, text string) bool {
			return m.Rcode == want && strings.Contains(text, pair[0]) == own
		})
	}
}
