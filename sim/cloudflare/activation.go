package cloudflare

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// How Cloudflare watches the delegation of zones: on its own schedule, which
// grows for a pending zone, and once more when somebody asks for it.
const (
	firstLook     = time.Minute
	longestLook   = time.Hour
	steadyLook    = 10 * time.Minute // for zones that are active or moved
	checkInterval = time.Hour        // between two activation checks on the free plan
	pendingLife   = 28 * 24 * time.Hour
	movedLife     = 7 * 24 * time.Hour
)

// look is when Cloudflare asks the parent about a zone next.
type look struct {
	due   time.Time
	after time.Duration // how long it waits after that one, in life's time
}

// Look does whatever Cloudflare does by itself and is due now: it asks the
// parents about zones, activates them, calls them moved, deletes the abandoned.
// Every request does this too; a world that shows the state without asking for
// it may call it from time to time.
func (a *API) Look() {
	names := a.due()
	seen := map[string][]string{}
	for _, name := range names {
		seen[name] = a.delegation(name)
	}
	a.mu.Lock()
	changed := false
	now := a.now()
	for i := range a.state.Zones {
		z := &a.state.Zones[i]
		if ns, ok := seen[z.Name]; ok && z.judge(ns, now) {
			a.looks[z.ID].due = now.Add(a.life(steadyLook))
			changed = true
		}
	}
	before := len(a.state.Zones)
	a.state.Zones = slices.DeleteFunc(a.state.Zones, func(z zoneRow) bool { return a.abandoned(&z, now) })
	changed = changed || len(a.state.Zones) < before
	a.mu.Unlock()
	if changed {
		a.changed()
	}
}

// due lists the zones whose next look is due, and sets the one after.
func (a *API) due() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	var names []string
	for i := range a.state.Zones {
		z := &a.state.Zones[i]
		l := a.looks[z.ID]
		if l == nil {
			l = &look{due: z.Created.Add(a.life(firstLook)), after: 2 * firstLook}
			a.looks[z.ID] = l
		}
		if now.Before(l.due) {
			continue
		}
		names = append(names, z.Name)
		if z.Status != statusPending {
			l.due = now.Add(a.life(steadyLook))
			continue
		}
		l.due = now.Add(a.life(l.after))
		l.after = min(2*l.after, longestLook)
	}
	return names
}

// judge compares the delegation with the assigned pair and tells whether the
// status changed.
func (z *zoneRow) judge(delegation []string, now time.Time) bool {
	here := sameServers(delegation, z.NameServers)
	switch {
	case here && z.Status != statusActive:
		z.Status, z.Moved = statusActive, time.Time{}
		if z.Activated.IsZero() {
			z.Activated = now
		}
	case !here && z.Status == statusActive:
		z.Status, z.Moved = statusMoved, now
	default:
		return false
	}
	z.Modified = now
	return true
}

// abandoned tells whether a zone's time without its delegation is over.
func (a *API) abandoned(z *zoneRow, now time.Time) bool {
	switch z.Status {
	case statusPending:
		return !now.Before(z.Created.Add(a.life(pendingLife)))
	case statusMoved:
		return !now.Before(z.Moved.Add(a.life(movedLife)))
	default:
		return false
	}
}

// sameServers compares two sets of name servers.
func sameServers(a, b []string) bool {
	norm := func(list []string) []string {
		out := make([]string, len(list))
		for i, s := range list {
			out[i] = strings.TrimSuffix(strings.ToLower(s), ".")
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return slices.Equal(norm(a), norm(b))
}

// delegation asks the parent's servers, in lower case and without final dots.
func (a *API) delegation(zone string) []string {
	if a.cfg.Delegation == nil {
		return nil
	}
	ns := a.cfg.Delegation(zone)
	if ns == nil {
		return nil
	}
	out := make([]string, len(ns))
	for i, s := range ns {
		out[i] = strings.TrimSuffix(strings.ToLower(s), ".")
	}
	return out
}

// askParent asks for the delegation of the zone in the path.
func askParent(c *call) {
	c.api.mu.Lock()
	z := c.api.state.zone(c.params["zone"])
	name := ""
	if z != nil {
		name = z.Name
	}
	c.api.mu.Unlock()
	if name != "" {
		c.outside.delegation = c.api.delegation(name)
	}
}

// checkActivation looks at the parent now; on the free plan once an hour. The
// code and status of the refusal are from memory.
func checkActivation(c *call) (answer, error) {
	z := c.zone
	if z.Status != statusPending {
		return answer{}, bad(1224, "The activation check is only available for pending zones")
	}
	next := z.Checked.Add(c.api.life(checkInterval))
	if !z.Checked.IsZero() && c.now.Before(next) {
		return answer{}, fail(http.StatusBadRequest, 1224,
			"You may only perform this action once per hour. You may try again after %s", next.Format(time.RFC3339))
	}
	z.Checked = c.now
	z.judge(c.outside.delegation, c.now)
	return answer{result: map[string]any{"id": z.ID}}, nil
}
