package cloudflare

import (
	"context"
	"encoding/json"
	"net/http"

	"example.test/wizard/steps"
	"example.test/wizard/steps/retry"
	"example.test/wizard/steps/zone"
)

// TriggerScan implements [steps.Records].
func (c *Client) TriggerScan(ctx context.Context, zoneID string) error {
	_, err := c.write(ctx, ids{zoneID}, send(http.MethodPost, "zones/"+zoneID+"/dns_records/scan/trigger", nil))
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
	ctx, cancel := retry.Bounded(ctx)
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
	_, err = c.write(ctx, ids{zoneID}, send(http.MethodPost, "zones/"+zoneID+"/dns_records/scan/review", js))
	return err
}

func (c *Client) scanned(ctx context.Context, zoneID string) ([]steps.CloudRecord, error) {
	out, err := c.read(ctx, ids{zoneID}, get("zones/"+zoneID+"/dns_records/scan/review"))
	if err != nil {
		return nil, err
	}
	return recordsOf(out)
}
