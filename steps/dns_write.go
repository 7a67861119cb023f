package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.test/wizard/locale"
	"example.test/wizard/steps/zone"
)

// ErrUnholdable means that a record cannot be written at Cloudflare at all. The
// client says so before anything is sent.
var ErrUnholdable = errors.New("not to be held by Cloudflare")

const (
	mostAtOnce  = 200 // records of one call, which succeeds or fails as a whole
	mostRefused = 20  // after so many refusals the rest is not tried
)

// A refusal is one record that Cloudflare does not take, and why.
type refusal struct {
	record CloudRecord
	why    error
}

// write sends records in as few calls as it can. A call that is refused has made
// nothing, so it is sent again in halves until the records that are refused
// stand alone; the others are written, and those are named.
func write(ctx context.Context, recs []CloudRecord, send func(context.Context, []CloudRecord) error) error {
	var refused []refusal
	for chunk := range slices.Chunk(recs, mostAtOnce) {
		more, err := writeHalves(ctx, chunk, send)
		if err != nil {
			return fmt.Errorf("writing the records: %w", err)
		}
		if refused = append(refused, more...); len(refused) > mostRefused {
			break
		}
	}
	if len(refused) == 0 {
		return nil
	}
	p := &Problem{
		Title: fmt.Sprintf("Cloudflare does not take %s of these records", locale.Number(len(refused))),
		Text:  "All others are there. Not taken: " + named(refused) + ".",
		Fix:   "Untick them in the list if you can do without them. Their own words are in the details.",
		Link:  Link{"Open the list", "/steps/dns?part=compare"}, Err: refused[0].why,
	}
	for _, r := range refused {
		why := r.why.Error()
		if e, ok := errors.AsType[*ServiceError](r.why); ok {
			why = fmt.Sprintf("%s (code %d, Ray ID %s)", e.Message, e.Code, e.Ray)
		}
		p.Detail = append(p.Detail, Code(r.record.Type+" "+r.record.Name, why))
	}
	return p
}

func writeHalves(ctx context.Context, recs []CloudRecord, send func(context.Context, []CloudRecord) error) ([]refusal, error) {
	err := send(ctx, recs)
	if err == nil {
		return nil, nil
	}
	e, ok := errors.AsType[*ServiceError](err)
	if !(ok && e.Status == 400 && !e.Unclear) && !errors.Is(err, ErrUnholdable) {
		return nil, err
	}
	if len(recs) == 1 {
		return []refusal{{recs[0], err}}, nil
	}
	left, err := writeHalves(ctx, recs[:len(recs)/2], send)
	if err != nil || len(left) > mostRefused {
		return left, err
	}
	right, err := writeHalves(ctx, recs[len(recs)/2:], send)
	return append(left, right...), err
}

func named(all []refusal) string {
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = r.record.Type + " " + zone.ToUnicode(r.record.Name)
	}
	return strings.TrimSuffix(listUpTo(names, 5), ".")
}
