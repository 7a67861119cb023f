package cloudflare

import (
	"net/http"
	"regexp"
	"strings"
)

// route is one endpoint. In its pattern {account}, {zone} and so on are
// identifiers; need is the permission without which it answers 10000.
type route struct {
	method, pattern string
	need            Permission
	handle          func(*call) (answer, error)
	prepare         func(*call) // asks the outside world, before the lock
	reads           bool        // a POST that changes nothing
}

// routes lists every endpoint, by subject.
func routes() []route {
	var all []route
	for _, part := range [][]route{
		tokenRoutes(), accountRoutes(), zoneRoutes(), recordRoutes(), scanRoutes(), dnssecRoutes(), rulesetRoutes(),
		settingRoutes(), tunnelRoutes(), accessRoutes(), alertRoutes(), analyticsRoutes(),
	} {
		all = append(all, part...)
	}
	return all
}

// match finds the endpoint of a call and the identifiers in its path.
func (a *API) match(method, path string) (route, map[string]string, error) {
	known := false
	for _, rt := range a.routes {
		params, ok := fit(rt.pattern, path)
		if !ok {
			continue
		}
		known = true
		if rt.method != method {
			continue
		}
		for name, id := range params {
			if !validID(name, id) {
				err := noRoute(basePath + path)
				err.status = http.StatusBadRequest
				return route{}, nil, err
			}
		}
		return rt, params, nil
	}
	if known {
		return route{}, nil, fail(http.StatusMethodNotAllowed, 10405, "Method %s not available for that URI.", method) // from memory
	}
	return route{}, nil, noRoute(basePath + path)
}

// fit compares a path with a pattern, segment by segment.
func fit(pattern, path string) (map[string]string, bool) {
	want, have := strings.Split(pattern, "/"), strings.Split(strings.TrimSuffix(path, "/"), "/")
	if len(want) != len(have) {
		return nil, false
	}
	params := map[string]string{}
	for i, w := range want {
		if name, ok := strings.CutPrefix(w, "{"); ok && have[i] != "" {
			params[strings.TrimSuffix(name, "}")] = have[i]
			continue
		}
		if w != have[i] {
			return nil, false
		}
	}
	return params, true
}

// validID tells whether an identifier in a path has the form of its kind.
func validID(name, id string) bool {
	switch name {
	case "zone", "account", "record", "ruleset", "rule", "token", "policy":
		return matched(`^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, id)
	case "tunnel", "app":
		return matched(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, id)
	default: // names such as a phase or a setting
		return matched(`^[0-9a-z_]+$`, id)
	}
}

// matched is regexp.MatchString for patterns that are constants of this package.
func matched(pattern, s string) bool { return regexp.MustCompile(pattern).MatchString(s) }
