package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.test/wizard/sim"
)

// kept are the secrets that there are by now: those of the person, and those of the
// tunnels that were made.
func (l *life) kept() map[string]string {
	out := maps.Clone(l.secrets)
	for _, id := range l.world.Cloudflare.TunnelIDs() {
		account, secret, _, ok := l.world.Cloudflare.TunnelSecret(id)
		if !ok || len(secret) == 0 {
			continue
		}
		s := base64.StdEncoding.EncodeToString(secret)
		out["the secret of tunnel "+id] = s
		// The key that the connector is given is the JSON of the three, encoded again;
		// whatever their order, its end holds the secret.
		if b, err := json.Marshal(map[string]string{"a": account, "t": id, "s": s}); err == nil {
			out["the key of tunnel "+id] = base64.StdEncoding.EncodeToString(b)
		}
		b := fmt.Appendf(nil, `{"a":%q,"t":%q,"s":%q}`, account, id, s)
		out["the key of tunnel "+id+", in another order"] = base64.StdEncoding.EncodeToString(b)
	}
	return out
}

// children looks for secrets where every user of the computer may look: in the
// arguments of the wizard and of what it started, and in their environments. It tells
// how many processes there are.
func (l *life) children() (found int) {
	procs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return 0
	}
	for _, proc := range procs {
		args, err := os.ReadFile(filepath.Join(proc, "cmdline"))
		if err != nil || !bytes.Contains(args, []byte(l.dir)) {
			continue
		}
		found++
		program, _, _ := strings.Cut(string(args), "\x00")
		l.clean("the arguments of "+program, args)
		if program == l.exe {
			continue // what the wizard was started with stands there for this user to read; children must not have it
		}
		env, _ := os.ReadFile(filepath.Join(proc, "environ")) // gone, or another user's
		l.clean("the environment of "+program, env)
	}
	return found
}

// overlook looks at the wizard's children as long as it lives, for many live for a
// moment only. It looks where Linux shows them.
func (l *life) overlook() {
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		return
	}
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				l.children()
			}
		}
	}()
	l.t.Cleanup(func() { close(stop); <-ended })
}

// TestTokenOfTheEnvironment goes all the way with a token that the wizard was started
// with. No child has it, and it is written nowhere.
func TestTokenOfTheEnvironment(t *testing.T) {
	long(t)
	l := newLife(t, victim(t))
	l.env = []string{"CLOUDFLARE_API_TOKEN=" + sim.DemoToken}
	l.walk()
	if _, pasted := l.answers["the token that was to be remembered"]; pasted {
		t.Error("the wizard has asked for a token that it was given")
	}
	l.judge()
}
