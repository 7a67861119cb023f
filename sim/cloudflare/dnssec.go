package cloudflare

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// dnssecRow is the signing of a zone. The key is made up, and the name servers
// show it, so that a DS record at the parent fits it or does not; nothing here signs.
type dnssecRow struct {
	Status   string    `json:"status"` // disabled or pending: it becomes active only with a DS at the parent
	Key      string    `json:"key,omitempty"`
	Modified time.Time `json:"modified,omitzero"`
}

// newKey is as long as a key of ECDSA P-256 is in the record (RFC 6605).
func newKey() string {
	b := make([]byte, 64)
	_, _ = rand.Read(b) // it never fails
	return base64.StdEncoding.EncodeToString(b)
}

// dnskey is the record of a zone's key.
func (d dnssecRow) dnskey(zone string) *dns.DNSKEY {
	return &dns.DNSKEY{
		Hdr:   dns.RR_Header{Name: dns.Fqdn(zone), Rrtype: dns.TypeDNSKEY, Class: dns.ClassINET, Ttl: 3600},
		Flags: dns.ZONE | dns.SEP, Protocol: 3, Algorithm: dns.ECDSAP256SHA256, PublicKey: d.Key,
	}
}

func dnssecRoutes() []route {
	return []route{
		{method: "GET", pattern: "/zones/{zone}/dnssec", need: ZoneSettingsRead, handle: getDNSSEC},
		{method: "PATCH", pattern: "/zones/{zone}/dnssec", need: ZoneSettingsEdit, handle: patchDNSSEC},
	}
}

func getDNSSEC(c *call) (answer, error) {
	d := c.zone.DNSSEC
	v := map[string]any{
		"status": d.Status, "dnssec_multi_signer": false, "dnssec_presigned": false, "modified_on": stamp(d.Modified),
		"flags": nil, "algorithm": nil, "key_type": nil, "digest_type": nil, "digest_algorithm": nil, "digest": nil, "ds": nil,
		"key_tag": nil, "public_key": nil,
	}
	if d.Status != "disabled" {
		ds := d.dnskey(c.zone.Name).ToDS(dns.SHA256)
		digest := strings.ToUpper(ds.Digest)
		v["flags"], v["algorithm"], v["key_type"], v["public_key"] = 257, "13", "ECDSAP256SHA256", d.Key
		v["digest_type"], v["digest_algorithm"], v["digest"], v["key_tag"] = "2", "SHA256", digest, ds.KeyTag
		v["ds"] = fmt.Sprintf("%s. 3600 IN DS %d 13 2 %s", c.zone.Name, ds.KeyTag, digest)
	}
	return answer{result: v}, nil
}

func patchDNSSEC(c *call) (answer, error) {
	var in struct {
		Status string `json:"status"`
	}
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	switch in.Status {
	case "active":
		if c.zone.DNSSEC.Status == "disabled" {
			c.zone.DNSSEC = dnssecRow{Status: "pending", Key: newKey(), Modified: c.now}
		}
	case "disabled":
		c.zone.DNSSEC = dnssecRow{Status: "disabled", Modified: c.now}
	default:
		return answer{}, bad(1004, "Invalid value for status") // from memory
	}
	return getDNSSEC(c)
}
