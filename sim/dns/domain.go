package dns

import "time"

// Domain is a registered domain: what the registry and the registrar hold and,
// if the old host serves it, its zone.
type Domain struct {
	Name      string
	Registrar Registrar
	// Status holds EPP status values (RFC 5731, RFC 3915) such as
	// "clientTransferProhibited". clientHold, serverHold, redemptionPeriod,
	// pendingDelete and inactive keep the domain out of the registry's zone.
	Status           []string
	Created, Expires time.Time
	// NameServers is the delegation; empty means the two servers of the old
	// host. Names that nobody else owns become further names of the old
	// host's servers, in turn, so that any host's names can be shown.
	NameServers []string
	// DS is the delegation-signer set at the registry, in presentation form
	// ("12345 15 2 ABCD…"); see [KeyDS].
	DS []string
	// Zone is the zone file (RFC 1035 section 5) at the old host; empty means
	// that the old host refuses the domain.
	Zone string
	// StaleZone, if set, is what the second server of the old host serves.
	StaleZone string
	// Signed serves the zone with DNSKEY, NSEC and RRSIG records.
	Signed bool
	// Transfer allows AXFR at the old host.
	Transfer bool
}

// Registrar is who sold a domain, as RDAP shows it.
type Registrar struct {
	Name     string // "NameCheap, Inc."; empty: the registry publishes none
	ID       int    // IANA registrar id; 0: none published
	Handle   string // a registry's own tag when there is no IANA id
	Reseller string // who sends the bill, if not the registrar
}
