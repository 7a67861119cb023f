package cloudflare_test

import (
	"net/netip"
	"strings"
	"testing"

	"example.test/wizard/sim/cloudflare"
)

func visitor() cloudflare.Request {
	return cloudflare.Request{
		Host: "calm-otter.attic-films.com", Method: "GET", Path: "/web/index.html", Query: "a=1", UserAgent: "PlexTV/1.0",
		Country: "GB", Continent: "EU", IP: netip.MustParseAddr("203.0.113.9"), ASN: 64500, SSL: true,
	}
}

func TestExpressions(t *testing.T) {
	for _, tt := range []struct {
		expr string
		want bool
	}{
		{`http.host eq "calm-otter.attic-films.com"`, true},
		{`http.host eq "attic-films.com"`, false}, // exact, as the guide's rule overlooks
		{`http.host == "Calm-Otter.attic-films.com"`, false},
		{`lower(http.host) == "calm-otter.attic-films.com"`, true},
		{`(http.host wildcard "*.ATTIC-films.com")`, true},
		{`http.host strict wildcard "*.ATTIC-films.com"`, false},
		{`http.host wildcard "*films.co"`, false},
		{`http.request.uri.path wildcard r"/web/*.html"`, true},
		{`http.request.uri.path wildcard "/web/\*.html"`, false},
		{`http.host contains "otter"`, true},
		{`http.host in {"a.com" "calm-otter.attic-films.com"}`, true},
		{`(http.host eq "calm-otter.attic-films.com" and not ip.src.country in {"GB" "IE"})`, false},
		{`(http.host eq "calm-otter.attic-films.com" and not ip.geoip.country in {"US"})`, true},
		{`ip.src.country ne "US" and ssl`, true},
		{`not ssl`, false},
		{`!ssl || cf.client.bot`, false},
		{`ssl xor cf.client.bot`, true},
		{`ssl eq false`, false},
		{`cf.client.bot ne true`, true},
		{`cf.threat_score gt 40`, false}, // always 0
		{`cf.threat_score lt 1`, true},
		{`starts_with(http.request.uri.path, "/web/")`, true},
		{`ends_with(http.request.uri.path, ".js")`, false},
		{`len(http.request.uri.query) eq 3`, true},
		{`http.request.uri eq "/web/index.html?a=1"`, true},
		{`http.request.full_uri contains "https://calm-otter"`, true},
		{`http.request.uri.path.extension in {"html" "js"}`, true},
		{`ip.src in {203.0.113.0/24 2001:db8::/32}`, true},
		{`ip.src eq 203.0.113.10`, false},
		{`ip.src != 203.0.113.10`, true},
		{`ip.src.asnum in {1 64000..65000}`, true},
		{`false or true and false`, false}, // and binds tighter
		{`(true or false) and not false`, true},
		{`not false and false`, false}, // not binds tighter
		{`http.user_agent eq "say \"hi\""`, false},
		{`http.request.method in {"GET" "HEAD"} and ip.src.continent eq "EU"`, true},
	} {
		e, err := cloudflare.ParseExpression(tt.expr)
		if err != nil {
			t.Errorf("%s: %v", tt.expr, err)
			continue
		}
		if got := e.Match(visitor()); got != tt.want {
			t.Errorf("%s = %v", tt.expr, got)
		}
	}
	if (cloudflare.Expr{}).Match(visitor()) {
		t.Error("the zero expression matches")
	}
}

func TestExpressionErrors(t *testing.T) {
	for _, tt := range []struct{ expr, want string }{
		{``, "expected identifier"},
		{`http.host eq "a`, "missing ending quote"},
		{`http.host eq r#"a"`, "missing ending quote"},
		{`(http.host eq "a"`, `expected literal ")"`},
		{`http.host eq "a")`, "unrecognised input"},
		{`http.hots eq "a"`, "unknown identifier"},
		{`http.host equals "a"`, "expected operator"},
		{`http.host`, "expected operator"},
		{`http.host eq attic`, "expected a string literal"},
		{`http.host matches "a.*"`, "Business plan"},
		{`http.host ~ "a.*"`, "Business plan"},
		{`cf.bot_management.score lt 30`, "not entitled"},
		{`ip.src eq "1.2.3.4"`, "invalid IP address"},
		{`ip.src in {1.2.3.400}`, "invalid IP address"},
		{`ip.src contains 1.2.3.4`, "expected operator for type Ip"},
		{`ip.src.country in {"GB", "IE"}`, "invalid literal in set"},
		{`ip.src.country in {}`, "empty set"},
		{`ip.src in $friends`, "list not found"},
		{`ip.src.country in {"GB"`, `expected literal "}"`},
		{`cf.threat_score gt "40"`, "expected digit"},
		{`ssl and`, "expected identifier"},
		{`ssl eq 1`, "expected true or false"},
		{`regex_replace(http.host, "a", "b") eq "c"`, "unknown function"},
		{`starts_with(http.host "a")`, `expected literal ","`},
		{`lower(ssl)`, "expected argument of type Bytes"},
		{`http.host eq "a" ; ssl`, "unrecognised input"},
		{strings.Repeat("(", 100) + "ssl" + strings.Repeat(")", 100), "nested too deeply"},
		{strings.Repeat("ssl or ", 600) + "ssl", "longer than 4096"},
	} {
		_, err := cloudflare.ParseExpression(tt.expr)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.60s: %v, want %q", tt.expr, err, tt.want)
		}
	}
}

func FuzzParseExpression(f *testing.F) {
	f.Add(`(http.host eq "a" and not ip.src.country in {"GB" "IE"}) or ip.src in {::1/128} xor ssl`)
	f.Add(`r#"`)
	f.Fuzz(func(_ *testing.T, s string) {
		if e, err := cloudflare.ParseExpression(s); err == nil {
			e.Match(visitor())
		}
	})
}
