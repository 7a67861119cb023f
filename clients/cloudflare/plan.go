package cloudflare

import "context"

// ZonePlan implements [steps.Plans].
func (c *Client) ZonePlan(ctx context.Context, zoneID string) (string, error) {
	out, err := c.readSteady(ctx, ids{zoneID}, "zones/"+zoneID)
	z, err := oneZone(out, err)
	return z.Plan, err
}
