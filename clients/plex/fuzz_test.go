package plex

import (
	"net"
	"strconv"
	"strings"
	"testing"
)

// FuzzAddress: what a person pastes is a host and a port, or refused; a key in a
// pasted address is not kept.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"nas", "nas:32400", "https://192.168.1.2:32400/web?X-Plex-Token=abcdefgh", "[fd00::5]:1", "fd00::5", "http://u:p@nas", "ftp://nas", "nas:99999", ":32400", "http://", "a b", "nas:0", "http://nas/\r\nHost: x", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		at, err := parseAddress(typed)
		if err != nil {
			return
		}
		host, port, err := net.SplitHostPort(at)
		n, perr := strconv.Atoi(port)
		if err != nil || perr != nil || host == "" || n < 1 || n > 65535 {
			t.Fatalf("%q is taken as %q", typed, at)
		}
		if strings.ContainsAny(host, "/?#@ \r\n\t") {
			t.Fatalf("%q is taken as the host %q", typed, host)
		}
		if again, err := parseAddress(at); err != nil || again != at {
			t.Fatalf("%q gives %q, which gives %q, %v", typed, at, again, err)
		}
	})
}
