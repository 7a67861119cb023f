package steps

import (
	"slices"
	"strings"
	"time"
)

// MadeAt is when something was last made or changed by us, as far as the history
// tells; zero when it does not.
func (b Belonging) MadeAt(history []Event) (at time.Time) {
	for _, ev := range history {
		if ev.Result == Done && ev.At.After(at) && slices.Contains(b.madeBy(), ev.Action) {
			at = ev.At
		}
	}
	return at
}

// madeBy lists the actions that make or change it, by its id.
func (b Belonging) madeBy() []string {
	kind, rest, _ := strings.Cut(b.ID, "-")
	switch {
	case b.ID == "route", b.ID == "record":
		return []string{"set-" + b.ID}
	case b.ID == "connector":
		return []string{"install-connector", "update-connector"}
	case b.ID == "tunnel":
		return []string{"create-tunnel"}
	case b.ID == "plex-url":
		return []string{"set-url"}
	case b.ID == "plex-"+prefRemote:
		return []string{"remote-off"}
	case b.ID == "plex-"+prefRelay:
		return []string{"relay-off"}
	case b.ID == "plex-"+prefOpen:
		return []string{"clear-allowed"}
	case kind == "access":
		return []string{"access " + rest}
	case kind == "alert":
		return []string{"add " + rest, "change " + rest}
	case kind == "setting":
		return []string{"set " + rest}
	case strings.HasSuffix(b.ID, "_cache"):
		return []string{"create-cache-rule", "change-cache-rule"}
	}
	return []string{"add " + b.ID, "change " + b.ID} // a rule of step 8
}
