// Package contract checks calls against the published API descriptions: it wraps
// a handler and reports every request and every answer that does not fit.
//
// It knows the two documents, by name, and where tests find them; it does not
// know what the handlers do. A description proves shape, not behaviour. It is
// meant for tests only.
package contract

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// Cloudflare wraps a handler that serves Cloudflare's API under /client/v4.
// Allowed are regular expressions on "METHOD /path" for calls that are let
// through unchecked, because the description lacks them or is known to be wrong.
func Cloudflare(t testing.TB, h http.Handler, allowed ...string) http.Handler {
	t.Helper()
	doc := load(t, "cloudflare-openapi.subset.json")
	doc.Servers = openapi3.Servers{{URL: "/client/v4"}} // any host
	mend(t, doc)
	return wrap(t, doc, h, allowed)
}

// Plex wraps a handler that serves a Plex Media Server or plex.tv, like Cloudflare.
func Plex(t testing.TB, h http.Handler, allowed ...string) http.Handler {
	t.Helper()
	doc := load(t, "plex-openapi.subset.json")
	doc.Servers = nil
	for _, item := range doc.Paths.Map() {
		item.Servers = nil // any host
	}
	return wrap(t, doc, h, allowed)
}

// load reads a description. They lie beside this package, so that no test is ever
// left out for want of one; testdata/README.md says where they come from.
func load(t testing.TB, name string) *openapi3.T {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(repository(t), "sim", "contract", "testdata", name))
	if err != nil {
		t.Fatalf("contract not checked: %v", err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(b)
	if err != nil {
		t.Fatalf("read %s: %v", name, err)
	}
	return doc
}

// repository finds the folder with go.mod, from the test's working folder up.
func repository(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = up
	}
}

// checker validates the calls that pass through it.
type checker struct {
	t       testing.TB
	router  routers.Router
	allowed []*regexp.Regexp
	next    http.Handler
}

func wrap(t testing.TB, doc *openapi3.T, h http.Handler, allowed []string) http.Handler {
	t.Helper()
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatalf("contract: %v", err)
	}
	c := &checker{t: t, router: router, next: h}
	for _, a := range allowed {
		c.allowed = append(c.allowed, regexp.MustCompile(a))
	}
	return c
}

// ServeHTTP passes the call on and reports what does not fit the description.
func (c *checker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call := r.Method + " " + r.URL.Path
	for _, a := range c.allowed {
		if a.MatchString(call) {
			c.next.ServeHTTP(w, r)
			return
		}
	}
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		c.t.Errorf("contract: %s: not in the description: %v", call, err)
		c.next.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Errorf("contract: %s: read the request: %v", call, err)
	}
	in := &openapi3filter.RequestValidationInput{
		Request: copyOf(r, body), PathParams: params, Route: route, Options: options(),
	}
	if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
		c.t.Errorf("contract: %s: request: %s", call, short(err))
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	tee := &recorder{ResponseWriter: w, status: http.StatusOK}
	c.next.ServeHTTP(tee, r)
	c.answer(call, in, tee)
}

// answer checks what was written. Nothing can be said of a connection that was
// taken over, of a body too large to keep, and of the trouble of a 5xx.
func (c *checker) answer(call string, in *openapi3filter.RequestValidationInput, tee *recorder) {
	if tee.hijacked || tee.status >= http.StatusInternalServerError {
		return
	}
	opts := options()
	contentType, _, _ := strings.Cut(tee.Header().Get("Content-Type"), ";")
	opts.ExcludeResponseBody = tee.tooLarge || (contentType != "application/json" && contentType != "text/plain")
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: tee.status, Header: tee.Header(), Options: opts,
	}
	out.SetBodyBytes(tee.body.Bytes())
	if err := openapi3filter.ValidateResponse(context.Background(), out); err != nil {
		c.t.Errorf("contract: %s: answer %d: %s\n%s", call, tee.status, short(err), clip(tee.body.String()))
	}
}

func options() *openapi3filter.Options {
	return &openapi3filter.Options{
		AuthenticationFunc:    openapi3filter.NoopAuthenticationFunc,
		IncludeResponseStatus: true, SkipSettingDefaults: true, MultiError: true,
		ExcludeReadOnlyValidations: true, // "paused" is writable, whatever the description says
	}
}

// copyOf makes a request for the validator alone, so that what it does to the
// body and the URL does not reach the handler.
func copyOf(r *http.Request, body []byte) *http.Request {
	c := r.Clone(r.Context())
	c.Body = io.NopCloser(bytes.NewReader(body))
	return c
}

// short is an error without the schema that the validator quotes with it.
func short(err error) string {
	s := err.Error()
	if i := strings.Index(s, "\nSchema:"); i >= 0 {
		s = s[:i]
	}
	return clip(s)
}

func clip(s string) string {
	if len(s) > 1200 {
		return s[:1200] + " …"
	}
	return s
}
