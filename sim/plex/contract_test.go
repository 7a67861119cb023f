package plex_test

import (
	"bytes"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"example.test/wizard/sim/plex"
)

// schema reads the cut of Plex's OpenAPI documents.
func schema(t *testing.T) (*openapi3.T, routers.Router) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join("..", "contract", "testdata", "plex-openapi.subset.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return doc, router
}

// conforms checks request and answer of one call, and answers with the
// operation that they belong to.
func conforms(t *testing.T, router routers.Router, r reply) string {
	t.Helper()
	what := r.Request.Method + " " + r.Request.URL.Path
	req := r.Request.Clone(t.Context())
	req.Body = http.NoBody
	route, params, err := router.FindRoute(req)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return ""
	}
	// A query token and other X-Plex arguments are allowed everywhere, by Plex's own words.
	options := &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true,
		ExcludeResponseBody: !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"),
	}
	in := &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route, Options: options}
	if r.StatusCode != http.StatusBadRequest { // what is refused need not conform
		if err := openapi3filter.ValidateRequest(t.Context(), in); err != nil {
			t.Errorf("%s: request: %v", what, err)
		}
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: r.StatusCode, Header: r.Header, Options: options}
	out.SetBodyBytes(r.body)
	if err := openapi3filter.ValidateResponse(t.Context(), out); err != nil {
		t.Errorf("%s: answer %d: %v", what, r.StatusCode, err)
	}
	wantKind(t, what, route, r)
	return route.Method + " " + route.Path
}

// wantKind compares the content type with the documented ones; the body of an
// HTML answer is not compared further.
func wantKind(t *testing.T, what string, route *routers.Route, r reply) {
	t.Helper()
	documented := route.Operation.Responses.Status(r.StatusCode)
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if documented != nil && len(documented.Value.Content) > 0 && documented.Value.Content[kind] == nil {
		t.Errorf("%s: answer %d has the type %q", what, r.StatusCode, kind)
	}
}

func TestContract(t *testing.T) {
	doc, router := schema(t)
	w := newWorld(t, nil)
	must(t, w.server.SetPreferences(map[string]string{"customConnections": "https://" + host + ":443,https://[2001:db8::5]:443"}))
	w.server.SetSessions([]plex.Session{{Title: "x", Location: "cellular", Bandwidth: 1}})
	friend, token := w.signIn("robin"), w.server.Token()
	pin := w.newPin("?strong=true")

	var seen []string
	check := func(r reply) { seen = append(seen, conforms(t, router, r)) }
	for _, path := range []string{"/identity", "/", "/:/prefs", "/:/prefs/get?id=RelayEnabled", "/:/prefs/get?id=foo", "/myplex/account", "/media/providers", "/status/sessions", "/web/index.html", "/:/websockets/notifications"} {
		if path != "/:/websockets/notifications" { // its 101 is checked elsewhere; without an upgrade it is a 400
			check(w.pms("GET", path, token))
		}
		if path != "/identity" && path != "/web/index.html" {
			check(w.pms("GET", path, ""))
		}
	}
	for _, query := range []string{"customConnections=https://a.example:443&RelayEnabled=false", "secureConnections=0", "foo=1"} {
		check(w.pms("PUT", "/:/prefs?"+query, token))
	}
	check(w.pms("PUT", "/:/prefs?RelayEnabled=true", friend))
	check(w.pms("PUT", "/myplex/refreshReachability", token))
	check(w.pms("PUT", "/myplex/refreshReachability", ""))
	must(t, w.server.SetMood(plex.Mood{Maintenance: 2}))
	check(w.pms("GET", "/identity", ""))
	check(w.pms("GET", "/", ""))

	for _, path := range []string{"/api/v2/pins?strong=true", "/api/v2/pins"} {
		check(w.plexTV("POST", path, ""))
	}
	check(w.do("POST", w.tv.URL()+"/api/v2/pins", header{"Accept": "application/json"}, bytes.NewReader(nil)))
	check(w.plexTV("GET", "/api/v2/pins/"+itoa(pin.ID), ""))
	must(t, w.tv.Allow(pin.Code, "morgan"))
	check(w.plexTV("GET", "/api/v2/pins/"+itoa(pin.ID), ""))
	check(w.plexTV("GET", "/api/v2/pins/1", ""))
	for _, who := range []string{token, friend, ""} {
		check(w.plexTV("GET", "/api/v2/user", who))
		check(w.plexTV("GET", allKinds, who))
	}
	w.tv.SetTrouble(plex.Trouble{RateLimited: 2})
	check(w.plexTV("POST", "/api/v2/pins", ""))
	check(w.plexTV("GET", allKinds, token))
	check(w.plexTV("DELETE", "/api/v2/users/signout", friend))
	check(w.plexTV("DELETE", "/api/v2/users/signout", friend))

	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			if !slices.Contains(seen, method+" "+path) {
				t.Errorf("%s %s is in the schema and was not tried", method, path)
			}
		}
	}
}
