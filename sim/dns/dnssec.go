package dns

import (
	"cmp"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	mdns "github.com/miekg/dns"
)

// signer signs the sets of one zone with Ed25519 (RFC 8080). The key follows
// from the name of the zone, so that a restored world still fits its DS.
type signer struct {
	key     *mdns.DNSKEY
	private ed25519.PrivateKey
	now     func() time.Time
}

func newSigner(origin string, now func() time.Time) *signer {
	seed := sha256.Sum256([]byte("pretend key of " + origin))
	private := ed25519.NewKeyFromSeed(seed[:])
	public := private.Public().(ed25519.PublicKey)
	return &signer{
		key: &mdns.DNSKEY{
			Hdr: header(origin, mdns.TypeDNSKEY, 3600), Flags: mdns.ZONE | mdns.SEP, Protocol: 3,
			Algorithm: mdns.ED25519, PublicKey: base64.StdEncoding.EncodeToString(public),
		},
		private: private, now: now,
	}
}

// KeyDS returns the record data of the DS ("tag algorithm digest-type digest")
// that fits the key with which the old host signs a domain.
func KeyDS(domain string) string {
	ds := newSigner(canonical(domain), time.Now).key.ToDS(mdns.SHA256)
	return fmt.Sprintf("%d %d %d %s", ds.KeyTag, ds.Algorithm, ds.DigestType, strings.ToUpper(ds.Digest))
}

// sign makes the RRSIG of a set, valid from a day ago for two weeks.
func (s *signer) sign(set []mdns.RR) mdns.RR {
	now := s.now()
	sig := &mdns.RRSIG{
		Hdr:       header(set[0].Header().Name, mdns.TypeRRSIG, set[0].Header().Ttl),
		Algorithm: s.key.Algorithm, SignerName: s.key.Hdr.Name, KeyTag: s.key.KeyTag(),
		Inception:  uint32(now.Add(-24 * time.Hour).Unix()),
		Expiration: uint32(now.Add(13 * 24 * time.Hour).Unix()),
	}
	// Sign fails only for sets that are empty or mixed, which nodes never hold,
	// or that cannot be packed, which the parser never lets through.
	_ = sig.Sign(s.private, set)
	return sig
}

// signed returns the zone with its key and its NSEC chain (RFC 4034 section 4).
func (z *zone) signed(now func() time.Time) *zone {
	out := newZone(z.origin, z.records)
	out.signer = newSigner(z.origin, now)
	out.add(out.signer.key)
	for name, n := range out.nodes {
		// Empty non-terminals have no NSEC; what lies below a cut is not ours.
		if cut := out.cut(name, mdns.TypeNone); len(n) > 0 && (cut == "" || cut == name) {
			out.chain = append(out.chain, name)
		}
	}
	slices.SortFunc(out.chain, compareNames)
	ttl := min(out.soa().Hdr.Ttl, out.soa().Minttl) // RFC 9077
	for i, name := range out.chain {
		out.nodes[name][mdns.TypeNSEC] = []mdns.RR{&mdns.NSEC{
			Hdr: header(name, mdns.TypeNSEC, ttl), NextDomain: out.chain[(i+1)%len(out.chain)],
			TypeBitMap: bitmap(out.nodes[name], name != out.origin),
		}}
	}
	return out
}

// bitmap lists the types at a name; at a delegation only the parent's own.
func bitmap(n node, below bool) []uint16 {
	types := []uint16{mdns.TypeRRSIG, mdns.TypeNSEC}
	cut := below && n[mdns.TypeNS] != nil
	for kind := range n {
		if !cut || kind == mdns.TypeNS || kind == mdns.TypeDS {
			types = append(types, kind)
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// prove adds the NSEC that matches or covers a name, once.
func (z *zone) prove(r *reply, dnssec bool, name string) {
	if !dnssec || z.signer == nil {
		return
	}
	after := sort.Search(len(z.chain), func(i int) bool { return compareNames(z.chain[i], name) > 0 })
	owner := z.chain[max(after-1, 0)]
	for _, rr := range r.authority {
		if h := rr.Header(); h.Rrtype == mdns.TypeNSEC && canonical(h.Name) == owner {
			return
		}
	}
	r.authority = append(r.authority, z.present(z.nodes[owner][mdns.TypeNSEC], owner, true)...)
}

// compareNames orders canonical names as RFC 4034 section 6.1 does: label by
// label from the right.
func compareNames(a, b string) int {
	left, right := mdns.SplitDomainName(a), mdns.SplitDomainName(b)
	for len(left) > 0 && len(right) > 0 {
		x, y := left[len(left)-1], right[len(right)-1]
		if c := strings.Compare(x, y); c != 0 {
			return c
		}
		left, right = left[:len(left)-1], right[:len(right)-1]
	}
	return cmp.Compare(len(left), len(right))
}
