package main

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"example.test/wizard/sim"
	"example.test/wizard/steps"
)

// TestATrialIsItsOwn: while Cloudflare thinks about a token that was pasted, all
// that the wizard asks and does goes on with the one that it holds; and when it is
// refused, it was used for nothing but that.
func TestATrialIsItsOwn(t *testing.T) {
	t.Setenv("CLOUDFLARE_API_TOKEN", "")
	o := lived(t)
	in := o.start(t, t.TempDir())
	in.watch(false)
	must(t, in.vault.Set(t.Context(), steps.NewSecret(sim.DemoToken)))
	const pasted = "cfut_0123456789012345678901234567890123456789abc"
	tried, answer := make(chan struct{}), make(chan struct{})
	var once sync.Once
	var mu sync.Mutex
	used := map[string]int{} // calls, by token
	o.calls.before = func(r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		mu.Lock()
		used[token]++
		mu.Unlock()
		if token == pasted {
			once.Do(func() { close(tried) })
			<-answer
		}
	}
	ended := make(chan error, 1)
	go func() {
		_, err := (keeper{in.vault, in.prove}).ProveToken(t.Context(), steps.Settings{}, steps.NewSecret(pasted))
		ended <- err
	}()
	<-tried
	if seen, err := in.engine.Look(t.Context(), steps.IDAccount); err != nil || seen.State() == steps.StateProblem {
		t.Errorf("%+v, %v", seen, err)
	}
	mu.Lock()
	if used[pasted] != 1 || used[sim.DemoToken] == 0 || len(used) != 2 {
		t.Errorf("calls: %v", used)
	}
	mu.Unlock()
	close(answer)
	must(t, <-ended)
	if in.vault.Token().Reveal() != sim.DemoToken {
		t.Error("another token is held")
	}
}
