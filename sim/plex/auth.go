package plex

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// level is what a request may do.
type level int

const (
	levelNone level = iota
	levelShared
	levelOwner
)

// level decides who is asking. A valid token decides first; without one, a
// claimed server exempts the addresses of allowedNetworks and an unclaimed one
// the loopback as well.
func (s *Server) level(r *http.Request) level {
	if l := s.tokenLevel(tokenOf(r)); l != levelNone {
		return l
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cfg.HostCheck && !looksLocal(r) {
		return levelNone
	}
	from := s.effectiveAddress(r)
	if covers(s.prefs.text(prefAllowed), from) || s.mood.Unclaimed && from.IsLoopback() {
		return levelOwner
	}
	return levelNone
}

func (s *Server) tokenLevel(token string) level {
	if token == "" {
		return levelNone
	}
	s.mu.Lock()
	own, admin, unclaimed, id := s.token, s.adminToken, s.mood.Unclaimed, s.id()
	s.mu.Unlock()
	switch {
	case token == admin:
		return levelOwner
	case unclaimed:
		return levelNone
	case token == own:
		return levelOwner
	case s.cfg.PlexTV == nil:
		return levelNone
	}
	return s.cfg.PlexTV.levelAt(token, id)
}

// tokenOf reads the token from the header or, as Plex allows, from the query.
func tokenOf(r *http.Request) string {
	if token := r.Header.Get("X-Plex-Token"); token != "" {
		return token
	}
	return r.URL.Query().Get("X-Plex-Token")
}

// effectiveAddress is the address that the rules are applied to:
// X-Forwarded-For counts only when the peer is private and the forwarded
// address is public. The caller holds the lock.
func (s *Server) effectiveAddress(r *http.Request) netip.Addr {
	peer := s.mood.PeerAddress
	if !peer.IsValid() {
		at, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil {
			return netip.Addr{}
		}
		peer = at.Addr().Unmap()
	}
	return effective(peer, r.Header.Values("X-Forwarded-For"), s.cfg.Forwarded)
}

func effective(peer netip.Addr, forwarded []string, use ForwardedFor) netip.Addr {
	if use == ForwardedIgnored || len(forwarded) == 0 || isPublic(peer) {
		return peer
	}
	list := strings.Split(strings.Join(forwarded, ","), ",")
	entry := list[0]
	if use == ForwardedLast {
		entry = list[len(list)-1]
	}
	from, err := netip.ParseAddr(strings.TrimSpace(entry))
	if err != nil || !isPublic(from) {
		return peer
	}
	return from.Unmap()
}

// isPublic leaves out carrier-grade NAT (RFC 6598) too: a home server whose
// visitors came from there saw its X-Forwarded-For ignored.
func isPublic(a netip.Addr) bool {
	a = a.Unmap()
	shared := netip.MustParsePrefix("100.64.0.0/10")
	return a.IsValid() && a.IsGlobalUnicast() && !a.IsPrivate() && !shared.Contains(a)
}

// covers tells whether a comma-separated list of addresses, networks and
// address/netmask pairs holds the address. What does not parse covers nothing.
func covers(list string, a netip.Addr) bool {
	for entry := range strings.SplitSeq(list, ",") {
		if p, ok := parseNetwork(strings.TrimSpace(entry)); ok && p.Contains(a) {
			return true
		}
	}
	return false
}

func parseNetwork(entry string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(entry); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	if p, err := netip.ParsePrefix(entry); err == nil {
		return p.Masked(), true
	}
	host, mask, _ := strings.Cut(entry, "/")
	a, err := netip.ParseAddr(host)
	ip := net.ParseIP(mask).To4()
	if err != nil || !a.Is4() || ip == nil {
		return netip.Prefix{}, false
	}
	ones, bits := net.IPMask(ip).Size()
	if bits == 0 {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, ones).Masked(), true
}

// looksLocal is the check of Host, Origin and Referer that one owner met behind
// a reverse proxy: a name of the internet in one of them takes the exemption away.
func looksLocal(r *http.Request) bool {
	hosts := []string{r.Host}
	for _, header := range []string{r.Header.Get("Origin"), r.Header.Get("Referer")} {
		if u, err := url.Parse(header); err == nil && u.Host != "" {
			hosts = append(hosts, u.Host)
		}
	}
	for _, host := range hosts {
		name := host
		if h, _, err := net.SplitHostPort(host); err == nil {
			name = h
		}
		_, err := netip.ParseAddr(strings.Trim(name, "[]"))
		if err != nil && name != "localhost" && !strings.HasSuffix(name, ".plex.direct") {
			return false
		}
	}
	return true
}
