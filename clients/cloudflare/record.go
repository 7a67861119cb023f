package cloudflare

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/retry"
	"example.test/wizard/steps/zone"
)

const (
	recordPage = 500 // entries of a page of records
	batchSize  = 200 // most records of one batch on the free plan
)

// Records implements [steps.Records]. Content is in the form that miekg/dns
// prints; TTL is 1 where Cloudflare chooses it.
func (c *Client) Records(ctx context.Context, zoneID string) ([]steps.CloudRecord, error) {
	return c.records(ctx, zoneID, "")
}

// RecordsNamed implements [steps.Records].
func (c *Client) RecordsNamed(ctx context.Context, zoneID, name string) ([]steps.CloudRecord, error) {
	name = host(name)
	list, err := c.records(ctx, zoneID, name)
	return slices.DeleteFunc(list, func(r steps.CloudRecord) bool { return r.Name != name }), err
}

func (c *Client) records(ctx context.Context, zoneID, name string) ([]steps.CloudRecord, error) {
	var list []steps.CloudRecord
	var only []string
	if name != "" {
		only = []string{"name.exact", name}
	}
	ask := func(page int) request {
		return get("zones/"+zoneID+"/dns_records", paged(page, recordPage, only...)...)
	}
	err := c.pages(ctx, ids{zoneID}, recordPage, ask, func(out answer) (int, error) {
		page, err := recordsOf(out)
		list = append(list, page...)
		return len(page), err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// A wireRecord is a record as the API shows it.
type wireRecord struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Type    string    `json:"type"`
	TTL     float64   `json:"ttl"`
	Proxied bool      `json:"proxied"`
	Comment string    `json:"comment"`
	Created time.Time `json:"created_on"`
	wireContent
}

func recordsOf(out answer) ([]steps.CloudRecord, error) {
	var page []wireRecord
	if err := out.into(&page); err != nil {
		return nil, err
	}
	var list []steps.CloudRecord
	for _, w := range page {
		if w.ID == "" || w.Name == "" || w.Type == "" {
			return nil, out.lacks("id, name or type")
		}
		list = append(list, steps.CloudRecord{
			ID:      w.ID,
			Record:  zone.Record{Name: host(w.Name), Type: w.Type, TTL: uint32(w.TTL), Content: decode(w.Type, w.wireContent)},
			Proxied: w.Proxied, Comment: w.Comment, Created: w.Created, Reading: out.reading,
		})
	}
	return list, nil
}

// CreateRecords implements [steps.Records]. Up to 200 records are one call,
// which succeeds or fails as a whole; more are several such calls in a row, and
// an error leaves the earlier ones made.
func (c *Client) CreateRecords(ctx context.Context, zoneID string, recs []steps.CloudRecord) error {
	for i := range recs {
		if recs[i].ID != "" {
			return fmt.Errorf("%s %s is there already", recs[i].Type, recs[i].Name)
		}
	}
	return c.batch(ctx, zoneID, "posts", recs)
}

// ChangeRecords implements [steps.Records], with the limit of
// [Client.CreateRecords]. An empty comment leaves the old one.
func (c *Client) ChangeRecords(ctx context.Context, zoneID string, recs []steps.CloudRecord) error {
	for i := range recs {
		if recs[i].ID == "" {
			return fmt.Errorf("%s %s has no id", recs[i].Type, recs[i].Name)
		}
	}
	return c.batch(ctx, zoneID, "patches", recs)
}

// batch sends the records under the key "posts" or "patches".
func (c *Client) batch(ctx context.Context, zoneID, key string, recs []steps.CloudRecord) error {
	list := make([]sentRecord, len(recs))
	for i, r := range recs {
		var err error
		if list[i], err = encode(r); err != nil {
			return err
		}
	}
	ctx, cancel := retry.Bounded(ctx)
	defer cancel()
	for chunk := range slices.Chunk(list, batchSize) {
		js, err := json.Marshal(map[string]any{key: chunk})
		if err != nil {
			return err
		}
		out, err := c.write(ctx, ids{zoneID}, send(http.MethodPost, "zones/"+zoneID+"/dns_records/batch", js))
		if err != nil {
			return err
		}
		var made map[string][]struct {
			ID string `json:"id"`
		}
		if err := out.into(&made); err != nil {
			return err
		}
		if len(made[key]) != len(chunk) {
			return out.bad(errors.New("the answer does not list what was sent"))
		}
	}
	return nil
}

// DeleteRecord implements [steps.Records].
func (c *Client) DeleteRecord(ctx context.Context, zoneID, recordID string) error {
	_, err := c.write(ctx, ids{zoneID, recordID}, send(http.MethodDelete, "zones/"+zoneID+"/dns_records/"+recordID, nil))
	return err
}

// A sentRecord is a record as the API takes it: Content for most types, Data
// for those with fields of their own.
type sentRecord struct {
	ID       string  `json:"id,omitempty"`
	Name     string  `json:"name"`
	Type     string  `json:"type"`
	TTL      uint32  `json:"ttl"`
	Proxied  *bool   `json:"proxied,omitempty"`
	Content  string  `json:"content,omitempty"`
	Priority *uint16 `json:"priority,omitempty"`
	Data     any     `json:"data,omitempty"`
	Comment  string  `json:"comment,omitempty"`
}

// What Cloudflare takes as a time to live, in seconds; 1 lets it choose.
const (
	autoTTL = 1
	minTTL  = 60
	maxTTL  = 86400
)

// encode makes the record ready to be sent. It fails, naming the type, where
// Cloudflare cannot hold it.
func encode(r steps.CloudRecord) (sentRecord, error) {
	s := sentRecord{ID: r.ID, Name: strings.TrimSuffix(r.Name, "."), Type: strings.ToUpper(r.Type), Comment: r.Comment}
	rr, err := parse(s.Type, r.Content)
	if err == nil {
		err = s.fill(rr)
	}
	if err != nil {
		return sentRecord{}, fmt.Errorf("%s record of %s: %w: %w", r.Type, r.Name, steps.ErrUnholdable, err)
	}
	s.TTL = min(max(r.TTL, minTTL), maxTTL)
	if r.Proxied || r.ID != "" && r.TTL == autoTTL {
		s.TTL = autoTTL
	}
	switch s.Type {
	case "A", "AAAA", "CNAME":
		s.Proxied = &r.Proxied
	default:
		if r.Proxied {
			return sentRecord{}, fmt.Errorf("%s record of %s: Cloudflare cannot proxy this type", r.Type, r.Name)
		}
	}
	return s, nil
}
