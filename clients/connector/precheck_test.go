package connector_test

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.test/wizard/clients/connector"
	"example.test/wizard/sim/edge"
	"example.test/wizard/sim/releases"
	"example.test/wizard/steps"
)

func TestPreCheckPorts(t *testing.T) {
	w := newWorld(t, releases.Config{})
	for _, tc := range []struct {
		name           string
		tcp, udp       edge.Reach
		wantTCP        bool
		wantUDP        bool
		sayTCP, sayUDP string
	}{
		{"open", edge.Open, edge.Open, true, true, "open", "open"},
		{"UDP swallowed", edge.Open, edge.Silent, true, false, "open", "no answer"},
		{"TCP refused", edge.Refused, edge.Open, false, true, "refused", "open"},
		{"both refused", edge.Refused, edge.Refused, false, false, "refused", "refused"},
		{"TCP accepted and silent", edge.Silent, edge.Silent, false, false, "no answer", "no answer"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			must(t, w.edge.Block7844(tc.tcp, tc.udp))
			cfg := w.config()
			cfg.Probe = time.Second
			e, err := w.host(cfg).PreCheck(t.Context())
			must(t, err)
			if !e.Names || !e.API || e.TCP != tc.wantTCP || e.UDP != tc.wantUDP {
				t.Errorf("%+v", e)
			}
			if !strings.Contains(e.Detail["tcp"], ": "+tc.sayTCP) || !strings.Contains(e.Detail["udp"], ": "+tc.sayUDP) {
				t.Errorf("in words: %q", e.Detail)
			}
		})
	}
}

func TestPreCheckNames(t *testing.T) {
	blocked := func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: context.DeadlineExceeded}
	}
	for _, tc := range []struct {
		name   string
		lookup func(context.Context, string) ([]netip.Addr, error)
		names  bool
		say    string
	}{
		{"there", func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("198.41.192.7"), netip.MustParseAddr("2606:4700:a0::1")}, nil
		}, true, "region1.v2.argotunnel.com: 198.41.192.7; region2.v2.argotunnel.com: 198.41.192.7."},
		{"unknown", func(_ context.Context, name string) ([]netip.Addr, error) {
			return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
		}, false, "does not exist"},
		{"filtered", func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("0.0.0.0")}, nil
		}, false, "as filters do"},
		{"one of two", func(_ context.Context, name string) ([]netip.Addr, error) {
			if strings.HasPrefix(name, "region2") {
				return nil, nil
			}
			return []netip.Addr{netip.MustParseAddr("198.41.192.7")}, nil
		}, false, "region2.v2.argotunnel.com: no address"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := connector.New(connector.Config{DataDir: t.TempDir(), Mode: connector.ModeChild, Lookup: tc.lookup, Dial: blocked, Probe: 100 * time.Millisecond})
			t.Cleanup(func() { closeHost(t, h) })
			e, err := h.PreCheck(t.Context())
			must(t, err)
			if e.Names != tc.names || e.TCP || e.UDP || e.API || !strings.Contains(e.Detail["names"], tc.say) {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestPreCheckIsKeptHalfAMinute(t *testing.T) {
	var dials atomic.Int32
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	h := connector.New(connector.Config{
		DataDir: t.TempDir(), Mode: connector.ModeChild, EdgeAddrs: []string{"192.0.2.1:7844"}, Now: func() time.Time { return now },
		Dial: func(context.Context, string, string) (net.Conn, error) {
			dials.Add(1)
			return nil, context.DeadlineExceeded
		},
	})
	t.Cleanup(func() { closeHost(t, h) })
	look := func() steps.Egress {
		t.Helper()
		e, err := h.PreCheck(t.Context())
		must(t, err)
		return e
	}
	look()
	first := dials.Load()
	if first != 3 { // TCP, UDP and the API
		t.Errorf("%d dials", first)
	}
	now = now.Add(29 * time.Second)
	if look(); dials.Load() != first {
		t.Error("asked again within half a minute")
	}
	now = now.Add(2 * time.Second)
	if e := look(); dials.Load() == first || !e.At.Equal(now) {
		t.Error("not asked again after half a minute")
	}
	now = now.Add(time.Hour)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.PreCheck(cancelled); err == nil {
		t.Error("a cancelled look has no error")
	}
	before := dials.Load()
	if look(); dials.Load() == before {
		t.Error("the outcome of a cancelled look was kept")
	}
}
