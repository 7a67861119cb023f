package web

import (
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
)

// guard knows the names under which this server may be asked.
type guard struct{ names []string }

func newGuard(more []string) guard {
	g := guard{names: []string{"localhost", "127.0.0.1", "::1"}}
	for _, m := range more {
		g.names = append(g.names, strings.ToLower(m))
	}
	return g
}

// allowed compares a Host or Origin host, whatever its port: a forwarded port
// differs from ours. There is no suffix matching.
func (g guard) allowed(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	return slices.Contains(g.names, strings.ToLower(host))
}

// hosts refuses every other Host, on every route. Without it, a page on the
// internet whose name is made to point at 127.0.0.1 could use the wizard (DNS
// rebinding); browsers send no Sec-Fetch headers then.
func (g guard) hosts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !g.allowed(r.Host) {
			plain(w, http.StatusMisdirectedRequest, "This wizard answers only at localhost, 127.0.0.1 and [::1].\nTo allow another name, start it with -allow-host NAME.\n")
			return
		}
		if o := r.Header.Get("Origin"); o != "" && o != "null" {
			u, err := url.Parse(o)
			if err != nil || u.Scheme != "http" && u.Scheme != "https" || !g.allowed(u.Host) {
				plain(w, http.StatusForbidden, "This request comes from another website.\n")
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin is stricter than [http.CrossOriginProtection]: a change needs proof
// that it comes from our own pages, and other websites may only lead here by a
// plain link.
func sameOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		site := r.Header.Get("Sec-Fetch-Site")
		var ok bool
		switch r.Method {
		case http.MethodGet, http.MethodHead:
			ok = site == "" || site == "same-origin" || site == "none" || r.Header.Get("Sec-Fetch-Mode") == "navigate" || site == "same-site"
		default:
			ok = site == "same-origin" || site == "" && sameHost(r)
		}
		if !ok {
			plain(w, http.StatusForbidden, "This request comes from another website, or from no page at all.\n")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameHost compares the Origin of an older browser with the Host that it asked.
func sameHost(r *http.Request) bool {
	u, err := url.Parse(r.Header.Get("Origin"))
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

// policy is the Content-Security-Policy. It is load-bearing: htmx would evaluate
// what the policy forbids.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store") // static files set their own
		next.ServeHTTP(w, r)
	})
}

const (
	mostBody     = 64 << 10
	mostZoneFile = 2 << 20
)

// limitBody caps what is read. Only the zone file may be larger.
func limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit := int64(mostBody)
		if r.URL.Path == "/steps/dns/choose" && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
			limit = mostZoneFile
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

// recoverer turns a panic into a page and a log line with the stack. The stack
// goes to the log only, which redacts secrets.
func (s *Server) recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.Log.ErrorContext(r.Context(), "panic", "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
				s.showProblem(w, r, errInternal)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}
