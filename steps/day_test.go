package steps_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// meter counts the questions to each kind of server by the minute.
type meter struct {
	steps.DNS
	now   func() time.Time
	mu    sync.Mutex
	asked map[string]map[int64]int // by server and what was asked, then by minute
}

func (m *meter) count(what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.asked[what] == nil {
		m.asked[what] = map[int64]int{}
	}
	m.asked[what][m.now().Unix()/60]++
}

func (m *meter) Delegation(ctx context.Context, domain string) (steps.Delegation, error) {
	m.count("servers of the registry")
	return m.DNS.Delegation(ctx, domain)
}

func (m *meter) NameServersSeen(ctx context.Context, domain string) ([]steps.Sighting, error) {
	m.count("public resolvers")
	return m.DNS.NameServersSeen(ctx, domain)
}

func (m *meter) Answers(ctx context.Context, servers []string, name, rtype string) ([]zone.Answer, error) {
	for _, s := range servers {
		m.count(s + ", " + name + " " + rtype)
	}
	return m.DNS.Answers(ctx, servers, name, rtype)
}

// busiest is the most questions in one minute from then on.
func (m *meter) busiest(from time.Time) (server string, most, all int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for s, minutes := range m.asked {
		for minute, n := range minutes {
			if minute*60 < from.Unix() {
				continue
			}
			if all += n; n > most {
				server, most = s, n
			}
		}
	}
	return server, most, all
}

// heap is what is in use, in bytes.
func heap() int64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}

// TestADayOfWaiting: nobody is bothered, nothing piles up, and the change is
// still noticed at once when it comes after 24 hours.
func TestADayOfWaiting(t *testing.T) { dayOfWaiting(t, func(context.Context, *rig) {}) }

// TestADayOfWaitingWithOpenPages: the page of the step and the list of steps stay
// open in two tabs, which ask every 15 seconds. They bother nobody more than that.
func TestADayOfWaitingWithOpenPages(t *testing.T) {
	dayOfWaiting(t, func(ctx context.Context, r *rig) {
		for ctx.Err() == nil {
			if _, err := r.Glance(ctx, steps.IDDNS); err != nil {
				t.Error(err)
			}
			r.GlanceAll(ctx)
			select {
			case <-ctx.Done():
			case <-time.After(15 * time.Second):
			}
		}
	})
}

func dayOfWaiting(t *testing.T, pages func(context.Context, *rig)) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		step, ok := r.step(steps.IDDNS).(*steps.DNSStep)
		if !ok {
			t.Fatal("the step of the domain is another")
		}
		m := &meter{DNS: step.DNS, now: r.now, asked: map[string]map[int64]int{}}
		step.DNS = m
		r.told(t)
		began := r.now()
		ctx, leave := context.WithCancel(t.Context())
		var open sync.WaitGroup
		open.Go(func() { pages(ctx, r) })
		defer func() { leave(); open.Wait() }()
		r.watched(t, func() {
			time.Sleep(time.Hour)
			synctest.Wait()
			early := heap()
			time.Sleep(23 * time.Hour)
			synctest.Wait()
			grown := heap() - early
			server, most, all := m.busiest(began.Add(10 * time.Minute))
			t.Logf("24 hours: %d questions after the first ten minutes, at most %d in a minute (%s); memory grew by %d bytes", all, most, server, grown)
			if most > 1 {
				t.Errorf("%s: %d questions in one minute", server, most)
			}
			if all < 24*60/5 { // the registry and the public resolvers every five minutes at least
				t.Errorf("only %d questions in a day: it fell asleep", all)
			}
			if grown > 512<<10 {
				t.Errorf("memory grew by %d bytes in 23 hours", grown)
			}
			r.registered()
			changed := r.now()
			time.Sleep(5*time.Minute + time.Second)
			synctest.Wait()
			if late := r.sawAt(t).Sub(changed); late < 0 || late > 5*time.Minute {
				t.Errorf("the change was noticed %v late", late)
			}
			// A page that asks now is shown what the watcher saw.
			if seen, err := r.Glance(t.Context(), steps.IDDNS); err != nil || seen.Finding.Detail.(*steps.DNSDetail).Sees == 0 {
				t.Errorf("the open page still shows how it was: %v", err)
			}
		})
	})
}
