package zone

import "sync/atomic"

// A flight is work that is done once, while whoever else wants it waits.
type flight struct {
	begun atomic.Bool
	done  chan struct{}
}

func newFlight() *flight { return &flight{done: make(chan struct{})} }

// do calls fn, or waits until the call by somebody else has ended. It reports
// whether fn was called now.
func (f *flight) do(fn func()) bool {
	if !f.begun.CompareAndSwap(false, true) {
		<-f.done
		return false
	}
	defer close(f.done)
	fn()
	return true
}
