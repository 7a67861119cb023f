package connector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"example.test/wizard/steps/beside"
)

// firstPorts are where cloudflared's health server listens when nothing else
// was said: the first free one.
func firstPorts() []string {
	return []string{"127.0.0.1:20241", "127.0.0.1:20242", "127.0.0.1:20243", "127.0.0.1:20244", "127.0.0.1:20245"}
}

// health is what a running connector says of itself.
type health struct {
	addr      string
	connector string // its id
	tunnel    string // "" when it does not say
	ready     int
	config    int // -1 for none
}

var errNotConnector = errors.New("what answers is not a connector")

// newLocalClient asks health servers. No proxy stands between a computer and itself.
func newLocalClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 3, IdleConnTimeout: 30 * time.Second, ResponseHeaderTimeout: time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       2 * time.Second,
	}
}

// ask reads the three pages of a health server at once.
func (h *Host) ask(ctx context.Context, addr string) (health, error) {
	out := health{addr: addr, config: -1}
	var ready struct {
		Ready     *int   `json:"readyConnections"`
		Connector string `json:"connectorId"`
	}
	var config struct {
		Version *int `json:"version"`
	}
	var diag struct {
		Tunnel string `json:"tunnelID"`
	}
	var readyErr error
	var wg beside.Group
	wg.Go(func() { readyErr = h.askPage(ctx, addr, "/ready", &ready) })
	wg.Go(func() { _ = h.askPage(ctx, addr, "/config", &config) })    // older versions have no such page
	wg.Go(func() { _ = h.askPage(ctx, addr, "/diag/tunnel", &diag) }) // nor this one
	wg.Wait()
	if readyErr != nil {
		return out, readyErr
	}
	if ready.Ready == nil || !isUUID(ready.Connector) {
		return out, fmt.Errorf("%s: %w", addr, errNotConnector)
	}
	out.connector, out.ready = ready.Connector, *ready.Ready
	if config.Version != nil {
		out.config = *config.Version
	}
	if isUUID(diag.Tunnel) {
		out.tunnel = diag.Tunnel
	}
	return out, nil
}

// askPage reads one page. Its status is of no interest: /ready says 503 while
// there is no connection.
func (h *Host) askPage(ctx context.Context, addr, page string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+page, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := h.local.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(into); err != nil {
		return fmt.Errorf("%s%s: %w", addr, page, errNotConnector)
	}
	return nil
}
