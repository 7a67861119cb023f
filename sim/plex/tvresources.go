package plex

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// resource is one entry of the list of servers and players.
type resource struct {
	device
	product, provides  string
	owned              bool
	ownerID            int
	sourceTitle, token string
	present, https     bool
	connections        []Connection
}

// GET /api/v2/resources?includeHttps=1&includeRelay=1&includeIPv6=1
func (t *PlexTV) showResources(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	a, ok := t.accountOf(tokenOf(r))
	var list []resource
	if ok {
		list = append(t.servers(a), t.noise(a)...)
	}
	seen := t.cfg.Now()
	t.mu.Unlock()
	if !ok {
		answerTV(w, r, errNoUser)
		return
	}
	root := node{name: "resources", shape: shapeList}
	for _, one := range list {
		root.kids = append(root.kids, one.node(seen, only(one.connections, r)))
	}
	answer(w, r, http.StatusOK, root, bare)
}

// servers are the real entries of this pretend world; the caller holds the lock.
func (t *PlexTV) servers(a Account) []resource {
	var list []resource
	for _, d := range t.devices {
		if !d.Claimed {
			continue
		}
		t.settle(d)
		one := resource{
			device: *d, product: "Plex Media Server", provides: "server", owned: a == t.cfg.Owner,
			token: d.accessToken(a), present: d.Running && d.SignedIn, https: d.Now.HTTPSRequired,
			connections: d.Now.Connections,
		}
		if !one.owned {
			one.ownerID, one.sourceTitle = t.cfg.Owner.ID, t.cfg.Owner.Title
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b resource) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// only leaves out what the request did not include. Without includeHttps the
// plex.direct names are not told.
func only(connections []Connection, r *http.Request) []Connection {
	query := r.URL.Query()
	on := func(name string) bool { return query.Get(name) == "1" || query.Get(name) == "true" }
	var list []Connection
	for _, c := range connections {
		if c.Relay && !on("includeRelay") || c.IPv6 && !on("includeIPv6") {
			continue
		}
		if strings.Contains(c.URI, ".plex.direct:") && !on("includeHttps") {
			c.Protocol = "http"
			c.URI = "http://" + c.Address + ":" + xmlText(c.Port)
		}
		list = append(list, c)
	}
	return list
}

func (o resource) node(seen time.Time, connections []Connection) node {
	n := node{name: "resource", attrs: []attr{
		{"name", o.Name},
		{"product", o.product},
		{"productVersion", o.Version},
		{"platform", "Linux"},
		{"platformVersion", "6.12.48"},
		{"device", "PC"},
		{"clientIdentifier", o.ID},
		{"createdAt", stamp(o.Created)},
		{"lastSeenAt", stamp(seen)},
		{"provides", o.provides},
		{"ownerId", orNull(o.ownerID)},
		{"sourceTitle", orNull(o.sourceTitle)},
		{"publicAddress", o.PublicAddress},
		{"accessToken", orNull(o.token)},
		{"owned", o.owned},
		{"home", false},
		{"synced", false},
		{"relay", slices.ContainsFunc(o.connections, func(c Connection) bool { return c.Relay })},
		{"presence", o.present},
		{"httpsRequired", o.https},
		{"publicAddressMatches", true},
		{"dnsRebindingProtection", false},
		{"natLoopbackSupported", false},
	}}
	list := node{name: "connections", shape: shapeList}
	for _, c := range connections {
		list.kids = append(list.kids, node{name: "connection", attrs: []attr{
			{"protocol", c.Protocol},
			{"address", c.Address},
			{"port", c.Port},
			{"uri", c.URI},
			{"local", c.Local},
			{"relay", c.Relay},
			{"IPv6", c.IPv6},
		}})
	}
	n.kids = []node{list}
	return n
}

func orNull[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}
