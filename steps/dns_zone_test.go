package steps

import (
	"context"
	"errors"
	"testing"
)

// late holds a zone that shows itself only at the look after so many.
type late struct {
	Zones
	after, looks int
}

func (l *late) FindZone(context.Context, string, string) (Zone, bool, error) {
	l.looks++
	return Zone{ID: "zone-9", Name: "example.com"}, l.looks > l.after, nil
}

func (l *late) CreateZone(context.Context, string, string) (Zone, error) {
	return Zone{}, cf(400, 1061)
}

// "Already exists" is looked into before it is said to be in another account.
func TestAZoneThatExistsAlreadyIsLookedForAgain(t *testing.T) {
	s := with(settled(), func(s *Settings) { s.ZoneID = "" })
	got, err := (&DNSStep{Zones: &late{after: 1}}).Apply(t.Context(), s, Action{ID: "create-zone"})
	if err != nil || got.ZoneID != "zone-9" || got.ZoneCreated {
		t.Errorf("it was here all the time: %+v, %v", got.ZoneID, err)
	}
	_, err = (&DNSStep{Zones: &late{after: 9}}).Apply(t.Context(), s, Action{ID: "create-zone"})
	if e, ok := errors.AsType[*ServiceError](err); !ok || e.Code != 1061 || Explain(err).Title != "This domain is in another Cloudflare account" {
		t.Errorf("it is in another account: %v", err)
	}
}
