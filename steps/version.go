package steps

import (
	"strconv"
	"strings"
	"time"
)

// Published is the newest release of this program, as the place where its
// releases are kept names it.
type Published struct {
	Version string // such as v1.2.3
	At      time.Time
	Page    string // where a person reads about it and downloads it; empty when there is no such page
}

// CompareVersions tells whether own is older (-1), the same (0) or newer (1)
// than published. ok is false when that cannot be told: what was built from
// the source between two releases has no place in their order.
func CompareVersions(own, published string) (order int, ok bool) {
	a, okA := parseVersion(own)
	b, okB := parseVersion(published)
	if !okA || !okB {
		return 0, false
	}
	for i := range a {
		if a[i] != b[i] {
			return max(-1, min(1, a[i]-b[i])), true
		}
	}
	return 0, true
}

// parseVersion reads major, minor and patch (semver.org), and as the fourth
// number -1 for a version before the release of that name, such as 1.2.3-rc.1.
func parseVersion(s string) (out [4]int, ok bool) {
	s, _, _ = strings.Cut(strings.TrimPrefix(s, "v"), "+")
	s, early, before := strings.Cut(s, "-")
	parts := strings.Split(s, ".")
	if len(parts) != 3 {
		return out, false
	}
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 31)
		if err != nil {
			return out, false
		}
		out[i] = int(n)
	}
	if out == [4]int{} {
		return out, false // 0.0.0 is what development versions call themselves
	}
	if before {
		if early == "" {
			return out, false
		}
		out[3] = -1
	}
	return out, true
}
