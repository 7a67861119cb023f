package steps

import "testing"

func TestCompareVersions(t *testing.T) {
	for _, c := range []struct {
		own, published string
		order          int
		ok             bool
	}{
		{"1.2.3", "v1.2.3", 0, true},
		{"v1.2.3", "1.2.4", -1, true},
		{"1.9.0", "1.10.0", -1, true},
		{"2.0.0", "1.99.99", 1, true},
		{"1.2.3-rc.1", "1.2.3", -1, true},
		{"1.2.4-rc.1", "1.2.3", 1, true},
		{"1.2.3+abc", "1.2.3", 0, true},
		{"dev", "1.2.3", 0, false},
		{"dev-0123456789ab", "1.2.3", 0, false},
		{"0.0.0-dev.0123456789ab", "1.2.3", 0, false},
		{"v0.0.0-20261122120000-0123456789ab", "1.2.3", 0, false},
		{"1.2.3", "latest", 0, false},
		{"1.2.3", "", 0, false},
		{"1.2.3-", "1.2.3", 0, false},
		{"1.2.99999999999", "1.2.3", 0, false},
		{"1.2.-3", "1.2.3", 0, false},
		{"<b>1.2.3</b>", "1.2.3", 0, false},
	} {
		if order, ok := CompareVersions(c.own, c.published); order != c.order || ok != c.ok {
			t.Errorf("%q and %q: %d %v", c.own, c.published, order, ok)
		}
	}
}
