package move_test

import (
	"context"
	"encoding/hex"
	"errors"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"example.test/wizard/clients/cloudflare"
	"example.test/wizard/clients/resolver"
	simcloud "example.test/wizard/sim/cloudflare"
	simdns "example.test/wizard/sim/dns"
	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

const fuzzName = "x." + grand

// A path is the whole way of one record: an old server, the resolver, the client
// of Cloudflare, the pretend Cloudflare, and its name servers.
type path struct {
	mu      sync.Mutex
	held    dns.RR // what the old server answers
	dns     *resolver.Resolver
	account *cloudflare.Client
	zoneID  string
}

func newPath(f *testing.F) *path {
	p := &path{}
	api := simcloud.New(simcloud.Config{RateLimit: 1 << 30, Delegation: func(string) []string { return []string{"old.example"} }})
	account := api.SeedAccount(simcloud.Account{Name: "fuzz"})
	api.SeedToken(simcloud.Token{Value: "cfut_fuzz", Permissions: []simcloud.Permission{simcloud.AccountRead, simcloud.ZoneEdit, simcloud.DNSEdit}})
	server := httptest.NewServer(api)
	f.Cleanup(server.Close)
	world, err := simdns.Start(simdns.Config{Cloudflare: func(name string) (recs []simdns.ZoneRecord, ns []string, ok bool) {
		all, ns, _, ok := api.ZoneRecords(name)
		for _, r := range all {
			recs = append(recs, simdns.ZoneRecord{Name: r.Name, Type: r.Type, TTL: uint32(r.TTL), Content: r.Content})
		}
		return recs, ns, ok
	}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = world.Close() })
	p.zoneID = api.SeedZone(simcloud.Zone{Name: grand, Account: account})
	addresses := world.Addresses()
	p.dns = resolver.New(resolver.Config{
		Servers: map[string]string{"old": p.serve(f), "new": addresses[simdns.Cloudflare1]}, Resolvers: []resolver.NamedResolver{}, Timeout: 2 * time.Second,
	})
	p.account = cloudflare.New(cloudflare.Config{BaseURL: server.URL + "/client/v4", Token: func() steps.Secret { return steps.NewSecret("cfut_fuzz") }, Pace: 100})
	return p
}

// serve is the old server: it holds one record, and answers over TCP and UDP.
func (p *path) serve(f *testing.F) string {
	handler := dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		m.Authoritative = true
		p.mu.Lock()
		m.Answer = []dns.RR{p.held}
		p.mu.Unlock()
		if _, udp := w.RemoteAddr().(*net.UDPAddr); udp {
			m.Truncate(1232)
		}
		_ = w.WriteMsg(m)
	})
	var tcp net.Listener
	var udp net.PacketConn
	for udp == nil {
		var err error
		if tcp, err = net.Listen("tcp4", "127.0.0.1:0"); err != nil {
			f.Fatal(err)
		}
		if udp, err = net.ListenPacket("udp4", tcp.Addr().String()); err != nil {
			_ = tcp.Close() // the port is taken over UDP: another one
		}
	}
	for _, s := range []*dns.Server{{Listener: tcp, Handler: handler}, {PacketConn: udp, Handler: handler}} {
		ready := make(chan struct{})
		s.NotifyStartedFunc = func() { close(ready) }
		go func() { _ = s.ActivateAndServe() }()
		<-ready
		f.Cleanup(func() { _ = s.Shutdown() })
	}
	return tcp.Addr().String()
}

// answer is the only record that a server answers.
func (p *path) answer(ctx context.Context, t *testing.T, server, rtype string) (zone.Record, bool) {
	t.Helper()
	a, err := p.dns.Ask(ctx, server, fuzzName, rtype)
	if err != nil {
		t.Fatal(err)
	}
	if server == "new" {
		a.Records = append(a.Records, a.Authority...) // a delegation
	}
	for _, r := range a.Records {
		if r.Type == rtype && r.Name == fuzzName {
			return r, true
		}
	}
	return zone.Record{}, false
}

// FuzzRoundTrip: the old answer, made a record at Cloudflare and asked for there,
// is the old answer; or Cloudflare's client says which record it cannot make.
// Nothing is bent on the way.
func FuzzRoundTrip(f *testing.F) {
	for _, s := range strings.Split(grandText, "\n") {
		if rr, err := dns.NewRR("$ORIGIN " + grand + ".\n" + s); err == nil && rr != nil && !strings.ContainsAny(s, "()") {
			if _, data := rdata(rr); len(data) > 0 {
				f.Add(rr.Header().Rrtype, data)
			}
		}
	}
	p := newPath(f)
	f.Fuzz(func(t *testing.T, kind uint16, data []byte) {
		if len(data) > 8000 {
			return
		}
		wire := append([]byte{0, byte(kind >> 8), byte(kind), 0, 1, 0, 0, 1, 44, byte(len(data) >> 8), byte(len(data))}, data...)
		rr, _, err := dns.UnpackRR(wire, 0)
		rtype := dns.TypeToString[kind]
		if err != nil || !zone.Holdable(rtype) {
			return // no server could send it, or it is shown as what Cloudflare cannot hold
		}
		rr.Header().Name = dns.Fqdn(fuzzName)
		if _, packed := rdata(rr); packed == nil {
			return
		}
		p.mu.Lock()
		p.held = rr
		p.mu.Unlock()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		old, ok := p.answer(ctx, t, "old", rtype)
		if !ok {
			return
		}
		old.TTL = max(old.TTL, 60)
		if err := p.account.CreateRecords(ctx, p.zoneID, []steps.CloudRecord{{Record: old}}); err != nil {
			if e, ok := errors.AsType[*steps.ServiceError](err); !(ok && e.Status == 400) && !strings.Contains(err.Error(), rtype) {
				t.Fatalf("%s %q: a refusal that does not name it: %v", rtype, old.Content, err)
			}
			return
		}
		held, err := p.account.Records(ctx, p.zoneID)
		if err != nil || len(held) != 1 {
			t.Fatalf("%s %q: %d records at Cloudflare, %v", rtype, old.Content, len(held), err)
		}
		defer func() {
			if err := p.account.DeleteRecord(context.WithoutCancel(ctx), p.zoneID, held[0].ID); err != nil {
				t.Fatal(err)
			}
		}()
		if held[0].Key() != old.Key() {
			t.Errorf("%s %q is held as %q\n%s\n%s", rtype, old.Content, held[0].Content, old.Key(), held[0].Key())
		}
		if now, ok := p.answer(ctx, t, "new", rtype); !ok || now.Key() != old.Key() {
			t.Errorf("%s %q is answered as %q (%v)", rtype, old.Content, now.Content, ok)
		}
	})
}

// rdata is the data of a record as it is sent, and in hexadecimal.
func rdata(rr dns.RR) (string, []byte) {
	rr = dns.Copy(rr)
	rr.Header().Name = "."
	wire := make([]byte, dns.MaxMsgSize)
	n, err := dns.PackRR(rr, wire, 0, nil, false)
	if err != nil {
		return "", nil
	}
	return hex.EncodeToString(wire[11:n]), wire[11:n]
}
