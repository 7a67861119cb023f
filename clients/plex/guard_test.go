package plex

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"example.test/wizard/steps"
)

func TestPermitted(t *testing.T) {
	own := []netip.Addr{netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("fe80::9")}
	for ip, want := range map[string]bool{
		"127.0.0.1": true, "127.8.8.8": true, "::1": true, "::ffff:127.0.0.1": true,
		"10.1.2.3": true, "172.16.0.1": true, "172.31.255.1": true, "192.168.1.5": true, "::ffff:192.168.1.5": true,
		"fd12:3456::1": true, "fc00::1": true,
		"203.0.113.9": true, "::ffff:203.0.113.9": true, // our own

		"169.254.169.254": false, "::ffff:169.254.169.254": false, "169.254.1.1": false,
		"fe80::1": false, "fe80::9": false, "fe80::1%lo": false,
		"fd00:ec2::254": false, "fd00:ec2::23": false, "fd20:ce::254": false, "fd20:ce::253": true, "100.100.100.200": false, "192.0.0.192": false, "168.63.129.16": false,
		"100.64.0.1": false, "203.0.113.5": false, "8.8.8.8": false, "172.32.0.1": false, "2606:4700::1111": false,
		"64:ff9b::7f00:1": false, "2002:7f00:1::": false,
		"224.0.0.1": false, "239.0.0.250": false, "ff02::1": false, "255.255.255.255": false,
		"0.0.0.0": false, "::": false, "0.1.2.3": false,
	} {
		err := permitted(netip.MustParseAddr(ip), own)
		if (err == nil) != want {
			t.Errorf("permitted(%s) = %v, want allowed %v", ip, err, want)
		}
	}
	if permitted(netip.Addr{}, nil) == nil {
		t.Error("no address at all is permitted")
	}
}

// The check is made on the address that the name resolved to, at the moment of
// connecting. A server that runs proves that only the guard stood in the way.
func TestGuardLooksAtTheResolvedAddress(t *testing.T) {
	reached := false
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer srv.Close()
	port := srv.URL[strings.LastIndex(srv.URL, ":"):]
	hc := lanClient(func() []netip.Addr { return nil })
	defer hc.CloseIdleConnections()
	// 0.0.0.0 leads to this computer, and is not an address of it.
	for _, host := range []string{"0.0.0.0", "[::]"} {
		r, err := get(t.Context(), "http://"+host+port+"/identity")
		if err != nil {
			t.Fatal(err)
		}
		_, err = do(hc, r)
		if _, ok := errors.AsType[*forbiddenError](err); !ok {
			t.Errorf("%s: got %v, want it to be forbidden", host, err)
		}
	}
	if reached {
		t.Error("the server was reached")
	}
	r, err := get(t.Context(), "http://localhost"+port+"/identity")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := do(hc, r); err != nil || !reached {
		t.Errorf("localhost: %v, reached %v; want it to be allowed", err, reached)
	}
}

func TestParseAddress(t *testing.T) {
	for in, want := range map[string]string{
		"192.168.1.5": "192.168.1.5:32400", " nas ": "nas:32400", "NAS.local:32401": "nas.local:32401",
		"http://nas": "nas:32400", "https://nas:8443/": "nas:8443", "fd00::5": "[fd00::5]:32400", "[fd00::5]:1": "[fd00::5]:1",
		"http://192.168.1.5:32400/web/index.html#!/settings": "192.168.1.5:32400",
		"http://nas:32400/?X-Plex-Token=canary-123":          "nas:32400",

		"": "", "ftp://nas": "", "file:///etc/passwd": "", "http://": "", "http://user:canary-123@nas": "", "nas:0": "", "nas:99999": "",
		"nas:port": "", "http://nas:32400:1/?X-Plex-Token=canary-123": "", "two words": "", `nas\share`: "",
	} {
		got, err := typedAddress(in)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: got %q, %v; want %q", in, got, err, want)
		}
		if err == nil {
			continue
		}
		if p, ok := errors.AsType[*steps.Problem](err); !ok || p.Field != "plex_address" {
			t.Errorf("%q: %v is not a problem of the form field", in, err)
		} else if strings.Contains(p.Text+p.Error(), "canary") {
			t.Errorf("%q: the problem repeats the secret: %s", in, p.Text)
		}
	}
}
