package zone

import (
	"slices"
	"time"
)

// soonest is how long a part must have worked before its speed says anything.
const soonest = 500 * time.Millisecond

// begin starts a part of the search.
func (r *search) begin(part string, total int) {
	r.mu.Lock()
	r.part, r.done, r.total = part, 0, total
	r.partBegan, r.partAsked = time.Now(), r.questions
	r.mu.Unlock()
	r.tell("running", "")
}

// more adds work to the present part.
func (r *search) more(n int) {
	r.mu.Lock()
	r.total += n
	r.mu.Unlock()
}

// step reports that n more pieces of work are done.
func (r *search) step(n int) {
	r.mu.Lock()
	r.done += n
	r.mu.Unlock()
	r.tell("running", "")
}

// end closes the present part.
func (r *search) end(state, detail string) { r.tell(state, detail) }

func (r *search) tell(state, detail string) {
	if r.Report == nil {
		return
	}
	r.reporting.Lock()
	defer r.reporting.Unlock()
	r.mu.Lock()
	p := Progress{Part: r.part, State: state, Done: r.done, Total: r.total, Found: r.counts[r.part], All: r.sum, Detail: detail, Last: slices.Clone(r.newest)}
	if took := time.Since(r.partBegan); took > soonest {
		p.Rate = float64(r.questions-r.partAsked) / took.Seconds()
		if r.done > 0 && r.total > r.done {
			p.Left = time.Duration(float64(took) / float64(r.done) * float64(r.total-r.done))
		}
	}
	r.mu.Unlock()
	r.Report(p)
}
