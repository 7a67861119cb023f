package cloudflare

import (
	"slices"
	"time"
)

// lingers is how long connections are still listed after their end, and how long
// a tunnel cannot be deleted because of them.
const lingers = 5 * time.Second

// ending is a connector as it was last seen connected.
type ending struct {
	last Connector
	gone time.Time // when it was first missed; zero while it is there
}

// linger lists the connectors of a tunnel as the service does: those that are
// connected, and those whose connections ended a moment ago. The API is locked.
func (c *call) linger(tunnel string) []Connector {
	list, known := c.outside.connectors[tunnel], c.api.ended[tunnel]
	for _, k := range list {
		if len(k.Conns) == 0 {
			continue
		}
		if known == nil {
			known = map[string]ending{}
			c.api.ended[tunnel] = known
		}
		known[k.ID] = ending{last: k}
	}
	for id, e := range known {
		if slices.ContainsFunc(list, func(k Connector) bool { return k.ID == id }) {
			continue
		}
		if e.gone.IsZero() {
			e.gone = c.now
			known[id] = e
		}
		if c.now.Sub(e.gone) >= c.api.life(lingers) {
			delete(known, id)
			continue
		}
		list = append(list, e.last)
	}
	c.outside.connectors[tunnel] = list
	return list
}
