package cloudflare

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/cloudflare/cloudflare-go/v7/option"
	"github.com/cloudflare/cloudflare-go/v7/zones"

	"example.test/wizard/steps"
)

// FindZone implements [steps.Zones]. Where several accounts hold the name, the
// active zone is the answer, then one that waits, then the first.
func (c *Client) FindZone(ctx context.Context, name string) (steps.Zone, bool, error) {
	var list []steps.Zone
	ask := func(page float64) request {
		return func(ctx context.Context, opts ...option.RequestOption) error {
			var p zones.ZoneListParams
			p.Name.Value, p.Name.Present = name, true
			p.Page.Value, p.Page.Present = page, true
			p.PerPage.Value, p.PerPage.Present = pageSize, true
			_, err := zones.NewZoneService().List(ctx, p, opts...)
			return err
		}
	}
	err := c.pages(ctx, nil, pageSize, ask, func(out answer) (int, error) {
		var page []wireZone
		if err := out.into(&page); err != nil {
			return 0, err
		}
		for _, z := range page {
			got, err := zoneOf(out, z)
			if err != nil {
				return 0, err
			}
			if strings.EqualFold(got.Name, name) {
				list = append(list, got)
			}
		}
		return len(page), nil
	})
	if err != nil || len(list) == 0 {
		return steps.Zone{}, false, err
	}
	rank := func(z steps.Zone) int {
		return slices.Index([]string{"moved", "initializing", "pending", "active"}, z.Status)
	}
	best := list[0]
	for _, z := range list[1:] {
		if rank(z) > rank(best) {
			best = z
		}
	}
	return best, true, nil
}

// Zone implements [steps.Zones].
func (c *Client) Zone(ctx context.Context, id string) (steps.Zone, error) {
	out, err := c.read(ctx, ids{id}, func(ctx context.Context, opts ...option.RequestOption) error {
		var p zones.ZoneGetParams
		p.ZoneID.Value, p.ZoneID.Present = id, true
		_, err := zones.NewZoneService().Get(ctx, p, opts...)
		return err
	})
	return oneZone(out, err)
}

// CreateZone implements [steps.Zones]. The free plan is what a new zone has.
func (c *Client) CreateZone(ctx context.Context, accountID, name string) (steps.Zone, error) {
	out, err := c.write(ctx, ids{accountID}, func(ctx context.Context, opts ...option.RequestOption) error {
		var p zones.ZoneNewParams
		p.Account.Value.ID.Value, p.Account.Value.ID.Present = accountID, true
		p.Account.Present = true
		p.Name.Value, p.Name.Present = name, true
		p.Type.Value, p.Type.Present = zones.TypeFull, true
		_, err := zones.NewZoneService().New(ctx, p, opts...)
		return err
	})
	return oneZone(out, err)
}

// CheckActivation implements [steps.Zones].
func (c *Client) CheckActivation(ctx context.Context, id string) error {
	_, err := c.write(ctx, ids{id}, func(ctx context.Context, opts ...option.RequestOption) error {
		var p zones.ActivationCheckTriggerParams
		p.ZoneID.Value, p.ZoneID.Present = id, true
		_, err := zones.NewActivationCheckService().Trigger(ctx, p, opts...)
		return err
	})
	return err
}

// A wireZone is a zone as the API shows it.
type wireZone struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Account struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"account"`
	Plan struct {
		Name string `json:"name"`
	} `json:"plan"`
	Status     string    `json:"status"`
	Servers    []string  `json:"name_servers"`
	OldServers []string  `json:"original_name_servers"`
	Registrar  string    `json:"original_registrar"`
	Created    time.Time `json:"created_on"`
	Activated  time.Time `json:"activated_on"`
	Paused     bool      `json:"paused"`
}

func oneZone(out answer, err error) (steps.Zone, error) {
	if err != nil {
		return steps.Zone{}, err
	}
	var z wireZone
	if err := out.into(&z); err != nil {
		return steps.Zone{}, err
	}
	return zoneOf(out, z)
}

func zoneOf(out answer, z wireZone) (steps.Zone, error) {
	if z.ID == "" {
		return steps.Zone{}, out.lacks("id")
	}
	return steps.Zone{
		ID: z.ID, Name: host(z.Name), AccountID: z.Account.ID, AccountName: z.Account.Name,
		Status: z.Status, Plan: z.Plan.Name,
		NameServers: hosts(z.Servers), OldServers: hosts(z.OldServers), Registrar: z.Registrar,
		Created: z.Created, Activated: z.Activated, Paused: z.Paused, Reading: out.reading,
	}, nil
}

// host is a name as the steps write it: lower case, no final dot.
func host(s string) string { return strings.ToLower(strings.TrimSuffix(s, ".")) }

func hosts(list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, host(s))
	}
	return out
}
