package retry

import (
	"context"
	"testing"
	"time"
)

func TestDelay(t *testing.T) {
	tests := []struct {
		name   string
		failed int
		asked  time.Duration
		jitter float64
		pace   float64
		want   time.Duration
	}{
		{"first", 1, 0, 1, 1, 500 * time.Millisecond},
		{"second", 2, 0, 1, 1, time.Second},
		{"third", 3, 0, 1, 1, 2 * time.Second},
		{"roof", 12, 0, 1, 1, 30 * time.Second},
		{"full jitter", 2, 0, 0.25, 1, 250 * time.Millisecond},
		{"no jitter", 2, 0, 0, 1, 0},
		{"asked", 1, 9 * time.Second, 0, 1, 9 * time.Second},
		{"asked too much", 1, time.Hour, 0, 1, 5 * time.Minute},
		{"pace", 2, 0, 1, 10, 100 * time.Millisecond},
		{"asked at a pace", 1, 9 * time.Second, 0, 3, 3 * time.Second},
	}
	for _, tt := range tests {
		r := New(tt.pace)
		r.Jitter = func() float64 { return tt.jitter }
		if got := r.delay(tt.failed, tt.asked); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if New(0).pace != 1 {
		t.Error("pace 0 is not 1")
	}
}

func TestPause(t *testing.T) {
	r := New(1)
	r.Jitter = func() float64 { return 1 }
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r.Pause(ctx, 1, 0) {
		t.Error("waited although the caller is gone")
	}
	soon, end := context.WithTimeout(t.Context(), time.Hour)
	defer end()
	r.Sleep = func(_ context.Context, d time.Duration) error {
		if d != 3*time.Minute {
			t.Errorf("slept %v", d)
		}
		return nil
	}
	if !r.Pause(soon, 1, 3*time.Minute) {
		t.Error("did not wait although there is time")
	}
	if r.Pause(soon, Tries, 3*time.Minute) {
		t.Error("there is one try more than there may be")
	}
	if soon, end := context.WithTimeout(t.Context(), time.Minute); r.Pause(soon, 1, 3*time.Minute) {
		end()
		t.Error("waited for what cannot come in time")
	} else {
		end()
	}
}

// TestFigures holds the policy to its figures: at most six tries, and the tries
// with their longest waits within two minutes.
func TestFigures(t *testing.T) {
	p := New(1)
	p.Jitter = func() float64 { return 1 }
	total := time.Duration(0)
	for failed := 1; failed < Tries; failed++ {
		total += p.delay(failed, 0)
	}
	if Tries > 6 || p.Try > 20*time.Second || total+Tries*p.Try > 2*time.Minute {
		t.Errorf("%d tries of %s with waits of %s", Tries, p.Try, total)
	}
	ctx, cancel := Bounded(t.Context())
	defer cancel()
	if end, ok := ctx.Deadline(); !ok || time.Until(end) > 2*time.Minute {
		t.Errorf("a call without a deadline may take until %s", end)
	}
}

func TestAfter(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                               0,
		"12":                             12 * time.Second,
		"-3":                             0,
		"86400":                          5 * time.Minute,
		"NaN":                            0,
		"Inf":                            5 * time.Minute,
		"Sun, 22 Nov 2026 12:01:00 GMT":  time.Minute,
		"Sun, 22 Nov 2026 11:00:00 GMT":  0,
		"Mon, 23 Nov 2026 12:00:00 GMT":  5 * time.Minute,
		"Sunday, 22-Nov-26 12:01:00 GMT": time.Minute,
		"Sun Nov 22 12:01:00 2026":       time.Minute,
		"soon":                           0,
	} {
		if got := After(value, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}
