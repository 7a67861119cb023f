package edge

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"example.test/wizard/sim/edge/wire"
)

// registry is who is connected: the live connections, by tunnel.
type registry struct {
	mu    sync.Mutex
	conns map[string][]*tunnelConn
	runAt map[string]time.Time // by connector, since its first connection
	next  int
}

func newRegistry() *registry {
	return &registry{conns: map[string][]*tunnelConn{}, runAt: map[string]time.Time{}}
}

// add admits a connection, or says why not.
func (r *registry) add(c *tunnelConn, reg wire.Registration, now time.Time) *wire.Refusal {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.gone {
		return &wire.Refusal{Cause: "connection closed", ShouldRetry: true}
	}
	tunnelID := reg.TunnelID.String()
	for _, o := range r.conns[tunnelID] {
		if o.reg.ConnectorID == reg.ConnectorID && o.reg.ConnIndex == reg.ConnIndex && !o.draining {
			if o == c || !reg.ReplaceExisting {
				return &wire.Refusal{Cause: "EDUPCONN", ShouldRetry: true}
			}
			o.draining = true
		}
	}
	c.reg, c.tunnelID, c.openedAt = reg, tunnelID, now
	id := c.reg.ConnectorID.String()
	if _, ok := r.runAt[id]; !ok {
		r.runAt[id] = c.openedAt
	}
	r.conns[c.tunnelID] = append(r.conns[c.tunnelID], c)
	return nil
}

// drain keeps new requests away from a connection.
func (r *registry) drain(c *tunnelConn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.draining = true
}

// remove forgets a connection that has ended.
func (r *registry) remove(c *tunnelConn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.gone = true
	rest := slices.DeleteFunc(r.conns[c.tunnelID], func(o *tunnelConn) bool { return o == c })
	if len(rest) == 0 {
		delete(r.conns, c.tunnelID)
	} else {
		r.conns[c.tunnelID] = rest
	}
	for _, o := range rest {
		if o.reg.ConnectorID == c.reg.ConnectorID {
			return
		}
	}
	delete(r.runAt, c.reg.ConnectorID.String())
}

// pick chooses a connection for a visitor, each in turn; nil when the tunnel has none.
func (r *registry) pick(tunnelID string) *tunnelConn {
	r.mu.Lock()
	defer r.mu.Unlock()
	conns := r.conns[tunnelID]
	for range conns {
		r.next++
		c := conns[r.next%len(conns)]
		if !c.draining && c.h2.CanTakeNewRequest() {
			return c
		}
	}
	return nil
}

// of lists the connections of a tunnel.
func (r *registry) of(tunnelID string) []*tunnelConn {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.conns[tunnelID])
}

// connectors lists them as the API tells it, the oldest first.
func (r *registry) connectors(tunnelID string) []Connector {
	r.mu.Lock()
	defer r.mu.Unlock()
	byID := map[string]*Connector{}
	for _, c := range r.conns[tunnelID] {
		if c.draining {
			continue
		}
		id := c.reg.ConnectorID.String()
		k := byID[id]
		if k == nil {
			k = &Connector{
				ID: id, Version: c.reg.Version, Arch: c.reg.Arch, Features: slices.Clone(c.reg.Features), RunAt: r.runAt[id], ConfigVersion: noVersion,
			}
			byID[id] = k
		}
		k.ConfigVersion = max(k.ConfigVersion, int(c.applied.Load()))
		k.Conns = append(k.Conns, Conn{
			ID: c.id.String(), Index: int(c.reg.ConnIndex), Colo: c.colo, OpenedAt: c.openedAt, OriginIP: connectorIP,
		})
	}
	out := make([]Connector, 0, len(byID))
	for _, k := range byID {
		slices.SortFunc(k.Conns, func(a, b Conn) int { return cmp.Compare(a.Index, b.Index) })
		out = append(out, *k)
	}
	slices.SortFunc(out, func(a, b Connector) int {
		return cmp.Or(a.RunAt.Compare(b.RunAt), cmp.Compare(a.ID, b.ID))
	})
	return out
}
