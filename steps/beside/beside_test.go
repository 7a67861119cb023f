package beside_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.test/wizard/steps/beside"
)

// TestAPanicComesBack to whoever waits, with where it was, and every other part
// has ended by then.
func TestAPanicComesBack(t *testing.T) {
	ended := make([]bool, 20)
	f := beside.Caught(func() {
		var outer beside.Group
		for i := range ended {
			outer.Go(func() {
				var inner beside.Group
				inner.Go(func() {
					if i == 7 {
						explode()
					}
				})
				defer func() { ended[i] = true }()
				inner.Wait()
			})
		}
		outer.Wait()
	})
	if f == nil || f.String() != "very private" || !strings.Contains(f.Stack, "beside_test.explode") {
		t.Fatalf("%+v", f)
	}
	for i, yes := range ended {
		if !yes {
			t.Errorf("part %d still runs", i)
		}
	}
}

func explode() { panic("very private") }

func TestNoPanic(t *testing.T) {
	n := 0
	if f := beside.Caught(func() {
		var g beside.Group
		g.Go(func() { n++ })
		g.Wait()
	}); f != nil || n != 1 {
		t.Errorf("%v, %d", f, n)
	}
}

// TestTry gives an error for a panic, which does not tell what it said.
func TestTry(t *testing.T) {
	no := errors.New("no")
	for name, c := range map[string]struct {
		do   func() error
		want string
	}{
		"well": {func() error { return nil }, "<nil>"}, "error": {func() error { return no }, "no"},
		"panic": {func() error { explode(); return nil }, "a fault in the wizard itself"},
	} {
		if got := fmt.Sprint(beside.Try(c.do)); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}
