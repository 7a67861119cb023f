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

// world starts a pretend name system and a client of it. Its servers are asked
// as fast as they can.
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
	return w, client(w)
}

func client(w *simdns.World) *resolver.Resolver {
	return resolver.New(resolver.Config{
		Servers: w.Addresses(), Resolvers: resolver.StandIns(w.Resolvers()), Timeout: 2 * time.Second, Rate: 5000,
	})
}

func limited(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}
