package cloudflare

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// FindZone implements [steps.Zones]. Where several accounts hold the name, the
// zone of the given one is the answer, then the active one, then one that waits,
// then the first. The API writes the name of an international domain as its owner
// does, so it is asked for that, and then for the form that name servers use.
func (c *Client) FindZone(ctx context.Context, accountID, name string) (steps.Zone, bool, error) {
	name = zone.CanonicalName(name)
	list, err := c.zonesNamed(ctx, zone.ToUnicode(name), name)
	if err == nil && len(list) == 0 && zone.ToUnicode(name) != name {
		list, err = c.zonesNamed(ctx, name, name)
	}
	if err != nil || len(list) == 0 {
		return steps.Zone{}, false, err
	}
	rank := func(z steps.Zone) int {
		if z.AccountID == accountID {
			return 4
		}
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

// zonesNamed asks for the zones of a name in one of its forms, and takes those that
// are the domain.
func (c *Client) zonesNamed(ctx context.Context, name, domain string) (list []steps.Zone, err error) {
	ask := func(page int) request { return get("zones", paged(page, pageSize, "name", name)...) }
	err = c.pages(ctx, nil, pageSize, ask, func(out answer) (int, error) {
		var page []wireZone
		if err := out.into(&page); err != nil {
			return 0, err
		}
		for _, z := range page {
			got, err := zoneOf(out, z)
			if err != nil {
				return 0, err
			}
			if got.Name == domain {
				list = append(list, got)
			}
		}
		return len(page), nil
	})
	return list, err
}

// ActiveZones implements [steps.Zones].
func (c *Client) ActiveZones(ctx context.Context, accountID string) ([]string, error) {
	out, err := c.read(ctx, ids{accountID}, get("zones", paged(1, pageSize, "account.id", accountID, "status", "active", "order", "name")...))
	if err != nil {
		return nil, err
	}
	var page []wireZone
	if err := out.into(&page); err != nil {
		return nil, err
	}
	var names []string
	for _, z := range page {
		if z.Status == "active" && z.Account.ID == accountID && z.Name != "" {
			names = append(names, zone.CanonicalName(z.Name))
		}
	}
	slices.Sort(names)
	return names, nil
}

// Zone implements [steps.Zones].
func (c *Client) Zone(ctx context.Context, id string) (steps.Zone, error) {
	out, err := c.read(ctx, ids{id}, get("zones/"+id))
	return oneZone(out, err)
}

// CreateZone implements [steps.Zones]. The free plan is what a new zone has.
func (c *Client) CreateZone(ctx context.Context, accountID, name string) (steps.Zone, error) {
	out, err := c.write(ctx, ids{accountID}, send(http.MethodPost, "zones", join(object{"name": text(name), "type": text("full"), "account": join(object{"id": text(accountID)})})))
	return oneZone(out, err)
}

// CheckActivation implements [steps.Zones].
func (c *Client) CheckActivation(ctx context.Context, id string) error {
	_, err := c.write(ctx, ids{id}, send(http.MethodPut, "zones/"+id+"/activation_check", nil))
	return err
}

// SignedWith implements [steps.Zones]. The answer is a whole record, of which the
// data is what the parent's servers answer too.
func (c *Client) SignedWith(ctx context.Context, id string) (string, error) {
	out, err := c.read(ctx, ids{id}, get("zones/"+id+"/dnssec"))
	if err != nil {
		return "", err
	}
	var d struct {
		Status string `json:"status"`
		DS     string `json:"ds"`
	}
	if err := out.into(&d); err != nil {
		return "", err
	}
	if d.Status == "" {
		return "", out.lacks("status")
	}
	_, data, _ := strings.Cut(strings.ToLower(strings.Join(strings.Fields(d.DS), " ")), " ds ")
	return data, nil
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
		ID: z.ID, Name: zone.CanonicalName(z.Name), AccountID: z.Account.ID, AccountName: z.Account.Name,
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
