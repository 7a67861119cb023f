package cloudflare

import (
	"fmt"
	"time"
)

// dnssecRow is the signing of a zone. The key is made up: nothing here signs.
type dnssecRow struct {
	Status   string    `json:"status"` // disabled or pending: it becomes active only with a DS at the parent
	KeyTag   int       `json:"key_tag,omitempty"`
	Digest   string    `json:"digest,omitempty"`
	Modified time.Time `json:"modified,omitzero"`
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
		v["flags"], v["algorithm"], v["key_type"] = 257, "13", "ECDSAP256SHA256"
		v["digest_type"], v["digest_algorithm"], v["digest"], v["key_tag"] = "2", "SHA256", d.Digest, d.KeyTag
		v["ds"] = fmt.Sprintf("%s. 3600 IN DS %d 13 2 %s", c.zone.Name, d.KeyTag, d.Digest)
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
			c.zone.DNSSEC = dnssecRow{Status: "pending", KeyTag: 2371, Digest: randomHex(32), Modified: c.now}
		}
	case "disabled":
		c.zone.DNSSEC = dnssecRow{Status: "disabled", Modified: c.now}
	default:
		return answer{}, bad(1004, "Invalid value for status") // from memory
	}
	return getDNSSEC(c)
}
