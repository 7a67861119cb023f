package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	mdns "github.com/miekg/dns"

	"example.test/wizard/sim/cloudflare"
	"example.test/wizard/sim/edge"
)

// policy is what a zone's rules and settings decide about one request, in the
// order of Cloudflare's phases: custom rules, Under Attack and Bot Fight Mode,
// Access, and then what is done with the answer.
func (w *World) policy(r *http.Request, v edge.Visitor) edge.Verdict {
	host := hostOf(r)
	zone, ok := w.Cloudflare.ZoneFor(host)
	if !ok {
		return edge.Verdict{}
	}
	req := request(r, host, v)
	for _, rule := range w.Cloudflare.Rules(zone, "http_request_firewall_custom") {
		if !matches(rule, req) {
			continue
		}
		switch rule.Action {
		case "block":
			return edge.Verdict{Action: edge.ActionBlock, RuleID: rule.ID}
		case "managed_challenge", "js_challenge", "challenge":
			return edge.Verdict{Action: edge.ActionChallenge, RuleID: rule.ID}
		}
	}
	browser := strings.Contains(r.UserAgent(), "Mozilla/")
	if w.Cloudflare.Setting(zone, "security_level") == "under_attack" || w.Cloudflare.BotFightMode(zone) && !browser {
		return edge.Verdict{Action: edge.ActionChallenge}
	}
	if len(w.Cloudflare.AccessApps(host)) > 0 {
		return edge.Verdict{Action: edge.ActionAccess}
	}
	out := edge.Verdict{
		RocketLoader: w.Cloudflare.Setting(zone, "rocket_loader") == "on",
		NoWebSocket:  w.Cloudflare.Setting(zone, "websockets") == "off",
	}
	if age := w.hsts(zone); age > 0 {
		out.Header = http.Header{"Strict-Transport-Security": {fmt.Sprintf("max-age=%d", age)}}
	}
	for _, rule := range w.Cloudflare.Rules(zone, "http_config_settings") {
		var set struct {
			RocketLoader *bool `json:"rocket_loader"`
		}
		if matches(rule, req) && json.Unmarshal(rule.ActionParameters, &set) == nil && set.RocketLoader != nil {
			out.RocketLoader = *set.RocketLoader
		}
	}
	for _, rule := range w.Cloudflare.Rules(zone, "http_request_cache_settings") {
		var set struct {
			Cache *bool `json:"cache"`
		}
		if matches(rule, req) && json.Unmarshal(rule.ActionParameters, &set) == nil && set.Cache != nil {
			out.CacheBypass = !*set.Cache
		}
	}
	return out
}

// hsts is how long browsers are to remember that a zone has HTTPS, in seconds; 0
// when they are not to.
func (w *World) hsts(zone string) int {
	var h struct {
		Strict struct {
			Enabled bool
			MaxAge  int `json:"max_age"`
		} `json:"strict_transport_security"`
	}
	b, err := json.Marshal(w.Cloudflare.Setting(zone, "security_header"))
	if err != nil || json.Unmarshal(b, &h) != nil || !h.Strict.Enabled {
		return 0
	}
	return h.Strict.MaxAge
}

func matches(rule cloudflare.Rule, req cloudflare.Request) bool {
	if !rule.Enabled {
		return false
	}
	expr, err := cloudflare.ParseExpression(rule.Expression)
	return err == nil && expr.Match(req)
}

func request(r *http.Request, host string, v edge.Visitor) cloudflare.Request {
	ip, _ := netip.ParseAddr(v.IP)
	return cloudflare.Request{
		Host: host, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, UserAgent: r.UserAgent(), Referer: r.Referer(),
		Country: v.Country, IP: ip, SSL: true, BotClient: strings.Contains(r.UserAgent(), "Googlebot"),
	}
}

func hostOf(r *http.Request) string {
	host, _, _ := strings.Cut(strings.ToLower(r.Host), ":")
	return host
}

// lookup is what the present authoritative servers of a name say.
func (w *World) lookup(name string, qtype uint16) []mdns.RR { return w.DNS.Lookup(name, qtype) }

// traffic remembers the latest visits, for analytics.
type traffic struct {
	mu   sync.Mutex
	hits []edge.Hit
}

const mostHits = 5000

func (t *traffic) note(h edge.Hit) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.hits) >= mostHits {
		t.hits = append(t.hits[:0], t.hits[mostHits/2:]...)
	}
	t.hits = append(t.hits, h)
}

func (t *traffic) between(host string, since, until time.Time) []cloudflare.Traffic {
	t.mu.Lock()
	defer t.mu.Unlock()
	type key struct {
		host, cache, country, action, rule string
		hour                               time.Time
	}
	sums := map[key]*cloudflare.Traffic{}
	var out []*cloudflare.Traffic
	for _, h := range t.hits {
		if host != "" && h.Host != host || h.Time.Before(since) || !h.Time.Before(until) {
			continue
		}
		k := key{h.Host, h.CacheStatus, h.Country, string(h.Action), h.RuleID, h.Time.Truncate(time.Hour)}
		row := sums[k]
		if row == nil {
			row = &cloudflare.Traffic{Host: k.host, CacheStatus: k.cache, Country: k.country, Action: k.action, RuleID: k.rule, Hour: k.hour}
			sums[k], out = row, append(out, row)
		}
		row.Count++
		row.Bytes += h.Bytes
	}
	rows := make([]cloudflare.Traffic, len(out))
	for i, row := range out {
		rows[i] = *row
	}
	return rows
}
