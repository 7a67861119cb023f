package cloudflare

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// recordQuota is how many records a free zone may hold (zones made since September 2024).
const recordQuota = 200

// maxComment is the length of a comment on the free plan, in characters.
const maxComment = 100

// record is a DNS record as it is kept: its rdata in the presentation form that
// a zone file uses.
type record struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"` // lower case, no final dot
	Type     string          `json:"type"`
	RData    string          `json:"rdata"`
	TTL      int             `json:"ttl"` // seconds; 1 is automatic
	Proxied  bool            `json:"proxied"`
	Comment  string          `json:"comment,omitempty"`
	Settings json.RawMessage `json:"settings,omitempty"`
	Created  time.Time       `json:"created"`
	Modified time.Time       `json:"modified"`
}

// recordInput is a record as a client writes it. Absent members are nil.
type recordInput struct {
	ID       string          `json:"id"`
	Type     string          `json:"type"`
	Name     string          `json:"name"`
	Content  *string         `json:"content"`
	Data     json.RawMessage `json:"data"`
	TTL      *float64        `json:"ttl"`
	Proxied  *bool           `json:"proxied"`
	Priority *float64        `json:"priority"`
	Comment  *string         `json:"comment"`
	Tags     []string        `json:"tags"`
	Settings json.RawMessage `json:"settings"`
}

// proxiable tells whether the proxy can stand before a record of this type.
func proxiable(kind string) bool { return kind == "A" || kind == "AAAA" || kind == "CNAME" }

// view writes a record as the API does.
func (r record) view() map[string]any {
	v := map[string]any{
		"id": r.ID, "name": r.Name, "type": r.Type, "ttl": r.TTL, "proxied": r.Proxied, "proxiable": proxiable(r.Type) && allowedTarget(r.Type, r.RData),
		"comment": nil, "tags": []string{}, "settings": map[string]any{}, "meta": map[string]any{},
		"created_on": stamp(r.Created), "modified_on": stamp(r.Modified),
	}
	if r.Comment != "" {
		v["comment"] = r.Comment
		v["comment_modified_on"] = stamp(r.Modified)
	}
	if r.Settings != nil {
		v["settings"] = r.Settings
	}
	content, data, priority := present(r)
	v["content"] = content
	if data != nil {
		v["data"] = data
	}
	if priority != nil {
		v["priority"] = *priority
	}
	return v
}

// build turns what a client wrote into a record of a zone. The codes of the
// 9xxx range are the real ones as far as they are publicly known.
func (in recordInput) build(zone string) (record, error) {
	kind := strings.ToUpper(in.Type)
	name, err := qualify(in.Name, zone)
	if err != nil {
		return record{}, err
	}
	rdata, err := in.rdata(kind, name)
	if err != nil {
		return record{}, err
	}
	r := record{Name: name, Type: kind, RData: rdata, TTL: 1, Settings: in.Settings}
	if kind == "NS" && name == zone {
		return record{}, bad(9110, "NS records of the zone apex cannot be edited") // from memory
	}
	if in.TTL != nil {
		r.TTL = int(*in.TTL)
	}
	if r.TTL != 1 && (r.TTL < 60 || r.TTL > 86400) {
		return record{}, bad(9021, "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.")
	}
	if in.Proxied != nil {
		r.Proxied = *in.Proxied
	}
	if r.Proxied && !proxiable(kind) {
		return record{}, bad(9004, "This record type cannot be proxied.")
	}
	if r.Proxied && !allowedTarget(kind, rdata) {
		return record{}, bad(9003, "Target %s is not allowed for a proxied record.", rdata)
	}
	if r.Proxied {
		r.TTL = 1
	}
	if in.Comment != nil {
		r.Comment = *in.Comment
	}
	if len([]rune(r.Comment)) > maxComment {
		return record{}, bad(9207, "DNS record comment exceeds the maximum length of %d characters.", maxComment) // code from memory
	}
	if len(in.Tags) > 0 {
		return record{}, bad(9300, "DNS record has %d tags, exceeding the quota of 0.", len(in.Tags))
	}
	return r, nil
}

// qualify turns a name as written (@, relative or absolute) into the full one.
func qualify(name, zone string) (string, error) {
	n := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), ".")
	switch {
	case n == "":
		return "", bad(9000, "DNS name is invalid.")
	case n == "@":
		n = zone
	case !within(n, zone):
		n += "." + zone
	}
	if len(n) > 253 || !matched(`^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_-]+$`, n) || strings.Contains(n, "..") {
		return "", bad(9000, "DNS name is invalid.")
	}
	return n, nil
}

// conflict refuses a record that cannot stand beside those that are there.
// Ignored is the id of the record that it replaces, if any.
func (z *zoneRow) conflict(r record, ignored string) error {
	for _, o := range z.Records {
		if o.ID == ignored || o.Name != r.Name {
			continue
		}
		if o.Type == r.Type && sameData(o, r) {
			return bad(81058, "An identical record already exists.")
		}
		switch {
		case r.Type == "CNAME" && proxiable(o.Type):
			return bad(81053, "An A, AAAA, or CNAME record with that host already exists.")
		case o.Type == "CNAME" && (r.Type == "A" || r.Type == "AAAA"):
			return bad(81054, "A CNAME record with that host already exists.")
		case r.Name != z.Name && (o.Type == "CNAME") != (r.Type == "CNAME"): // only the apex is flattened
			return bad(81054, "A CNAME record with that host already exists.")
		case o.Type == "NS" && proxiable(r.Type), r.Type == "NS" && proxiable(o.Type):
			return bad(81056, "NS records with that host already exist.")
		}
	}
	return nil
}

// sameData compares the rdata of two records of one type.
func sameData(a, b record) bool {
	if a.Type == "TXT" {
		return a.RData == b.RData
	}
	return strings.EqualFold(a.RData, b.RData)
}

// insert adds a record to a zone.
func (c *call) insert(z *zoneRow, r record) (record, error) {
	if err := z.conflict(r, ""); err != nil {
		return record{}, err
	}
	if len(z.Records) >= recordQuota {
		return record{}, bad(81045, "Record quota exceeded.")
	}
	r.ID, r.Created, r.Modified = newID(), c.now, c.now
	z.Records = append(z.Records, r)
	return r, nil
}

// replace puts a record in the place of the one with the same id.
func (c *call) replace(z *zoneRow, old *record, r record) (record, error) {
	if err := z.conflict(r, old.ID); err != nil {
		return record{}, err
	}
	r.ID, r.Created, r.Modified = old.ID, old.Created, c.now
	*old = r
	return r, nil
}

// remove takes a record out of a zone.
func (z *zoneRow) remove(id string) { z.Records = slices.DeleteFunc(z.Records, byID(id)) }

func byID(id string) func(record) bool { return func(r record) bool { return r.ID == id } }

// record finds a record of the call's zone. The code is the real one.
func (c *call) record(id string) (*record, error) {
	if r := find(c.zone.Records, byID(id)); r != nil {
		return r, nil
	}
	return nil, fail(http.StatusNotFound, 81044, "Record does not exist.")
}
