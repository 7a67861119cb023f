package cloudflare_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	sim "example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
)

func analyticsWorld(t *testing.T) world {
	t.Helper()
	hour := at.Truncate(time.Hour)
	api := sim.New(sim.Config{
		Now: func() time.Time { return at },
		Traffic: func(string, time.Time, time.Time) []sim.Traffic {
			return []sim.Traffic{
				{Host: "h.example.com", CacheStatus: "bypass", Country: "GB", Hour: hour, Count: 40, Bytes: 4000},
				{Host: "h.example.com", CacheStatus: "dynamic", Country: "IE", Hour: hour.Add(-time.Hour), Count: 2, Bytes: 20},
				{Host: "other.example.com", CacheStatus: "hit", Country: "GB", Hour: hour, Count: 99, Bytes: 9},
				{Host: "h.example.com", CacheStatus: "none", Country: "FR", Action: "block", RuleID: "r1", Hour: hour, Count: 5, Bytes: 1},
			}
		},
	})
	w := world{api: api}
	w.account = api.SeedAccount(sim.Account{Name: "a"})
	w.zone = api.SeedZone(sim.Zone{Name: "example.com", Account: w.account})
	api.SeedToken(sim.Token{Value: canary, Permissions: []sim.Permission{sim.AnalyticsRead}})
	w.Client, w.spy = connect(t, api)
	return w
}

func TestAnalytics(t *testing.T) {
	w := analyticsWorld(t)
	got, err := w.CacheStatuses(t.Context(), w.zone, "h.example.com", at.Add(-6*time.Hour), at)
	want := []steps.Count{{Key: "bypass", N: 40, Bytes: 4000}, {Key: "none", N: 5, Bytes: 1}, {Key: "dynamic", N: 2, Bytes: 20}}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
	got, err = w.Blocked(t.Context(), w.zone, "h.example.com", at.Add(-6*time.Hour), at)
	want = []steps.Count{{Key: "r1", Country: "FR", Hour: at.Truncate(time.Hour), N: 5}}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
	if n := len(w.spy.sent()); n != 2 {
		t.Errorf("%d calls, want one for each", n)
	}
	// More than the plan gives at once is narrowed: the query, the limits, the query.
	got, err = w.CacheStatuses(t.Context(), w.zone, "h.example.com", at.Add(-30*24*time.Hour), at)
	if err != nil || len(got) != 3 || len(w.spy.sent()) != 5 {
		t.Errorf("%v, %v after %q", got, err, w.spy.sent())
	}
	// Nothing is kept of a window long ago.
	got, err = w.CacheStatuses(t.Context(), w.zone, "h.example.com", at.Add(-60*24*time.Hour), at.Add(-50*24*time.Hour))
	if err != nil || got != nil {
		t.Errorf("%v, %v", got, err)
	}
}

func TestAnalyticsDenied(t *testing.T) {
	w := newWorld(t, sim.DNSEdit)
	_, err := w.CacheStatuses(t.Context(), w.zone, "h.example.com", at.Add(-time.Hour), at)
	if e := failure(t, err); e.Status != 200 || !strings.Contains(e.Message, "not authorized") || e.Ray == "" || e.Call != "POST /graphql" {
		t.Errorf("%+v", e)
	}
	if n := len(w.spy.sent()); n != 1 {
		t.Errorf("%d calls", n)
	}
}

// A plan without the data set, or without its fields, gives no figures; other
// trouble stays what it is.
func TestNoAnalytics(t *testing.T) {
	const refusal = `{"data":null,"errors":[{"message":"zone z1 does not have access to the path","extensions":{"code":"authz"}}]}`
	tests := map[string]struct {
		data, settings string
		none           bool
	}{
		"not enabled":    {refusal, `{"enabled":false}`, true},
		"no field":       {refusal, `{"enabled":true,"availableFields":["count","dimensions_country"]}`, true},
		"no access":      {refusal, `{"enabled":true,"availableFields":["dimensions_cacheStatus","dimensions_clientRequestHTTPHost"]}`, true},
		"another reason": {`{"data":null,"errors":[{"message":"unknown argument"}]}`, `{"enabled":true}`, false},
		"settings, too":  {refusal, ``, false},
		"no zone":        {`{"data":{"viewer":{"zones":[]}},"errors":null}`, `{"enabled":true}`, false},
		"no data":        {`{"data":null,"errors":null}`, `{"enabled":true}`, false},
		"a page":         {`<html>`, `{"enabled":true}`, false},
	}
	for name, tt := range tests {
		c, _ := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var in struct{ Query string }
			if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
				t.Error(err)
			}
			body := tt.data
			if strings.Contains(in.Query, "settings") && tt.settings != "" {
				body = `{"data":{"viewer":{"zones":[{"settings":{"httpRequestsAdaptiveGroups":` + tt.settings + `}}]}}}`
			}
			page(200, body).ServeHTTP(w, r)
		}))
		_, err := c.CacheStatuses(t.Context(), "z1", "h.example.com", at.Add(-time.Hour), at)
		if err == nil || errors.Is(err, steps.ErrNoAnalytics) != tt.none {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A query is a read, although it is a POST: it comes through what passes.
func TestAnalyticsTriesAgain(t *testing.T) {
	w := analyticsWorld(t)
	w.fault(t, sim.Fault{Kind: sim.Reset})
	w.fault(t, sim.Fault{Kind: sim.BadGateway})
	got, err := w.CacheStatuses(t.Context(), w.zone, "h.example.com", at.Add(-6*time.Hour), at)
	if err != nil || len(got) != 3 || len(w.spy.sent()) != 3 {
		t.Errorf("%v, %v after %q", got, err, w.spy.sent())
	}
}
