package visitor_test

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.test/wizard/clients/visitor"
)

// site is any web server, with a certificate for example.com.
func site(t *testing.T, h http.HandlerFunc) *visitor.Visitor {
	t.Helper()
	srv := httptest.NewTLSServer(h)
	t.Cleanup(srv.Close)
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	return visitor.New(visitor.Config{Connect: srv.Listener.Addr().String(), RootCAs: roots})
}

func TestGetFollowsNoRedirect(t *testing.T) {
	asked := 0
	v := site(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "https://login.example.net/sign-in?signed=canary-1", http.StatusFound)
	})
	a, err := v.Get(t.Context(), "example.com", "/", nil)
	if err != nil || a.Status != http.StatusFound || asked != 1 {
		t.Errorf("Get = %+v, %v after %d requests", a, err, asked)
	}
	if got := a.Header["location"]; got != "https://login.example.net/sign-in" {
		t.Errorf("location is %q, want it without its query", got)
	}
}

func TestGetKeepsWhatTheChecksNeed(t *testing.T) {
	v := site(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cf-Ray", "abc-LHR")
		w.Header().Set("Set-Cookie", "session=canary-1")
		w.Header().Set("X-Private", "canary-2")
		fmt.Fprint(w, r.Host, " ", r.Header.Get("X-Forwarded-For"), " ", r.Header.Get("X-Plex-Token"), strings.Repeat("ä", 9000))
	})
	a, err := v.Get(t.Context(), "example.com", "/some/path", map[string]string{"X-Forwarded-For": "127.0.0.1"})
	if err != nil || a.Status != http.StatusOK || a.Path != "/some/path" || a.Took <= 0 {
		t.Errorf("Get = %+v, %v", a, err)
	}
	if !strings.HasPrefix(a.Body, "example.com 127.0.0.1 ä") || len(a.Body) > 4096 || len(a.Body) < 4000 || strings.ContainsRune(a.Body, '\uFFFD') {
		t.Errorf("body of %d bytes begins %.40q", len(a.Body), a.Body)
	}
	if a.Header["cf-ray"] != "abc-LHR" || strings.Contains(fmt.Sprint(a.Header), "canary") {
		t.Errorf("headers are %v", a.Header)
	}
}

func TestGetErrorsDoNotRepeatTheQuery(t *testing.T) {
	v := site(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for _, path := range []string{"/x?X-Plex-Token=canary-1", "/\x7f?canary-1"} {
		a, err := v.Get(t.Context(), "example.com", path, map[string]string{"X-Plex-Token": "canary-2"})
		if err != nil || a.Layer != "http" || a.Err == "" || strings.Contains(a.Err, "canary") {
			t.Errorf("Get = %+v, %v", a, err)
		}
	}
}

// An answer that breaks off is not a whole one.
func TestGetOfAnAnswerThatBreaksOff(t *testing.T) {
	v := site(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, "begin")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	a, err := v.Get(t.Context(), "example.com", "/", nil)
	if err != nil || a.Err == "" || a.Layer != "http" || a.Status != http.StatusOK || a.Body != "begin" {
		t.Errorf("Get = %+v, %v", a, err)
	}
}

func TestVisitFindsAAssetOfTheWebApp(t *testing.T) {
	for page, want := range map[string]string{
		`<script src="js/main-4f.js?v=1"></script>`: "/web/js/main-4f.js",
		`<script defer src='/web/a.js'></script>`:   "/web/a.js",
		`<script src="https://elsewhere.example/x.js"></script><script src="//cdn/x.js"></script><script src="b.js">`: "/web/b.js",
		`<script src="../../etc/x.js"></script>`: "/web/index.html",
		`<p>nothing</p>`:                         "/web/index.html",
	} {
		if got := visitor.AssetOf([]byte(page)); got != want {
			t.Errorf("%s: %q, want %q", page, got, want)
		}
	}
}
