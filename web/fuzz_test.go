package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// FuzzHost: only the names of this computer, whatever stands around them.
func FuzzHost(f *testing.F) {
	for _, s := range []string{"localhost", "localhost:8080", "127.0.0.1", "[::1]:1", "::1", "evil.test", "localhost.evil.test", "LOCALHOST.", "127.0.0.1:8080@evil.test", "[::1", "nas.lan:80", "", ":", "[localhost]", "127.1", "0x7f.1", "localhost\x00.evil.test"} {
		f.Add(s)
	}
	g := newGuard([]string{"nas.lan"})
	f.Fuzz(func(t *testing.T, host string) {
		if !g.allowed(host) {
			return
		}
		bare := strings.ToLower(host)
		for _, name := range []string{"localhost", "127.0.0.1", "::1", "nas.lan"} {
			rest, ok := strings.CutPrefix(strings.TrimPrefix(bare, "["), name)
			if rest = strings.TrimPrefix(rest, "]"); ok && (rest == "" || rest[0] == ':' || rest == "]") {
				return
			}
		}
		t.Fatalf("%q is answered", host)
	})
}

// FuzzOrigin: a change is let through only with proof that it is ours.
func FuzzOrigin(f *testing.F) {
	for _, s := range [][2]string{{"http://localhost:8080", ""}, {"null", "same-origin"}, {"http://evil.test", "same-origin"}, {"", "none"}, {"http://localhost:8080@evil.test", ""}, {"http://localhost:8080.evil.test", ""}, {"HTTP://LOCALHOST:8080/", ""}, {"file://", ""}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, origin, site string) {
		r := &http.Request{Method: http.MethodPost, Host: "localhost:8080", Header: http.Header{"Origin": {origin}, "Sec-Fetch-Site": {site}}}
		if !ourOwn(r) {
			return
		}
		u, err := url.Parse(origin)
		own := err == nil && strings.EqualFold(u.Host, "localhost:8080") && (u.Scheme == "http" || u.Scheme == "https")
		if site != "same-origin" && !(site == "" && own) || origin != "" && origin != "null" && !own {
			t.Fatalf("Origin %q with Sec-Fetch-Site %q is let through", origin, site)
		}
	})
}
