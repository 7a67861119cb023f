package cloudflare

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// object is a JSON object whose members stay as they are written.
type object = map[string]json.RawMessage

// set writes a text member, or takes it out when it is empty.
func set(o object, key, value string) {
	if value == "" {
		delete(o, key)
		return
	}
	o[key] = text(value)
}

// text writes a string, a number or a list of them, which always succeeds.
func text(v any) json.RawMessage {
	js, err := json.Marshal(v)
	if err != nil {
		return json.RawMessage("null")
	}
	return js
}

// join writes an object with its members in order of their names, each as it is.
func join(o object) json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, key := range slices.Sorted(maps.Keys(o)) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(text(key))
		b.WriteByte(':')
		b.Write(o[key])
	}
	b.WriteByte('}')
	return b.Bytes()
}
