package cloudflare_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"example.test/wizard/sim/cloudflare"
	"github.com/miekg/dns"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	domain    = "attic-films.com"
	userToken = "cfut_0123456789abcdefghijklmnopqrstuvwxyzABCD"
)

// world is a small outside world with a clock that tests turn.
type world struct {
	*cloudflare.API
	t       *testing.T
	url     string
	account string

	mu         sync.Mutex
	now        time.Time
	delegation map[string][]string
	answers    []dns.RR
	connectors map[string][]cloudflare.Connector
	traffic    []cloudflare.Traffic
	dropped    []string
	configured []string
	changes    int
}

func newWorld(t *testing.T, opts ...func(*cloudflare.Config)) *world {
	t.Helper()
	w := &world{
		t: t, now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
		delegation: map[string][]string{domain: {"dns1.registrar-servers.com", "dns2.registrar-servers.com"}},
		connectors: map[string][]cloudflare.Connector{},
	}
	cfg := cloudflare.Config{
		Now:        func() time.Time { return locked(w, func() time.Time { return w.now }) },
		Delegation: func(zone string) []string { return locked(w, func() []string { return w.delegation[zone] }) },
		Registrar:  func(string) string { return "namecheap, inc. (id: 1068)" },
		Lookup:     w.lookup,
		Connectors: func(id string) []cloudflare.Connector {
			return locked(w, func() []cloudflare.Connector { return w.connectors[id] })
		},
		Disconnect: func(id, connector string) {
			locked(w, func() int { w.dropped = append(w.dropped, id+"/"+connector); return 0 })
		},
		Configured: func(id string) { locked(w, func() int { w.configured = append(w.configured, id); return 0 }) },
		Traffic:    func(string, time.Time, time.Time) []cloudflare.Traffic { return w.traffic },
		Changed:    func() { locked(w, func() int { w.changes++; return 0 }) },
		Banned:     []string{"banned.com"},
	}
	for _, o := range opts {
		o(&cfg)
	}
	w.API = cloudflare.New(cfg)
	w.SeedUser(cloudflare.User{Email: "sam@attic-films.com"})
	w.account = w.SeedAccount(cloudflare.Account{Name: "Sam's Account"})
	w.SeedToken(cloudflare.Token{Value: userToken, Name: "Plex wizard", Permissions: cloudflare.AllPermissions()})
	w.url = serve(t, w.API)
	return w
}

func locked[T any](w *world, f func() T) T {
	w.mu.Lock()
	defer w.mu.Unlock()
	return f()
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(func() {
		s.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return s.URL + "/client/v4"
}

func (w *world) lookup(name string, qtype uint16) []dns.RR {
	var out []dns.RR
	for _, rr := range w.answers {
		if rr.Header().Rrtype == qtype && strings.EqualFold(rr.Header().Name, dns.Fqdn(name)) {
			out = append(out, rr)
		}
	}
	return out
}

func (w *world) pass(d time.Duration) { locked(w, func() int { w.now = w.now.Add(d); return 0 }) }

func (w *world) delegate(ns ...string) {
	locked(w, func() int { w.delegation[domain] = ns; return 0 })
}

// reply is an envelope as it came over the wire.
type reply struct {
	Status  int
	Header  http.Header
	Raw     []byte
	Success bool
	Errors  []struct {
		Code    int
		Message string
		Source  struct{ Pointer string }
		Chain   []struct{ Code int } `json:"error_chain"`
	}
	Result json.RawMessage
	Info   struct {
		Page       int
		Count      int
		TotalCount int `json:"total_count"`
	} `json:"result_info"`
}

func (r reply) code() int {
	if len(r.Errors) == 0 {
		return -1
	}
	return r.Errors[0].Code
}

// get reads a member of the result by its names: "plan.name".
func (r reply) get(path string) any {
	var v any
	if err := json.Unmarshal(r.Result, &v); err != nil {
		return fmt.Sprintf("not JSON: %s", r.Result)
	}
	for _, name := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			var i int
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func (r reply) str(path string) string {
	s, _ := r.get(path).(string)
	return s
}

// call makes a call with the usual token.
func (w *world) call(method, path string, body any) reply {
	w.t.Helper()
	return w.as(userToken, method, path, body)
}

// as makes a call with any token ("" sends none).
func (w *world) as(token, method, path string, body any) reply {
	w.t.Helper()
	r, err := send(w.url, token, method, path, body)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

func send(base, token, method, path string, body any) (reply, error) {
	var in io.Reader
	contentType := "application/json"
	switch b := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(b)
	case form:
		in, contentType = strings.NewReader(b.body), b.contentType
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return reply{}, err
		}
		in = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, base+path, in)
	if err != nil {
		return reply{}, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if in != nil {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return reply{}, err
	}
	r := reply{Status: res.StatusCode, Header: res.Header, Raw: raw}
	_ = json.Unmarshal(raw, &r) // HTML and zone files stay raw
	return r, nil
}

// form is a body that is not JSON.
type form struct{ contentType, body string }

type obj = map[string]any

// must makes a call that has to succeed.
func (w *world) must(method, path string, body any) reply {
	w.t.Helper()
	r := w.call(method, path, body)
	if !r.Success {
		w.t.Fatalf("%s %s: %d %s", method, path, r.Status, r.Raw)
	}
	return r
}

// refused makes a call that has to fail in one way.
func (w *world) refused(status, code int, method, path string, body any) reply {
	w.t.Helper()
	r := w.call(method, path, body)
	if r.Success || r.Status != status || r.code() != code {
		w.t.Errorf("%s %s: got %d %s, want %d with code %d", method, path, r.Status, r.Raw, status, code)
	}
	return r
}

// zone creates the usual zone and answers its path.
func (w *world) zone() string {
	w.t.Helper()
	return "/zones/" + w.must("POST", "/zones", obj{"name": domain, "account": obj{"id": w.account}}).str("id")
}

func rr(t *testing.T, s string) dns.RR {
	t.Helper()
	r, err := dns.NewRR(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
