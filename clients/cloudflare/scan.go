package cloudflare

import (
	"context"
	"encoding/json"

	"github.com/cloudflare/cloudflare-go/v7/dns"
	"github.com/cloudflare/cloudflare-go/v7/option"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// TriggerScan implements [steps.Records].
func (c *Client) TriggerScan(ctx context.Context, zoneID string) error {
	_, err := c.write(ctx, ids{zoneID}, func(ctx context.Context, opts ...option.RequestOption) error {
		var p dns.RecordScanTriggerParams
		p.ZoneID.Value, p.ZoneID.Present = zoneID, true
		_, err := dns.NewRecordService().ScanTrigger(ctx, p, opts...)
		return err
	})
	return err
}

// ScanResults implements [steps.Records]. The list grows while the scan runs.
func (c *Client) ScanResults(ctx context.Context, zoneID string) ([]zone.Record, error) {
	found, err := c.scanned(ctx, zoneID)
	if err != nil {
		return nil, err
	}
	var list []zone.Record
	for _, r := range found {
		r.Sources = []string{"scan"}
		list = append(list, r.Record)
	}
	return list, nil
}

// RejectScan implements [steps.Records]. It discards what has been found so far.
func (c *Client) RejectScan(ctx context.Context, zoneID string) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	found, err := c.scanned(ctx, zoneID)
	if err != nil || len(found) == 0 {
		return err
	}
	type ref struct {
		ID string `json:"id"`
	}
	rejects := make([]ref, len(found))
	for i, r := range found {
		rejects[i].ID = r.ID
	}
	js, err := json.Marshal(map[string]any{"accepts": []ref{}, "rejects": rejects})
	if err != nil {
		return err
	}
	_, err = c.write(ctx, ids{zoneID}, func(ctx context.Context, opts ...option.RequestOption) error {
		var p dns.RecordScanReviewParams
		p.ZoneID.Value, p.ZoneID.Present = zoneID, true
		_, err := dns.NewRecordService().ScanReview(ctx, p, append(opts, body(js))...)
		return err
	})
	return err
}

func (c *Client) scanned(ctx context.Context, zoneID string) ([]steps.CloudRecord, error) {
	out, err := c.read(ctx, ids{zoneID}, func(ctx context.Context, opts ...option.RequestOption) error {
		var p dns.RecordScanListParams
		p.ZoneID.Value, p.ZoneID.Present = zoneID, true
		_, err := dns.NewRecordService().ScanList(ctx, p, opts...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return recordsOf(out)
}
