package store

import (
	"encoding/json"
	"errors"
	"testing"

	"example.test/wizard/steps"
)

// FuzzRecord: whatever lies in the file, a record is read as it was written or
// is called damaged; and what is read is written back the same.
func FuzzRecord(f *testing.F) {
	for _, v := range []any{steps.Settings{Installation: "k3xq81ab", Domain: "example.com"}, steps.Intent{Attempt: "A", What: "a\x00b"}, steps.Event{Result: steps.Done}, nil, "", 1.5} {
		b, err := encode(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[4:])
	}
	f.Add([]byte{})
	f.Add([]byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		var v any
		if err := decode(b, &v); err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Fatalf("%q: %v", b, err)
			}
			// The same bytes under a right checksum are JSON or damage, never a panic.
			_ = decode(append(checksum(b), b...), &v)
			for _, into := range []any{&steps.Settings{}, &steps.Intent{}, &steps.Event{}, &steps.Found{}} {
				if err := decode(append(checksum(b), b...), into); err != nil && !errors.Is(err, ErrDamaged) {
					t.Fatalf("%q: %v", b, err)
				}
			}
			return
		}
		if !json.Valid(b[4:]) {
			t.Fatalf("%q was read", b)
		}
		again, err := encode(v)
		if err != nil {
			t.Fatal(err)
		}
		var w any
		if err := decode(again, &w); err != nil {
			t.Fatalf("%q does not come back: %v", b, err)
		}
	})
}

func checksum(b []byte) []byte {
	n := sum(b)
	return []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
}
