package connector

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/beside"
)

const (
	// keepEgress is how long the outcome of the probes is good for.
	keepEgress = 30 * time.Second
	probeName  = "probe.cftunnel.com" // the server name that the edge keeps for handshakes without a tunnel
)

// regions are the two halves of Cloudflare's edge for tunnels. Every connector
// wants two connections to each.
func regions() []string {
	return []string{"region1.v2.argotunnel.com:7844", "region2.v2.argotunnel.com:7844"}
}

// probed is the outcome of one probe.
type probed struct {
	what string
	ok   bool
	said string
}

// PreCheck implements [steps.ConnectorHost]. All probes run at once. It answers
// from memory for half a minute, because pages ask every few seconds.
func (h *Host) PreCheck(ctx context.Context) (steps.Egress, error) {
	select {
	case h.probing <- struct{}{}:
		defer func() { <-h.probing }()
	case <-ctx.Done():
		return steps.Egress{}, ctx.Err()
	}
	now := h.cfg.Now()
	if age := now.Sub(h.egress.At); age >= 0 && age < h.scaled(keepEgress) {
		return h.egress, nil
	}
	e := h.probeAll(ctx)
	if err := ctx.Err(); err != nil {
		return steps.Egress{}, err
	}
	e.Reading = steps.Reading{At: h.cfg.Now(), Source: "this computer"}
	h.egress = e
	return e, nil
}

func (h *Host) probeAll(ctx context.Context) steps.Egress {
	edges := h.cfg.EdgeAddrs
	if len(edges) == 0 {
		edges = regions()
	}
	names, tcp, udp := make([]probed, len(edges)), make([]probed, len(edges)), make([]probed, len(edges))
	var api probed
	var wg beside.Group
	for i, edge := range edges {
		wg.Go(func() {
			var addrs []netip.Addr
			names[i], addrs = h.probeName(ctx, edge)
			if !names[i].ok {
				tcp[i] = probed{what: edge, said: "the name does not resolve"}
				udp[i] = tcp[i]
				return
			}
			var both beside.Group
			both.Go(func() { tcp[i] = h.probeEach(ctx, edge, addrs, h.probeTCP) })
			both.Go(func() { udp[i] = h.probeEach(ctx, edge, addrs, h.probeUDP) })
			both.Wait()
		})
	}
	wg.Go(func() { api = h.probeAPI(ctx) })
	wg.Wait()
	return steps.Egress{
		Names: !slices.ContainsFunc(names, func(p probed) bool { return !p.ok }),
		TCP:   slices.ContainsFunc(tcp, func(p probed) bool { return p.ok }),
		UDP:   slices.ContainsFunc(udp, func(p probed) bool { return p.ok }),
		API:   api.ok,
		Proxy: h.webProxy(ctx),
		Detail: map[string]string{
			"names": sentence(names), "tcp": sentence(tcp), "api": api.what + ": " + api.said,
			"udp": sentence(udp) + " A firewall that inspects QUIC may swallow this probe and yet let a tunnel pass.",
		},
	}
}

func sentence(all []probed) string {
	var out []string
	for _, p := range all {
		out = append(out, p.what+": "+p.said)
	}
	return strings.Join(slices.Compact(out), "; ") + "."
}

// probeName resolves one name. An address stands for itself.
func (h *Host) probeName(ctx context.Context, edge string) (probed, []netip.Addr) {
	host, _, err := net.SplitHostPort(edge)
	if err != nil {
		return probed{what: edge, said: "not an address with a port"}, nil
	}
	p := probed{what: host}
	if ip, err := netip.ParseAddr(host); err == nil {
		p.ok, p.said = true, "an address already"
		return p, []netip.Addr{ip}
	}
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Probe)
	defer cancel()
	addrs, err := h.cfg.Lookup(ctx, host)
	switch {
	case err != nil:
		p.said = inWords(err)
	case len(addrs) == 0:
		p.said = "no address"
	case slices.ContainsFunc(addrs, func(a netip.Addr) bool { return a.IsUnspecified() || a.IsLoopback() }):
		p.said = fmt.Sprintf("answered with %s, as filters do", addrs[0]) // a blocked name is often sent to 0.0.0.0
	default:
		p.ok, p.said = true, addrs[0].Unmap().String()
	}
	return p, addrs
}

// probeEach tries up to two addresses of a name, one of each family, at once.
// One that answers is enough.
func (h *Host) probeEach(ctx context.Context, edge string, addrs []netip.Addr, probe func(context.Context, string) error) probed {
	_, port, _ := net.SplitHostPort(edge)
	var some []string
	for _, v4 := range []bool{true, false} {
		i := slices.IndexFunc(addrs, func(a netip.Addr) bool { return a.Unmap().Is4() == v4 })
		if i >= 0 {
			some = append(some, net.JoinHostPort(addrs[i].Unmap().String(), port))
		}
	}
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Probe)
	defer cancel()
	type outcome struct {
		at  int
		err error
	}
	outcomes := make(chan outcome, len(some))
	for i, addr := range some {
		go func() {
			o := outcome{i, errors.New("a fault in the wizard itself")}
			if f := beside.Caught(func() { o.err = probe(ctx, addr) }); f != nil {
				h.cfg.Log.Error("panic", "while", "probing", "panic", f.String(), "stack", f.Stack)
			}
			outcomes <- o
		}()
	}
	out := probed{what: edge}
	for range some {
		o := <-outcomes
		switch {
		case o.err == nil && !out.ok:
			out.ok, out.said = true, "open"
			cancel() // the other one need not go on
		case o.err != nil && !out.ok && (out.said == "" || o.at == 0):
			out.said = inWords(o.err)
		}
	}
	return out
}

// probeTCP makes a TLS handshake, because some firewalls accept a connection
// and then keep silent. The certificate is not judged: it is signed by an
// authority that only cloudflared knows, and nothing is sent here.
func (h *Host) probeTCP(ctx context.Context, addr string) error {
	conn, err := h.cfg.Dial(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	err = tls.Client(conn, &tls.Config{ServerName: probeName, InsecureSkipVerify: true}).HandshakeContext(ctx)
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "remote error" {
		return nil // an alert: it speaks TLS
	}
	return err
}

// probeAPI tries the port of Cloudflare's API, which the connector asks for updates of its features.
func (h *Host) probeAPI(ctx context.Context) probed {
	p := probed{what: h.cfg.API}
	u, err := url.Parse(h.cfg.API)
	if err != nil || u.Host == "" {
		p.said = "not a web address"
		return p
	}
	p.what = u.Host
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80"}[u.Scheme]
		if port == "" {
			port = "443"
		}
	}
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Probe)
	defer cancel()
	conn, err := h.cfg.Dial(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		p.said = inWords(err)
		return p
	}
	_ = conn.Close()
	p.ok, p.said = true, "open"
	return p
}
