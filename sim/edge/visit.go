package edge

import (
	"fmt"
	"net/http"
	"strings"
)

// visit is one request on its way through the edge.
type visit struct {
	edge    *Edge
	w       http.ResponseWriter
	r       *http.Request
	host    string
	route   Route
	visitor Visitor
	verdict Verdict
	mood    Mood

	status      int
	bytes       int64
	cacheStatus string
}

// answer goes through the edge's own order: its own pages, faults, rules, cache, origin.
func (v *visit) answer() {
	if v.r.URL.Path == "/cdn-cgi/trace" {
		v.trace()
		return
	}
	v.route, v.mood = v.edge.cfg.Route(v.host), v.edge.mood(v.host)
	switch v.mood {
	case MoodChallenge:
		v.verdict.Action = ActionChallenge
	case MoodAccess:
		v.verdict.Action = ActionAccess
	default:
		v.verdict = v.edge.cfg.Policy(v.r, v.visitor)
		if v.verdict.Action == "" {
			v.verdict.Action = ActionAllow
		}
	}
	switch v.verdict.Action {
	case ActionBlock:
		v.page(blockedPage())
		return
	case ActionChallenge:
		v.head().Set("Cf-Mitigated", "challenge")
		v.page(challengePage())
		return
	case ActionAccess:
		v.login()
		return
	}
	if page, ok := faultPage(v.mood); ok {
		v.page(page)
		return
	}
	v.forward()
}

// forward sends the request where its host's record points.
func (v *visit) forward() {
	if v.mood == MoodOtherOrigin {
		v.direct(http.HandlerFunc(otherOrigin))
		return
	}
	switch {
	case v.route.Kind == RouteTunnel:
		v.tunnel()
	case v.route.Kind == RouteOrigin && v.route.Origin != nil:
		v.direct(v.route.Origin)
	case v.route.Kind == RouteOrigin:
		v.page(errorPage(522))
	case v.route.Kind == RouteItself:
		v.page(errorPage(1000))
	default:
		v.page(errorPage(1016))
	}
}

// head returns the answer's headers with those that the edge puts on everything.
func (v *visit) head() http.Header {
	h := v.w.Header()
	h.Set("Server", "cloudflare")
	h.Set("Cf-Ray", v.visitor.Ray)
	return h
}

// begin writes the answer's head.
func (v *visit) begin(status int) {
	h := v.head()
	if v.cacheStatus != "none" {
		h.Set("Cf-Cache-Status", strings.ToUpper(v.cacheStatus))
	}
	for name, values := range v.verdict.Header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	v.status = status
	v.w.WriteHeader(status)
}

// Write counts what the visitor gets.
func (v *visit) Write(p []byte) (int, error) {
	n, err := v.w.Write(p)
	v.bytes += int64(n)
	return n, err
}

// login sends the visitor to the Access login page.
func (v *visit) login() {
	to := v.verdict.Location
	if to == "" {
		to = fmt.Sprintf("https://pretend.cloudflareaccess.com/cdn-cgi/access/login/%s?redirect_url=%%2F", v.host)
	}
	v.head().Set("Location", to)
	v.begin(http.StatusFound)
}

// direct lets an origin answer that needs no tunnel.
func (v *visit) direct(origin http.Handler) {
	v.cacheStatus = "dynamic"
	origin.ServeHTTP(&passage{v}, v.toOrigin())
}

// passage is the ResponseWriter of a direct origin.
type passage struct{ v *visit }

func (p *passage) Header() http.Header { return p.v.w.Header() }

func (p *passage) WriteHeader(status int) { p.v.begin(status) }

func (p *passage) Write(b []byte) (int, error) {
	if p.v.status == 0 {
		p.v.begin(http.StatusOK)
	}
	return p.v.Write(b)
}

func otherOrigin(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	_, _ = w.Write([]byte("<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n</body>\n</html>\n"))
}

func (v *visit) log() {
	v.edge.cfg.Log(Hit{
		Time: v.edge.cfg.Now(), Host: v.host, Method: v.r.Method, Path: v.r.URL.Path, Status: v.status, CacheStatus: v.cacheStatus,
		Country: v.visitor.Country, IP: v.visitor.IP, Action: v.verdict.Action, RuleID: v.verdict.RuleID, Ray: v.visitor.Ray, Bytes: v.bytes,
	})
}
