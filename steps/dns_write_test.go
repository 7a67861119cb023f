package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.test/wizard/steps/zone"
)

// One record that Cloudflare does not take must not keep the others away.
func TestWriteNamesWhatIsRefused(t *testing.T) {
	refusal := &ServiceError{Service: "Cloudflare", Status: 400, Code: 9101, Message: "Content for CAA record is invalid.", Ray: "8f1"}
	for _, tt := range []struct {
		name  string
		n     int
		bad   []int
		err   error
		made  int
		calls int // at most
		title string
	}{
		{"all are taken", 80, nil, nil, 80, 1, ""},
		{"none", 0, nil, nil, 0, 0, ""},
		{"one is refused", 80, []int{17}, refusal, 79, 15, "Cloudflare does not take 1 of these records"},
		{"two are refused, in two calls", 450, []int{3, 402}, refusal, 448, 40, "Cloudflare does not take 2 of these records"},
		{"one cannot be written", 5, []int{4}, fmt.Errorf("CERT record: %w", ErrUnholdable), 4, 8, "Cloudflare does not take 1 of these records"},
		{"the token may not", 80, []int{0}, &ServiceError{Service: "Cloudflare", Status: 403, Code: 10000}, 0, 1, "The token may not do this"},
		{"nobody knows", 80, []int{0}, &ServiceError{Service: "Cloudflare", Unclear: true}, 0, 1, "Cloudflare did not answer in time"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var recs []CloudRecord
			for i := range tt.n {
				recs = append(recs, CloudRecord{Record: zone.Record{Name: fmt.Sprintf("h%d.example.com", i), Type: "CAA"}})
			}
			var made []string
			calls := 0
			err := write(t.Context(), recs, func(_ context.Context, part []CloudRecord) error {
				if calls++; len(part) > mostAtOnce {
					t.Errorf("%d in one call", len(part))
				}
				for _, i := range tt.bad {
					if slices.ContainsFunc(part, func(r CloudRecord) bool { return r.Name == recs[i].Name }) {
						return tt.err
					}
				}
				for _, r := range part {
					made = append(made, r.Name)
				}
				return nil
			})
			if len(made) != tt.made || calls > tt.calls {
				t.Errorf("%d made in %d calls", len(made), calls)
			}
			slices.Sort(made)
			if len(slices.Compact(made)) != tt.made {
				t.Error("a record was sent twice")
			}
			if tt.title == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			p := Explain(err)
			if p.Title != tt.title || p.Fix == "" {
				t.Errorf("%+v", p)
			}
			if q, ok := errors.AsType[*Problem](err); ok {
				for _, i := range tt.bad {
					if !strings.Contains(q.Text, "CAA "+recs[i].Name) {
						t.Errorf("%q does not name %s", q.Text, recs[i].Name)
					}
				}
			}
		})
	}
}
