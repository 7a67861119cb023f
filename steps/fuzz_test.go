package steps_test

import (
	"strings"
	"testing"

	"example.test/wizard/steps"
)

// FuzzNames: a name that is taken for a host or a tunnel is one.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"plex", "copper-otter", "-a", "a-", "a.b", "", "ÄÖ", "xn--a", "a b", strings.Repeat("a", 64), "www", "a\x00", "*", "_acme"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if steps.ValidSubdomain(name) == "" {
			if len(name) > 253 || strings.ContainsAny(name, " \t\r\n\x00/:@?#*\\\"'<>") || strings.HasPrefix(name, "-") || strings.HasSuffix(name, "-") {
				t.Fatalf("%q is taken as a host", name)
			}
		}
		if steps.ValidTunnelName(name) == "" && (strings.TrimSpace(name) == "" || strings.ContainsAny(name, "\r\n\x00")) {
			t.Fatalf("%q is taken as the name of a tunnel", name)
		}
	})
}
