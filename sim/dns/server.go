package dns

import (
	"net"
	"time"

	mdns "github.com/miekg/dns"
)

// udpSize is the largest answer over UDP that the servers send, as the DNS
// flag day of 2020 settled it.
const udpSize = 1232

// query is one question on its way through the world.
type query struct {
	name   string // as asked
	kind   uint16
	dnssec bool
	depth  int // of questions that follow from each other
}

// server is one name server with its sockets.
type server struct {
	serverPlan
	index    int // among the servers of its role
	addr     string
	resolver *resolver // of a resolver
	world    *World
}

// address is the life-like IPv4 address of the server.
func (s *server) address() net.IP { return net.ParseIP(s.ip) }

// ServeDNS answers one question from a socket. It implements [mdns.Handler].
func (s *server) ServeDNS(conn mdns.ResponseWriter, req *mdns.Msg) {
	_, tcp := conn.RemoteAddr().(*net.TCPAddr)
	f := s.world.faults.of(s, req.Question[0].Name)
	dropped := s.world.counters.add(s.names[0], tcp, f.Limit, s.world.now())
	if dropped || f.Silent || !s.world.pause(f.Delay) {
		return
	}
	var out []*mdns.Msg
	switch kind := req.Question[0].Qtype; {
	case f.Truncate && !tcp:
		m := new(mdns.Msg).SetReply(req)
		m.Truncated = true
		out = []*mdns.Msg{m}
	case f.Rcode == mdns.RcodeSuccess && !f.Lame && (kind == mdns.TypeAXFR || kind == mdns.TypeIXFR):
		out = s.world.transfer(s, req, tcp)
	default:
		out = []*mdns.Msg{s.respond(req, f)}
	}
	for _, m := range out {
		m.Compress = true
		size := mdns.MaxMsgSize
		if !tcp {
			size = edns(req, m)
		} else {
			edns(req, m)
		}
		m.Truncate(size)
		if conn.WriteMsg(m) != nil {
			return // the client has gone
		}
	}
}

// pause waits for a delay and says whether the world is still open.
func (w *World) pause(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-w.closed:
		return false
	}
}

// edns mirrors the client's OPT record (RFC 6891) and returns how large a UDP
// answer may be.
func edns(req, m *mdns.Msg) int {
	opt := req.IsEdns0()
	if opt == nil {
		return mdns.MinMsgSize
	}
	m.SetEdns0(udpSize, opt.Do())
	if opt.Version() != 0 {
		m.Answer, m.Ns = nil, nil
		m.Rcode = mdns.RcodeBadVers
	}
	return min(max(int(opt.UDPSize()), mdns.MinMsgSize), udpSize)
}

// respond makes the whole answer, before it is cut to size.
func (s *server) respond(req *mdns.Msg, f Fault) *mdns.Msg {
	m := new(mdns.Msg).SetReply(req)
	q := query{name: req.Question[0].Name, kind: req.Question[0].Qtype}
	if opt := req.IsEdns0(); opt != nil {
		q.dnssec = opt.Do()
	}
	r := refused()
	switch {
	case req.Opcode != mdns.OpcodeQuery:
		r.rcode = mdns.RcodeNotImplemented
	case req.Question[0].Qclass == mdns.ClassINET:
		r = s.reply(q, f)
	}
	m.Rcode, m.Authoritative = r.rcode, r.authoritative
	m.Answer, m.Ns, m.Extra = r.answer, r.authority, r.extra
	if s.resolver != nil {
		m.RecursionAvailable = true
		m.AuthenticatedData = r.secure && (q.dnssec || req.AuthenticatedData)
	}
	return m
}

// reply answers a question with the server's fault applied.
func (s *server) reply(q query, f Fault) reply {
	if f.Rcode != mdns.RcodeSuccess {
		return reply{rcode: f.Rcode}
	}
	if f.Lame {
		root := &mdns.NS{Hdr: header(".", mdns.TypeNS, 518400), Ns: "a.root-servers.net."}
		return reply{authority: []mdns.RR{root}}
	}
	r := s.answer(q)
	if f.EmptyMissing && r.empty {
		r.rcode = mdns.RcodeNameError
	}
	return r
}

func (s *server) answer(q query) reply {
	switch s.role {
	case registryRole:
		return s.world.registryAnswer(s, q)
	case oldHostRole:
		return s.world.oldHostAnswer(s, q)
	case cloudflareRole:
		return s.world.cloudflareAnswer(q)
	default:
		return s.resolver.resolve(q)
	}
}

// ask is a question from inside the world: not counted, never slow. Not ok
// means that no answer comes.
func (s *server) ask(q query) (r reply, ok bool) {
	f := s.world.faults.of(s, q.name)
	if f.Silent {
		return reply{}, false
	}
	return s.reply(q, f), true
}
