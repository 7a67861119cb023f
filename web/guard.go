package web

import (
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"

	"example.test/wizard/steps/beside"
)

// guard knows the names under which this server may be asked.
type guard struct{ names []string }

func newGuard(more []string) guard {
	g := guard{names: []string{"localhost", "127.0.0.1", "::1"}}
	for _, m := range more {
		if m != "" { // else a request without a Host would be let in
			g.names = append(g.names, strings.ToLower(m))
		}
	}
	return g
}

// allowed compares a Host, whatever its port: a forwarded port
// differs from ours. There is no suffix matching.
func (g guard) allowed(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	} else if inner, ok := strings.CutPrefix(host, "["); ok && strings.HasSuffix(inner, "]") {
		host = strings.TrimSuffix(inner, "]")
	}
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
		next.ServeHTTP(w, r)
	})
}

// crossOrigin is [http.CrossOriginProtection], which refuses with a page of ours.
func (s *Server) crossOrigin(next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	p.SetDenyHandler(http.HandlerFunc(s.showRefused))
	return p.Handler(next)
}

// sameOrigin is stricter than [http.CrossOriginProtection]: a change needs proof
// that it comes from our own pages, and other websites, those on other ports of
// this computer among them, may only lead here by a plain link.
func (s *Server) sameOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ourOwn(r) {
			s.showRefused(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ourOwn reports whether a request comes from our own pages, from the person's
// own hand (an address that was typed, a bookmark), or from a link elsewhere.
//
// Our pages forbid a Referer, so their forms carry the Origin "null" beside a
// Sec-Fetch-Site of same-origin (Fetch standard, "append a request Origin
// header").
func ourOwn(r *http.Request) bool {
	origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
	own := sameHost(origin, r.Host)
	if origin != "" && origin != "null" && !own {
		return false
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return site == "same-origin" || site == "" && own
	}
	switch site {
	case "same-origin", "none":
		return true
	case "": // a browser from before 2023, or no browser
		return origin != "null"
	}
	dest := r.Header.Get("Sec-Fetch-Dest")
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && (dest == "" || dest == "document")
}

// sameHost compares an Origin with the Host that was asked, port and all.
func sameHost(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && strings.EqualFold(u.Host, host)
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
			limit = mostZoneFile + mostBody // the file and the form around it
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
				stack := string(debug.Stack())
				if f, ok := p.(*beside.Fault); ok {
					stack = f.Stack // where it happened, in a goroutine of its own
				}
				s.Log.ErrorContext(r.Context(), "panic", "path", r.URL.Path, "panic", p, "stack", stack)
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
