package e2e_test

import (
	"net/http"
	"regexp"
	"strings"
	"time"
)

// told says which line of the history tells of a write.
type told struct {
	service, method, path string // path is a regular expression
	line                  string // part of the line; empty when the write changes nothing that lasts
}

func history() []told {
	return []told{
		{"Cloudflare", "POST", `/zones$`, "Add the domain to Cloudflare"},
		{"Cloudflare", "POST", `/dns_records/scan/(trigger|review)$`, ""}, // Cloudflare looks for records; none is made by it
		{"Cloudflare", "POST", `/dns_records/batch$`, "DNS records"},
		{"Cloudflare", "PUT", `/activation_check$`, "Ask Cloudflare to look at the name servers"},
		{"Cloudflare", "PUT|POST", `/http_request_cache_settings/|/rulesets`, "rule"},
		{"Cloudflare", "POST", `/cfd_tunnel$`, "Create a tunnel"},
		{"Cloudflare", "PUT", `/configurations$`, "Create a route in your tunnel"},
		{"Cloudflare", "POST", `/dns_records$`, "Create a DNS record"},
		{"Cloudflare", "PATCH", `/settings/min_tls_version$`, "Minimum TLS"},
		{"Cloudflare", "PATCH", `/settings/always_use_https$`, "Always use HTTPS"},
		{"Cloudflare", "POST", `/alerting/v3/policies$`, "Create a notification"},
		{"Plex", "PUT", `/:/prefs$`, "Add the address to Plex’s settings"},
		{"Plex", "PUT", `/myplex/refreshReachability$`, "Ask Plex to tell plex.tv again"},
	}
}

// readHistory sees that every write is in the history, with its time and result.
func (p *person) readHistory(all []call) {
	p.t.Helper()
	p.open("/history")
	entries, err := p.page.Locator("[data-entry]").All()
	p.must(err)
	var lines []string
	for _, e := range entries {
		text, err := e.InnerText()
		p.must(err)
		lines = append(lines, text)
		result, err := e.GetAttribute("data-entry")
		p.must(err)
		stamp, err := e.Locator("time").GetAttribute("datetime")
		p.must(err)
		when, err := time.Parse(time.RFC3339, stamp)
		if err != nil || time.Since(when) > time.Hour || time.Until(when) > 0 {
			p.t.Errorf("the time %q of %q: %v", stamp, text, err)
		}
		if result != "done" {
			p.t.Errorf("%q is %s", text, result)
		}
	}
	if len(all) == 0 {
		p.t.Fatal("nothing was written")
	}
	page := strings.Join(lines, "\n")
	for _, c := range all {
		if c.status >= 400 && !overtaken(c) {
			p.t.Errorf("%s %s of %s was answered %d", c.method, c.path, c.service, c.status)
		}
		if line, ok := lineOf(c); !ok {
			p.t.Errorf("nobody expects %s %s at %s", c.method, c.path, c.service)
		} else if !strings.Contains(page, line) {
			p.t.Errorf("the history does not tell of %s %s (%q)", c.method, c.path, line)
		}
	}
	if strings.Contains(page, token) {
		p.t.Error("the history holds the token")
	}
}

// overtaken reports whether Cloudflare looked at the name servers by itself in the
// moment before the wizard asked it to: then there is nothing left to check. The
// wizard looks first, so this is rare, and nobody can rule it out.
func overtaken(c call) bool {
	return c.service == "Cloudflare" && c.status == http.StatusBadRequest && strings.HasSuffix(c.path, "/activation_check")
}

func lineOf(c call) (string, bool) {
	for _, h := range history() {
		if h.service == c.service && regexp.MustCompile("^(?:"+h.method+")$").MatchString(c.method) && regexp.MustCompile(h.path).MatchString(c.path) {
			return h.line, true
		}
	}
	return "", false
}
