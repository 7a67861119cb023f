package contract_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.test/wizard/sim/contract"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// listener is a testing.TB that remembers what was reported.
type listener struct {
	testing.TB
	reports []string
}

func (l *listener) Errorf(format string, args ...any) {
	l.reports = append(l.reports, fmt.Sprintf(format, args...))
}

func answering(status int, contentType, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

const (
	verified = `{"success":true,"errors":[],"messages":[],"result":{"id":"0123456789abcdef0123456789abcdef","status":"active"}}`
	refused  = `{"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[],"result":null}`
)

func TestCloudflare(t *testing.T) {
	for _, tt := range []struct {
		name, method, path, body string
		status                   int
		answer, want             string // want is a part of the report, "" for none
		allowed                  []string
	}{
		{name: "good", method: "GET", path: "/user/tokens/verify", status: 200, answer: verified},
		{name: "a refusal", method: "GET", path: "/user/tokens/verify", status: 401, answer: refused},
		{name: "trouble", method: "GET", path: "/user/tokens/verify", status: 502, answer: `<html>`},
		{name: "wrong answer", method: "GET", path: "/user/tokens/verify", status: 200, answer: strings.Replace(verified, "active", "fine", 1), want: "status"},
		{name: "success false with 200", method: "GET", path: "/user/tokens/verify", status: 200, answer: refused, want: "answer 200"},
		{name: "a status that is not described", method: "GET", path: "/user/tokens/verify", status: 204, want: "status is not supported"},
		{name: "wrong request", method: "POST", path: "/zones", body: `{"name":"attic-films.com"}`, status: 403, answer: refused, want: "account"},
		{name: "unknown path", method: "GET", path: "/zones/x/made_up", status: 404, answer: refused, want: "not in the description"},
		{name: "unknown path, allowed", method: "GET", path: "/zones/x/made_up", status: 404, answer: refused, allowed: []string{`^GET /client/v4/zones/x/made_up$`}},
		{name: "null comment", method: "POST", path: "/zones/0123456789abcdef0123456789abcdef/dns_records", body: `{"type":"A","name":"a","content":"192.0.2.1","comment":null}`, status: 403, answer: refused},
		{name: "setting that is an object", method: "GET", path: "/zones/0123456789abcdef0123456789abcdef/settings/security_header", status: 200, answer: `{"success":true,"errors":[],"messages":[],"result":{"id":"security_header","value":{}}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := &listener{TB: t}
			got := call(t, contract.Cloudflare(l, answering(tt.status, "application/json", tt.answer), tt.allowed...), tt.method, "/client/v4"+tt.path, tt.body)
			if got.Code != tt.status || got.Body.String() != tt.answer {
				t.Errorf("the answer was changed: %d %s", got.Code, got.Body)
			}
			heard(t, l, tt.want)
		})
	}
}

func TestPlex(t *testing.T) {
	const identity = `{"MediaContainer":{"size":0,"claimed":true,"machineIdentifier":"0123456789abcdef0123456789abcdef01234567","version":"1.41.0.1-abc"}}`
	for _, tt := range []struct {
		name, path, contentType, answer, want string
		allowed                               []string
	}{
		{name: "good", path: "/identity", contentType: "application/json", answer: identity},
		{name: "wrong type", path: "/identity", contentType: "application/json", answer: `{"MediaContainer":{"claimed":"yes"}}`, want: "claimed"},
		{name: "XML is only passed on", path: "/identity", contentType: "application/xml", answer: `<MediaContainer/>`},
		{name: "unknown", path: "/library/sections", contentType: "application/json", answer: `{}`, want: "not in the description"},
		{name: "allowed", path: "/library/sections", contentType: "application/json", answer: `{}`, allowed: []string{"^GET /library/"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := &listener{TB: t}
			call(t, contract.Plex(l, answering(200, tt.contentType, tt.answer), tt.allowed...), "GET", tt.path, "")
			heard(t, l, tt.want)
		})
	}
}

// A handler may still stream and take the connection over.
func TestHandlersKeepTheirPowers(t *testing.T) {
	l := &listener{TB: t}
	h := contract.Plex(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.(http.Flusher).Flush()
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Errorf("hijack: %v", err)
			return
		}
		_ = conn.Close()
	}))
	s := httptest.NewServer(h)
	defer s.Close()
	res, err := s.Client().Get(s.URL + "/identity")
	if err == nil {
		_ = res.Body.Close()
	}
	heard(t, l, "")
}

func call(t *testing.T, h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

// heard checks that the one report contains what is wanted, or that there is none.
func heard(t *testing.T, l *listener, want string) {
	t.Helper()
	all := strings.Join(l.reports, "\n")
	if want == "" && all != "" || want != "" && !strings.Contains(all, want) {
		t.Errorf("reported %q, want %q", all, want)
	}
}
