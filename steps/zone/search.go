package zone

import (
	"context"
	"slices"
	"sync"
	"time"

	"example.test/wizard/steps/beside"
)

// A search is one run of a [Finder].
type search struct {
	*Finder
	domain string
	lanes  []*lane
	shared bool // the servers hold the same version: any one may be asked
	closed bool // the list of names is known to be complete

	reporting sync.Mutex

	mu     sync.Mutex
	found  map[string]*Record // by key
	newest []Record           // found last, newest first
	counts map[string]int     // records by the part that found them
	names  map[string]*known
	wilds  map[string]*wildcard
	cuts   map[string]bool
	asked  map[string]bool // names
	silent map[string]bool // names for which no answer came
	memo   map[string]*pending
	part   string
	done   int
	total  int
	sum    int // records found, without signatures

	questions, partAsked int // sent to all servers; when the present part began
	partBegan            time.Time
	bytes                int                // of record data that were sent
	flooded              context.CancelFunc // ends the search when there are far too many

	// Whether the servers answer as RFC 8020 wants for names that exist only
	// because something is below them.
	emptyGood, emptyBad bool
}

// known is what was learnt about a name.
type known struct {
	looked  bool
	exists  bool // has records, or something below it
	absent  bool // the servers say NXDOMAIN
	covered bool // a wildcard answers for it
	records int
	begun   map[string]*flight // looks at it, by the types expected
}

// pending is one question, asked once.
type pending struct {
	*flight
	answer Answer
}

func newSearch(f *Finder, domain string) *search {
	r := &search{
		Finder: f, domain: domain,
		found: map[string]*Record{}, counts: map[string]int{}, names: map[string]*known{}, wilds: map[string]*wildcard{},
		cuts: map[string]bool{}, asked: map[string]bool{}, silent: map[string]bool{}, memo: map[string]*pending{},
	}
	for _, s := range f.Servers {
		r.lanes = append(r.lanes, &lane{server: s, pace: newPace(f.Rate), said: map[string]Answer{}, count: r.count, weigh: r.weigh})
	}
	r.name(domain).exists = true
	return r
}

// mostBytes is more record data than the questions of a search can be answered
// with by any true zone. A server that sends more would fill the memory.
const mostBytes = 8 << 20

// count counts a question.
func (r *search) count() {
	r.mu.Lock()
	r.questions++
	r.mu.Unlock()
}

// weigh counts what an answer holds, and ends the search when it is too much.
func (r *search) weigh(a Answer) {
	n := 0
	for _, list := range [][]Record{a.Records, a.Authority, a.Additional} {
		for _, rec := range list {
			n += len(rec.Name) + len(rec.Content)
		}
	}
	r.mu.Lock()
	r.bytes += n
	full := r.bytes > mostBytes
	r.mu.Unlock()
	if full {
		r.flooded()
	}
}

// name gives the entry for a name. The caller holds r.mu, or is alone.
func (r *search) name(n string) *known {
	k := r.names[n]
	if k == nil {
		k = &known{begun: map[string]*flight{}}
		r.names[n] = k
	}
	return k
}

// ask asks one question once. While the servers hold the same version, one of
// them is enough; else all are asked and their answers are put together.
func (r *search) ask(ctx context.Context, name, rtype string) Answer {
	key := name + " " + rtype
	r.mu.Lock()
	p := r.memo[key]
	if p == nil {
		p = &pending{flight: newFlight()}
		r.memo[key] = p
	}
	r.asked[name] = true
	r.mu.Unlock()
	p.do(func() {
		if r.shared {
			p.answer = r.askOne(ctx, name, rtype)
		} else {
			p.answer = r.askAll(ctx, name, rtype)
		}
		if !answered(p.answer) && ctx.Err() == nil {
			r.mu.Lock()
			r.silent[name] = true
			r.mu.Unlock()
		}
	})
	return p.answer
}

// askOne asks the server that is free soonest, and another when it fails.
func (r *search) askOne(ctx context.Context, name, rtype string) (a Answer) {
	for range 3 {
		lanes := r.usable()
		slices.SortFunc(lanes, func(a, b *lane) int { return a.pace.free().Compare(b.pace.free()) })
		for _, l := range lanes {
			if a = l.ask(ctx, r.Asker, name, rtype); answered(a) || ctx.Err() != nil {
				return a
			}
		}
	}
	return a
}

// askAll asks every server and unites what they say.
func (r *search) askAll(ctx context.Context, name, rtype string) Answer {
	lanes := r.usable()
	answers := make([]Answer, len(lanes))
	var wg beside.Group
	for i, l := range lanes {
		wg.Go(func() {
			for range 3 {
				if answers[i] = l.ask(ctx, r.Asker, name, rtype); answered(answers[i]) || ctx.Err() != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	out := answers[0]
	for _, a := range answers[1:] {
		switch {
		case !answered(a):
		case !answered(out) || out.Rcode == "NXDOMAIN" && a.Rcode == "NOERROR":
			a.Records = append(slices.Clone(a.Records), out.Records...)
			out = a
		default:
			out.Records = append(slices.Clone(out.Records), a.Records...)
			out.Authority = append(slices.Clone(out.Authority), a.Authority...)
			out.Additional = append(slices.Clone(out.Additional), a.Additional...)
		}
	}
	return out
}

// answered: the server said something about the name.
func answered(a Answer) bool { return a.Rcode == "NOERROR" || a.Rcode == "NXDOMAIN" }

// each calls fn for every item, as many at a time as the servers' pace can use.
func each[T any](ctx context.Context, r *search, items []T, fn func(T)) {
	queue := make(chan T)
	var wg beside.Group
	for range min(len(items), 8*max(1, len(r.lanes))) {
		wg.Go(func() {
			for item := range queue {
				fn(item)
			}
		})
	}
	for _, item := range items {
		if ctx.Err() != nil {
			break
		}
		queue <- item
	}
	close(queue)
	wg.Wait()
}

// add keeps a record, or adds to the sources of one that is known.
func (r *search) add(rec Record, sources ...string) {
	rec.Name = CanonicalName(rec.Name)
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.found[rec.Key()]
	if old == nil {
		rec.Sources = nil
		old = &rec
		r.found[rec.Key()] = old
		r.name(rec.Name).records++
		r.counts[r.part]++
		if !signature(rec.Type) {
			r.sum++
			latest := rec
			latest.Sources = slices.Clone(sources)
			r.newest = append([]Record{latest}, r.newest[:min(len(r.newest), 4)]...)
		}
		r.existing(rec.Name)
	}
	for _, s := range sources {
		if !slices.Contains(old.Sources, s) {
			old.Sources = append(old.Sources, s)
		}
	}
}

// existing marks a name and those above it. The caller holds r.mu.
func (r *search) existing(name string) {
	r.name(name).exists = true
	for up := parent(name); below(up, r.domain); up = parent(up) {
		k := r.name(up)
		if k.absent {
			// NXDOMAIN for a name that has something below it.
			r.emptyBad = true
		}
		k.exists = true
	}
}
