package wire

import "encoding/json"

// Update is a configuration that the edge pushes. Durations in it are whole seconds.
type Update struct {
	Version int             `json:"version"`
	Config  json.RawMessage `json:"config"`
}

// Applied is a connector's reply to an Update. Err is null, or an empty object when the configuration was refused: the text of the error is lost on
// this way and stands only in the connector's log.
type Applied struct {
	LastAppliedVersion int             `json:"lastAppliedVersion"`
	Err                json.RawMessage `json:"err"`
}
