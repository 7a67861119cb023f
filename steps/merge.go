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
	e.saving.Lock()
	defer e.saving.Unlock()
	now, err := e.store.Settings()
	if err != nil {
		return fmt.Errorf("reading settings: %w", err)
	}
	merged, changed, err := mergeSettings(base, result, now)
	if err != nil || !changed {
		return err
	}
	if err := e.store.SaveSettings(merged); err != nil {
		return fmt.Errorf("saving settings: %w", err)
	}
	return nil
}

func mergeSettings(base, result, now Settings) (merged Settings, changed bool, err error) {
	var fields [3]map[string]json.RawMessage
	for i, s := range []Settings{base, result, now} {
		b, err := json.Marshal(s)
		if err != nil {
			return now, false, err
		}
		if err := json.Unmarshal(b, &fields[i]); err != nil {
			return now, false, err
		}
	}
	for key, v := range fields[1] {
		if !bytes.Equal(v, fields[0][key]) {
			fields[2][key], changed = v, true
		}
	}
	for key := range fields[0] {
		if _, kept := fields[1][key]; !kept {
			delete(fields[2], key)
			changed = true
		}
	}
	if !changed {
		return now, false, nil
	}
	b, err := json.Marshal(fields[2])
	if err != nil {
		return now, false, err
	}
	err = json.Unmarshal(b, &merged)
	return merged, true, err
}
