package connector

import (
	"encoding/json"
	"net/http"
	"sync"

	"example.test/wizard/sim/edge/wire"
)

// unconfigured is what serves before the first push: visitors get 503.
const unconfigured = `{"ingress":[{"service":"http_status:503"}],"warp-routing":{}}`

// orchestrator holds the configuration in force.
type orchestrator struct {
	log *logger

	mu      sync.RWMutex
	version int
	config  json.RawMessage
	routes  []service
}

// service is a route with the transport to its origin.
type service struct {
	route
	transport *http.Transport // nil for http_status
}

func newOrchestrator(log *logger) *orchestrator {
	o := &orchestrator{log: log, version: -1, config: json.RawMessage(unconfigured)}
	o.routes = []service{{route: route{service: "http_status:503", status: http.StatusServiceUnavailable}}}
	return o
}

// update applies a pushed configuration if it is newer than the one in force, and answers as cloudflared does.
func (o *orchestrator) update(u wire.Update) wire.Applied {
	o.mu.Lock()
	defer o.mu.Unlock()
	none := json.RawMessage("null")
	if u.Version <= o.version {
		return wire.Applied{LastAppliedVersion: o.version, Err: none}
	}
	routes, err := parseIngress(u.Config)
	if err != nil {
		o.log.error("Failed to update ingress", field{"error", err}, field{"version", u.Version})
		return wire.Applied{LastAppliedVersion: o.version, Err: json.RawMessage("{}")} // the text is lost in JSON, as in the real program
	}
	o.closeIdle()
	o.routes = nil
	for _, r := range routes {
		o.routes = append(o.routes, service{r, r.transport()})
	}
	o.version, o.config = u.Version, u.Config
	o.log.info("Updated to new configuration", field{"config", string(u.Config)}, field{"version", u.Version})
	return wire.Applied{LastAppliedVersion: o.version, Err: none}
}

// find returns the rule for a request; the last one matches everything.
func (o *orchestrator) find(host, path string) (int, service) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	for i, s := range o.routes {
		if s.matches(host, path) {
			return i, s
		}
	}
	return len(o.routes) - 1, o.routes[len(o.routes)-1]
}

// current returns the configuration in force.
func (o *orchestrator) current() (int, json.RawMessage) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.version, o.config
}

func (o *orchestrator) closeIdle() {
	for _, s := range o.routes {
		if s.transport != nil {
			s.transport.CloseIdleConnections()
		}
	}
}

// close lets go of the origins.
func (o *orchestrator) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closeIdle()
}
