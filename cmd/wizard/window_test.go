package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestKeepOpen(t *testing.T) {
	for name, c := range map[string]struct {
		code int
		own  bool
		asks bool
	}{
		"all went well":            {0, true, false},
		"an error, in a terminal":  {1, false, false},
		"an error, double-clicked": {1, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			var said bytes.Buffer
			keys := strings.NewReader("x\nleft")
			if got := keepOpen(c.code, func() bool { return c.own }, keys, &said); got != c.code {
				t.Errorf("code %d", got)
			}
			if asked := strings.Contains(said.String(), "Press Enter"); asked != c.asks {
				t.Errorf("said %q", said.String())
			}
			if read := keys.Len() == 0; read != c.asks {
				t.Errorf("%d keys are left", keys.Len())
			}
		})
	}
}
