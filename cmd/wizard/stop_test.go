package main

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// hangs is a part that ends only when it must.
func hangs(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func ends(context.Context) error { return nil }

// TestStopsInTime, by a clock of its own: without a job the end takes at most
// two seconds, although a browser holds its connection and plex.tv never
// answers; with a call under way, or a connector that serves somebody, 22.
func TestStopsInTime(t *testing.T) {
	idle := stopping{pages: hangs, work: []func(context.Context) error{ends, ends}, leave: hangs, connector: ends}
	job, serving, all := idle, idle, idle
	job.work = []func(context.Context) error{ends, hangs}
	serving.connector = hangs
	all.work, all.connector = job.work, hangs
	for name, c := range map[string]struct {
		parts stopping
		limit time.Duration
	}{
		"idle":                          {idle, 2 * time.Second},
		"a job's call":                  {job, 22 * time.Second},
		"a connector that serves":       {serving, 22 * time.Second},
		"everything":                    {all, 22 * time.Second},
		"no pages, as for a mere check": {stopping{work: idle.work, leave: hangs, connector: ends}, 2 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			closed := false
			c.parts.last = func() error { closed = true; return nil }
			ctx, cancel := context.WithTimeout(t.Context(), stopIn)
			defer cancel()
			began := time.Now()
			err := c.parts.run(ctx)
			if took := time.Since(began); took > c.limit || !closed || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %s, the store closed %v, %v", name, took, closed, err)
			}
		})
	}
}

// TestStopsInOrder: what is leaned on ends later.
func TestStopsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var order []string
		part := func(name string, after time.Duration) func(context.Context) error {
			return func(context.Context) error {
				time.Sleep(after)
				mu.Lock()
				defer mu.Unlock()
				order = append(order, name)
				return nil
			}
		}
		s := stopping{
			pages: part("pages", 0), work: []func(context.Context) error{part("job", 20*time.Second)}, leave: part("plex.tv", 0), connector: part("connector", time.Second),
			last: func() error { return part("store", 0)(nil) },
		}
		if err := s.run(t.Context()); err != nil || !slices.Equal(order, []string{"pages", "job", "plex.tv", "connector", "store"}) {
			t.Errorf("%v, %v", order, err)
		}
	})
}

// TestStopsBesideAnUnusedConnection is the whole program, which ends although a
// browser holds a connection. Its time is measured with much room, because the
// computer may do other things: TestStopsInTime has the figure.
func TestStopsBesideAnUnusedConnection(t *testing.T) {
	t.Setenv("CLOUDFLARE_API_TOKEN", "")
	t.Setenv("PLEX_TOKEN", "")
	ctx, cancel := context.WithCancel(t.Context())
	out, ended := newTerminal(), make(chan error, 1)
	go func() {
		ended <- serve(ctx, []string{"-addr", "127.0.0.1:0", "-data", t.TempDir(), "-open=false", "-world", deadWorld(t)}, strings.NewReader(""), out, newTerminal(), func() {})
	}()
	link := out.await(t, 1, `http://localhost:\d+/`)[0]
	c, err := net.Dial("tcp", "127.0.0.1:"+strings.Trim(strings.TrimPrefix(link, "http://localhost:"), "/"))
	must(t, err)
	defer c.Close()
	began := time.Now()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %s", took)
	}
}
