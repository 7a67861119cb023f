package resolver_test

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.test/wizard/clients/resolver"
	simdns "example.test/wizard/sim/dns"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world starts a pretend name system and a client of it that asks fast.
func world(t testing.TB, c simdns.Config) (*simdns.World, *resolver.Resolver) {
	t.Helper()
	w, err := simdns.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w, client(w, 2*time.Second)
}

// patient is how long a test waits for one answer: ample, so that on a busy computer
// too only what is silent does not answer.
const patient = 500 * time.Millisecond

func client(w *simdns.World, timeout time.Duration) *resolver.Resolver {
	return resolver.New(resolver.Config{
		Servers: w.Addresses(), Resolvers: resolver.StandIns(w.Resolvers()), Timeout: timeout, Rate: 5000,
	})
}

func fault(t testing.TB, w *simdns.World, server string, f simdns.Fault) {
	t.Helper()
	if err := w.SetFault(server, f); err != nil {
		t.Fatal(err)
	}
}

func limited(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func TestStandIns(t *testing.T) {
	got := resolver.StandIns([]string{"127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:4", "127.0.0.1:5"})
	if len(got) != 5 || got[1].ID != "google" || got[1].Addr != "127.0.0.1:2" || !got[4].Local || got[3].Local {
		t.Errorf("%+v", got)
	}
	if got := resolver.StandIns([]string{"127.0.0.1:1"}); len(got) != 1 || got[0].ID != "cloudflare" {
		t.Errorf("%+v", got)
	}
}
