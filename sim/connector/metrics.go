package connector

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
)

// counters are what /metrics tells beyond the state of the connections.
type counters struct {
	mu        sync.Mutex
	byCode    map[int]int
	errors    int
	locations map[int]string
}

func newCounters() *counters { return &counters{byCode: map[int]int{}, locations: map[int]string{}} }

func (c *counters) respond(code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byCode[code]++
}

func (c *counters) fail() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.errors++
}

func (c *counters) location(index int, at string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.locations[index] = at
}

// metrics is the local health server.
func (s *supervisor) metrics() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ready", s.serveReady)
	mux.HandleFunc("GET /healthcheck", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "OK\n") })
	mux.HandleFunc("GET /config", s.serveConfig)
	mux.HandleFunc("GET /metrics", s.serveMetrics)
	mux.HandleFunc("GET /diag/tunnel", s.serveDiag)
	return mux
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (s *supervisor) serveReady(w http.ResponseWriter, _ *http.Request) {
	n := len(s.ready())
	status := http.StatusOK
	if n == 0 {
		status = http.StatusServiceUnavailable
	}
	writeJSON(w, status, struct {
		Status           int    `json:"status"`
		ReadyConnections int    `json:"readyConnections"`
		ConnectorID      string `json:"connectorId"`
	}{status, n, s.shared.connectorID.String()})
}

func (s *supervisor) serveConfig(w http.ResponseWriter, _ *http.Request) {
	version, config := s.shared.orchestrator.current()
	writeJSON(w, http.StatusOK, struct {
		Version int             `json:"version"`
		Config  json.RawMessage `json:"config"`
	}{version, config})
}

func (s *supervisor) serveDiag(w http.ResponseWriter, _ *http.Request) {
	type connection struct {
		IsConnected bool   `json:"isConnected,omitempty"`
		EdgeAddress string `json:"edgeAddress,omitempty"`
		Index       int    `json:"index,omitempty"`
	}
	connections := []connection{}
	for i, addr := range s.ready() {
		connections = append(connections, connection{true, addr, i})
	}
	slices.SortFunc(connections, func(a, b connection) int { return cmp.Compare(a.Index, b.Index) })
	writeJSON(w, http.StatusOK, struct {
		TunnelID    string       `json:"tunnelID"`
		ConnectorID string       `json:"connectorID"`
		Connections []connection `json:"connections"`
	}{s.shared.token.TunnelID.String(), s.shared.connectorID.String(), connections})
}

func (s *supervisor) serveMetrics(w http.ResponseWriter, _ *http.Request) {
	version, _ := s.shared.orchestrator.current()
	ready := s.ready()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	fmt.Fprintf(w, "build_info{goversion=\"\",revision=\"\",type=\"stand-in\",version=%q} 1\n", s.shared.version)
	fmt.Fprintf(w, "cloudflared_tunnel_ha_connections %d\n", len(ready))
	fmt.Fprintf(w, "cloudflared_orchestration_config_version %d\n", version)
	c := s.shared.counters
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprintf(w, "cloudflared_tunnel_request_errors %d\n", c.errors)
	for _, i := range slices.Sorted(maps.Keys(c.locations)) {
		_, up := ready[i]
		fmt.Fprintf(w, "cloudflared_tunnel_server_locations{connection_id=\"%d\",edge_location=%q} %d\n", i, c.locations[i], map[bool]int{true: 1}[up])
	}
	for _, code := range slices.Sorted(maps.Keys(c.byCode)) {
		fmt.Fprintf(w, "cloudflared_tunnel_response_by_code{status_code=\"%d\"} %d\n", code, c.byCode[code])
	}
}
