package cloudflare_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"example.test/wizard/sim/cloudflare"
)

const cacheQuery = `query($zone: string!, $since: Time!, $until: Time!, $host: string!) {
  viewer { zones(filter: {zoneTag: $zone}) {
    httpRequestsAdaptiveGroups(limit: 50, orderBy: [count_DESC],
      filter: {datetime_geq: $since, datetime_lt: $until, clientRequestHTTPHost: $host, requestSource: "eyeball"}) {
        count sum { edgeResponseBytes } dimensions { cacheStatus clientRequestHTTPHost } } } }
}`

// ask runs a query and answers data and the first error's message.
func (w *world) ask(query string, vars obj) (data reply, problem string) {
	w.t.Helper()
	r := w.call("POST", "/graphql", obj{"query": query, "variables": vars})
	if r.Status != 200 {
		w.t.Fatalf("graphql: %d %s", r.Status, r.Raw)
	}
	var body struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal(r.Raw, &body); err != nil {
		w.t.Fatal(err)
	}
	if len(body.Errors) > 0 {
		return reply{Result: body.Data, Raw: r.Raw}, body.Errors[0].Message
	}
	return reply{Result: body.Data, Raw: r.Raw}, ""
}

func TestAnalytics(t *testing.T) {
	w := newWorld(t)
	zone := strings.TrimPrefix(w.zone(), "/zones/")
	host := "calm-otter." + domain
	hour := w.now.Add(-time.Hour).Truncate(time.Hour)
	w.traffic = []cloudflare.Traffic{
		{Host: host, CacheStatus: "dynamic", Country: "GB", Hour: hour, Count: 7, Bytes: 700},
		{Host: host, CacheStatus: "bypass", Country: "GB", Hour: hour, Count: 20, Bytes: 5000},
		{Host: host, CacheStatus: "dynamic", Country: "IE", Hour: hour, Count: 3, Bytes: 300},
		{Host: host, CacheStatus: "none", Country: "RU", Action: "block", RuleID: "r1", Hour: hour, Count: 4},
		{Host: host, CacheStatus: "hit", Country: "GB", Hour: hour.Add(-30 * time.Hour), Count: 99},
		{Host: "www.elsewhere.com", CacheStatus: "hit", Country: "GB", Hour: hour, Count: 50},
	}
	vars := obj{"zone": zone, "since": w.now.Add(-6 * time.Hour).Format(time.RFC3339), "until": w.now.Format(time.RFC3339), "host": host}
	writes := w.Writes()
	got, problem := w.ask(cacheQuery, vars)
	if problem != "" {
		t.Fatal(problem)
	}
	const rows = "viewer.zones.0.httpRequestsAdaptiveGroups."
	for path, want := range map[string]any{
		"0.dimensions.cacheStatus": "bypass", "0.count": 20.0, "0.sum.edgeResponseBytes": 5000.0,
		"1.dimensions.cacheStatus": "dynamic", "1.count": 10.0, "2.dimensions.cacheStatus": "none", "3": nil,
	} {
		if v := got.get(rows + path); v != want {
			t.Errorf("%s = %v, want %v: %s", path, v, want, got.Raw)
		}
	}
	got, problem = w.ask(`{viewer{zones(filter:{zoneTag:"`+zone+`"}){blocked: firewallEventsAdaptiveGroups(limit:10,filter:{datetime_geq:"`+
		w.now.Add(-6*time.Hour).Format(time.RFC3339)+`",action_in:["block"]}){count dimensions{action ruleId country: clientCountryName}}}}}`, nil)
	if problem != "" || got.get("viewer.zones.0.blocked.0.dimensions.country") != "RU" || got.get("viewer.zones.0.blocked.0.count") != 4.0 {
		t.Errorf("firewall events: %s %s", problem, got.Raw)
	}
	if w.Writes() != writes {
		t.Error("a query was counted as a write")
	}
}

func TestAnalyticsSettings(t *testing.T) {
	w := newWorld(t)
	zone := strings.TrimPrefix(w.zone(), "/zones/")
	got, problem := w.ask(`query Limits($zone: string!) {viewer{zones(filter:{zoneTag:$zone}){settings{httpRequestsAdaptiveGroups{enabled maxDuration maxPageSize notOlderThan availableFields}}}}}`, obj{"zone": zone})
	node := "viewer.zones.0.settings.httpRequestsAdaptiveGroups."
	if problem != "" || got.get(node+"enabled") != true || got.get(node+"maxDuration") != 86400.0 || !strings.Contains(string(got.Raw), "dimensions_cacheStatus") {
		t.Errorf("%s %s", problem, got.Raw)
	}
}

func TestAnalyticsErrorsAnswer200(t *testing.T) {
	w := newWorld(t)
	zone := strings.TrimPrefix(w.zone(), "/zones/")
	w.traffic = []cloudflare.Traffic{{Host: domain, Hour: w.now.Truncate(time.Hour), Count: 1}}
	groups := func(args, fields string) string {
		return `{viewer{zones(filter:{zoneTag:"` + zone + `"}){httpRequestsAdaptiveGroups(` + args + `){` + fields + `}}}}`
	}
	since := func(d time.Duration) string { return `datetime_geq:"` + w.now.Add(-d).Format(time.RFC3339) + `"` }
	for name, tt := range map[string]struct{ query, want string }{
		"syntax":            {`{viewer{`, "expected"},
		"no variable":       {`query($z:string!){viewer{zones(filter:{zoneTag:$z}){zoneTag}}}`, `variable "z"`},
		"another zone":      {`{viewer{zones(filter:{zoneTag:"` + strings.Repeat("0", 32) + `"}){zoneTag}}}`, "not authorized"},
		"no zone":           {`{viewer{zones{zoneTag}}}`, "zoneTag is required"},
		"unknown dataset":   {`{viewer{zones(filter:{zoneTag:"` + zone + `"}){videoQuality{count}}}}`, "unknown field"},
		"no limit":          {groups(`filter:{`+since(time.Hour)+`}`, "count"), "limit"},
		"no start":          {groups(`limit:1,filter:{}`, "count"), "datetime_geq is required"},
		"too wide":          {groups(`limit:1,filter:{`+since(25*time.Hour)+`}`, "count"), "too large"},
		"unknown dimension": {groups(`limit:1,filter:{`+since(time.Hour)+`}`, "dimensions{mood}"), `unknown field "mood"`},
		"unknown filter":    {groups(`limit:1,filter:{`+since(time.Hour)+`,mood:"x"}`, "count"), `unknown field "mood"`},
	} {
		if _, problem := w.ask(tt.query, nil); !strings.Contains(problem, tt.want) {
			t.Errorf("%s: %q, want %q", name, problem, tt.want)
		}
	}
	w.SeedToken(cloudflare.Token{Value: userToken, Permissions: []cloudflare.Permission{cloudflare.ZoneEdit}})
	if _, problem := w.ask(groups(`limit:1,filter:{`+since(time.Hour)+`}`, "count"), nil); !strings.Contains(problem, "not authorized") {
		t.Errorf("without Analytics Read: %q", problem)
	}
}
