package main

import (
	"encoding/json"
	"fmt"
	"maps"
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

// difference is where two texts begin to differ.
func difference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	from := max(0, i-40)
	return fmt.Sprintf("%q became %q", a[from:min(len(a), i+80)], b[from:min(len(b), i+80)])
}
