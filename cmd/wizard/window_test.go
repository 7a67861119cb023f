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
		args []string
		asks bool
	}{
		"all went well":            {0, true, []string{"wizard"}, false},
		"an error, in a terminal":  {1, false, []string{"wizard"}, false},
		"an error, double-clicked": {1, true, []string{"wizard"}, true},
		"an error of check":        {1, true, []string{"wizard", "check"}, true},
		"an error, elevated":       {1, true, []string{"wizard", "connector", "install"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var said bytes.Buffer
			keys := strings.NewReader("x\nleft")
			if got := keepOpen(c.args, c.code, func() bool { return c.own }, keys, &said); got != c.code {
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
