package dns

import (
	_ "embed"
	"time"
)

//go:embed zones/example.zone
var exampleText string

//go:embed zones/every-type.zone
var everyTypeText string

//go:embed zones/awkward.zone
var awkwardText string

//go:embed zones/signed.zone
var signedText string

// The domains of [DemoDomains] by what they are for.
const (
	DemoDomain      = "attic-films.com"   // the demo's: about fifty records at Namecheap
	EveryTypeDomain = "every-type.net"    // all types of records that are carried
	AwkwardDomain   = "awkward-attic.com" // wildcards, loops, a giant answer, a dead child
	SignedDomain    = "cellar-cinema.org" // DNSSEC with NSEC, DS at the registry
	HeldDomain      = "held-reels.com"    // clientHold
	ExpiredDomain   = "lapsed-reels.com"  // expired, still answering
	DeletedDomain   = "deleted-reels.com" // pendingDelete
	// UnregisteredDomain is in nobody's books.
	UnregisteredDomain = "unclaimed-attic.com"
)

// DemoDomains returns what is registered when a world starts.
func DemoDomains() []Domain {
	created := time.Date(2014, time.May, 3, 10, 20, 30, 0, time.UTC)
	namecheap := Registrar{Name: "NameCheap, Inc.", ID: 1068}
	usual := Domain{
		Registrar: namecheap, Status: []string{"clientTransferProhibited"},
		Created: created, Expires: time.Date(2028, time.May, 3, 10, 20, 30, 0, time.UTC),
	}
	with := func(name, zone string, status ...string) Domain {
		d := usual
		d.Name, d.Zone = name, zone
		if len(status) > 0 {
			d.Status = status
		}
		return d
	}
	signed := with(SignedDomain, signedText)
	signed.Registrar = Registrar{Name: "Porkbun LLC", ID: 1861}
	signed.NameServers = []string{"curitiba.ns.porkbun.com", "fortaleza.ns.porkbun.com"}
	signed.Signed, signed.DS = true, []string{KeyDS(SignedDomain)}
	lapsed := with(ExpiredDomain, parked(ExpiredDomain), "autoRenewPeriod", "clientTransferProhibited")
	lapsed.Expires = time.Date(2025, time.May, 3, 10, 20, 30, 0, time.UTC)
	return []Domain{
		with(DemoDomain, exampleText), with(EveryTypeDomain, everyTypeText), with(AwkwardDomain, awkwardText), signed,
		with(HeldDomain, parked(HeldDomain), "clientHold"), lapsed, with(DeletedDomain, "", "pendingDelete", "serverHold"),
	}
}

// parked is the zone of a domain that shows the host's advertisements.
func parked(domain string) string {
	return "@ 3600 IN SOA " + OldHost1 + ". hostmaster.registrar-servers.com. 1 43200 3600 604800 3601\n" +
		"@ 1800 IN NS " + OldHost1 + ".\n@ 1800 IN NS " + OldHost2 + ".\n" +
		"@ 1800 IN A 192.64.119.254\nwww 1800 IN CNAME parkingpage." + domain + ".\nparkingpage 1800 IN A 192.64.119.254\n"
}
