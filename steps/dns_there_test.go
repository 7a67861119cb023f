package steps_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"example.test/wizard/steps"
)

// Who has domains at Cloudflare already need not type one; a list that cannot be
// read takes nothing away.
func TestDomainsOfTheAccountAreOffered(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.w.with(func(w *world) {
			w.zones = []steps.Zone{{Name: "there.example", AccountID: "acc-1", Status: "active"}, {Name: "waits.example", AccountID: "acc-1", Status: "pending"}, {Name: "theirs.example", AccountID: "acc-2", Status: "active"}}
		})
		r.update(t, func(s *steps.Settings) { s.AccountID, s.Domain = "acc-1", "" })
		f := r.look(t, steps.IDDNS).Finding
		if d := f.Detail.(*steps.DNSDetail); f.Ask != "domain" || !slices.Equal(d.There, []string{"there.example"}) {
			t.Errorf("%s, offered: %v", f.Ask, d.There)
		}
		r.w.with(func(w *world) { w.zones[0].Name = "other.example" })
		if d := r.look(t, steps.IDDNS).Finding.Detail.(*steps.DNSDetail); !slices.Equal(d.There, []string{"there.example"}) {
			t.Errorf("asked again at once: %v", d.There)
		}
		time.Sleep(2 * time.Minute)
		if d := r.look(t, steps.IDDNS).Finding.Detail.(*steps.DNSDetail); !slices.Equal(d.There, []string{"other.example"}) {
			t.Errorf("a while later: %v", d.There)
		}
		time.Sleep(2 * time.Minute)
		r.dns().Zones = noList{r.dns().Zones}
		if f := r.look(t, steps.IDDNS).Finding; f.Ask != "domain" || len(f.Detail.(*steps.DNSDetail).There) != 0 {
			t.Errorf("%+v", f)
		}
	})
}

// noList cannot list zones, as a token for one of them cannot.
type noList struct{ steps.Zones }

func (noList) ActiveZones(context.Context, string) ([]string, error) {
	return nil, &steps.ServiceError{Service: "Cloudflare", Status: 403}
}
