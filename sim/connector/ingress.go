package connector

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// document is the remote configuration, as far as the stand-in uses it; durations are whole seconds.
type document struct {
	Ingress       []rule         `json:"ingress"`
	OriginRequest *originRequest `json:"originRequest,omitempty"`
}

// rule is one ingress rule as it is written.
type rule struct {
	Hostname      string         `json:"hostname,omitempty"`
	Path          string         `json:"path,omitempty"`
	Service       string         `json:"service"`
	OriginRequest *originRequest `json:"originRequest,omitempty"`
}

type originRequest struct {
	NoTLSVerify      *bool   `json:"noTLSVerify,omitempty"`
	ConnectTimeout   *int    `json:"connectTimeout,omitempty"`
	OriginServerName *string `json:"originServerName,omitempty"`
	HTTPHostHeader   *string `json:"httpHostHeader,omitempty"`
}

// defaultConnectTimeout is cloudflared's.
const defaultConnectTimeout = 30 * time.Second

// settings are the effective options of a rule.
type settings struct {
	noTLSVerify    bool
	connectTimeout time.Duration
	serverName     string
	hostHeader     string
}

func (s *settings) take(o *originRequest) {
	if o == nil {
		return
	}
	if o.NoTLSVerify != nil {
		s.noTLSVerify = *o.NoTLSVerify
	}
	if o.ConnectTimeout != nil {
		s.connectTimeout = time.Duration(*o.ConnectTimeout) * time.Second
	}
	if o.OriginServerName != nil {
		s.serverName = *o.OriginServerName
	}
	if o.HTTPHostHeader != nil {
		s.hostHeader = *o.HTTPHostHeader
	}
}

// route is one ingress rule, ready for use.
type route struct {
	hostname string // lower case; "" and "*" match every host
	path     *regexp.Regexp
	service  string   // as written, for logs
	status   int      // for http_status services, else 0
	origin   *url.URL // for http and https services
	settings settings
}

// ingressError is an error in cloudflared's own words, which are sentences.
type ingressError string

func (e ingressError) Error() string { return string(e) }

// parseIngress reads a configuration and applies cloudflared's rules about it.
func parseIngress(raw json.RawMessage) ([]route, error) {
	var d document
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	if len(d.Ingress) == 0 {
		d.Ingress = []rule{{Service: "http_status:503"}}
	}
	routes := make([]route, 0, len(d.Ingress))
	for i, r := range d.Ingress {
		rt, err := r.parse(d.OriginRequest)
		if err != nil {
			return nil, fmt.Errorf("rule #%d: %w", i+1, err)
		}
		last, all := i == len(d.Ingress)-1, rt.matchesAll()
		if last && !all {
			return nil, ingressError("The last ingress rule must match all URLs (i.e. it should not have a hostname or path filter)")
		}
		if !last && all {
			return nil, ingressError(fmt.Sprintf(
				"Rule #%d is matching the hostname '%s', but this will match every hostname, meaning the rules which follow it will never be triggered.", i+1, r.Hostname))
		}
		routes = append(routes, rt)
	}
	return routes, nil
}

func (r rule) parse(defaults *originRequest) (route, error) {
	rt := route{hostname: strings.ToLower(r.Hostname), service: r.Service, settings: settings{connectTimeout: defaultConnectTimeout}}
	rt.settings.take(defaults)
	rt.settings.take(r.OriginRequest)
	if strings.Contains(strings.TrimPrefix(rt.hostname, "*."), "*") && rt.hostname != "*" {
		return rt, ingressError(`Hostname patterns can have at most one wildcard character ("*") and it can only be used for subdomains, e.g. "*.example.com"`)
	}
	if strings.Contains(rt.hostname, ":") {
		return rt, ingressError("Hostname cannot contain a port")
	}
	if r.Path != "" {
		re, err := regexp.Compile(r.Path)
		if err != nil {
			return rt, fmt.Errorf("path: %w", err)
		}
		rt.path = re
	}
	if code, ok := strings.CutPrefix(r.Service, "http_status:"); ok {
		n, err := strconv.Atoi(code)
		if err != nil || n < 100 || n > 999 {
			return rt, fmt.Errorf("invalid HTTP status code %q", code)
		}
		rt.status = n
		return rt, nil
	}
	u, err := url.Parse(r.Service)
	if err != nil || u.Hostname() == "" {
		return rt, fmt.Errorf("%s is an invalid address, please make sure it has a scheme and a hostname", r.Service)
	}
	if u.Path != "" && u.Path != "/" {
		return rt, fmt.Errorf("%s is an invalid address, ingress rules don't support proxying to a different path on the origin service", r.Service)
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return rt, fmt.Errorf("service %s: the stand-in carries only http, https and http_status", r.Service)
	}
	rt.origin = u
	return rt, nil
}

func (r route) matchesAll() bool {
	return (r.hostname == "" || r.hostname == "*") && r.path == nil
}

// matches tells whether the rule is for this host (no port) and path.
func (r route) matches(host, path string) bool {
	host = strings.ToLower(host)
	if r.path != nil && !r.path.MatchString(path) {
		return false
	}
	if suffix, ok := strings.CutPrefix(r.hostname, "*."); ok {
		return strings.HasSuffix(host, "."+suffix)
	}
	return r.hostname == "" || r.hostname == "*" || r.hostname == host
}
