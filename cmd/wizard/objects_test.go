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
)

// What the pretend Cloudflare holds, looked at without knowing its kinds.

// state is everything that it holds, as JSON.
func (l *life) state() any {
	l.t.Helper()
	b, err := l.world.Cloudflare.Snapshot()
	if err != nil {
		l.t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		l.t.Fatal(err)
	}
	return out
}

// objects are the things with an id, each without those inside it.
func (l *life) objects() map[string]string {
	l.t.Helper()
	out := map[string]string{}
	visit(l.state(), func(_ string, list []map[string]any) {
		for _, o := range list {
			if id, ok := o["id"].(string); ok {
				b, err := json.Marshal(flat(o))
				if err != nil {
					l.t.Fatal(err)
				}
				out[id] = string(b)
			}
		}
	})
	return out
}

// twice are things of the same kind, at the same place, that say the same.
func (l *life) twice() (out []string) {
	l.t.Helper()
	visit(l.state(), func(kind string, list []map[string]any) {
		seen := map[string]bool{}
		for _, o := range list {
			says := maps.Clone(o)
			for _, field := range []string{"id", "created", "modified", "created_on", "modified_on", "last_updated", "version", "secret", "issued_on"} {
				delete(says, field)
			}
			key := fmt.Sprint(kind, says)
			if seen[key] {
				out = append(out, key)
			}
			seen[key] = true
		}
	})
	return out
}

// visit shows every list of objects.
func visit(v any, show func(kind string, list []map[string]any)) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			visit(x, show)
		}
	case map[string]any:
		for kind, x := range v {
			if all, ok := x.([]any); ok {
				var list []map[string]any
				for _, y := range all {
					if o, ok := y.(map[string]any); ok && o["deleted"] == nil {
						list = append(list, o)
					}
				}
				show(kind, list)
			}
			visit(x, show)
		}
	}
}

// flat is an object without the objects in it.
func flat(o map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range o {
		list, ok := v.([]any)
		if !ok || len(list) == 0 {
			out[name] = v
			continue
		}
		if _, nested := list[0].(map[string]any); !nested {
			out[name] = v
		}
	}
	return out
}

// children looks for secrets where every user of the computer may look: in the
// arguments of the wizard and of what it started, and in their environments.
func (l *life) children() {
	l.t.Helper()
	for _, id := range l.world.Cloudflare.TunnelIDs() {
		if account, secret, _, ok := l.world.Cloudflare.TunnelSecret(id); ok && len(secret) > 0 {
			s := base64.StdEncoding.EncodeToString(secret)
			l.secrets["a tunnel’s secret"] = s
			// The key that the connector is given is the JSON of the three, encoded again;
			// whatever their order, its end holds the secret.
			b, err := json.Marshal(map[string]string{"a": account, "t": id, "s": s})
			if err != nil {
				l.t.Fatal(err)
			}
			l.secrets["a tunnel’s key"] = base64.StdEncoding.EncodeToString(b)
			b = []byte(fmt.Sprintf(`{"a":%q,"t":%q,"s":%q}`, account, id, s))
			l.secrets["the key of a tunnel"] = base64.StdEncoding.EncodeToString(b)
		}
	}
	procs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil || len(procs) == 0 {
		return // another system than Linux
	}
	found := 0
	for _, proc := range procs {
		args, err := os.ReadFile(filepath.Join(proc, "cmdline"))
		if err != nil || !bytes.Contains(args, []byte(l.dir)) {
			continue
		}
		found++
		env, _ := os.ReadFile(filepath.Join(proc, "environ")) // gone, or another user's
		if filepath.Base(proc) == fmt.Sprint(l.p.cmd.Process.Pid) {
			env = nil // what it was started with stands there for this user to read; children must not have it
		}
		l.clean("the arguments of "+strings.SplitN(string(args), "\x00", 2)[0], args)
		l.clean("the environment of "+strings.SplitN(string(args), "\x00", 2)[0], env)
	}
	if found < 2 {
		l.t.Errorf("only %d processes were found: the wizard and its connector are meant", found)
	}
}

// difference is where two texts begin to differ.
func difference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	from := max(0, i-40)
	return fmt.Sprintf("%q became %q", a[from:min(len(a), i+80)], b[from:min(len(b), i+80)])
}
