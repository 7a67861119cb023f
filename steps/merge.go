package steps

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// merge saves what an action changed in the settings, field by field, on top of
// what they are now. The person may have chosen something else on another page
// while the action ran, and neither may undo the other.
func (e *Engine) merge(base, result Settings) error {
	err := e.store.ChangeSettings(func(s *Settings) error {
		merged, err := mergeSettings(base, result, *s)
		*s = merged
		return err
	})
	if err != nil {
		return fmt.Errorf("saving settings: %w", err)
	}
	return nil
}

func mergeSettings(base, result, now Settings) (merged Settings, err error) {
	var trees [3]json.RawMessage
	for i, s := range []Settings{base, result, now} {
		if trees[i], err = json.Marshal(s); err != nil {
			return now, err
		}
	}
	out, err := mergeJSON(trees[0], trees[1], trees[2])
	if err != nil {
		return now, err
	}
	if err := json.Unmarshal(out, &merged); err != nil {
		return now, err
	}
	return merged, nil
}

// sameSettings reports whether both would be saved as the same.
func sameSettings(a, b Settings) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// mergeJSON carries what differs between base and result over to now. Objects
// are merged member by member, everything else is taken whole. A missing value
// is nil.
func mergeJSON(base, result, now json.RawMessage) (json.RawMessage, error) {
	if bytes.Equal(base, result) {
		return now, nil
	}
	var members [3]map[string]json.RawMessage
	for i, tree := range []json.RawMessage{base, result, now} {
		if tree == nil {
			continue // as if it were empty: its members are all missing
		}
		if tree[0] != '{' {
			return result, nil
		}
		if err := json.Unmarshal(tree, &members[i]); err != nil {
			return nil, err
		}
	}
	out := map[string]json.RawMessage{}
	for _, tree := range members {
		for key := range tree {
			v, err := mergeJSON(members[0][key], members[1][key], members[2][key])
			if err != nil {
				return nil, err
			}
			if v != nil {
				out[key] = v
			}
		}
	}
	return json.Marshal(out)
}
