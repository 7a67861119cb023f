package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// File tells where a world is reached. Every key that is absent means the real
// one. The wizard reads it by -world and writes it by -world-out.
type File struct {
	CloudflareAPI string            `json:"cloudflare_api,omitempty"`    // base URL, with /client/v4
	Plex          string            `json:"plex,omitempty"`              // origin of the server on "this computer", or of several with commas between
	PlexData      string            `json:"plex_data,omitempty"`         // its data directory, where its key is looked for
	PlexTV        string            `json:"plex_tv,omitempty"`           // base URL of plex.tv
	RDAP          string            `json:"rdap,omitempty"`              // base URL
	Resolvers     []string          `json:"resolvers,omitempty"`         // host:port; the last one is the local one
	DNSAddresses  map[string]string `json:"dns_addresses,omitempty"`     // server name or IP → host:port
	Releases      string            `json:"releases,omitempty"`          // base URL of GitHub's API
	ConnectorArgs []string          `json:"connector_args,omitempty"`    // extra arguments for the connector
	Connector     string            `json:"connector_service,omitempty"` // "install" or "child"
	PublicConnect string            `json:"public_connect,omitempty"`    // host:port dialled for the public address
	CAFile        string            `json:"ca_file,omitempty"`           // PEM of the authority that signed its certificate
	ClockSpeed    float64           `json:"clock_speed,omitempty"`       // how much faster than life waiting passes
}

// ReadFile reads a world file. unknown lists the keys that mean nothing here: a
// misspelt one would silently mean the real world, so the person should be told.
func ReadFile(path string) (f File, unknown []string, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return f, nil, fmt.Errorf("opening the world file: %w", err)
	}
	var all, known map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(b, &f), json.Unmarshal(b, &all)); err != nil {
		return f, nil, fmt.Errorf("reading the world file %s: %w", path, err)
	}
	full := reflect.TypeFor[File]()
	known = map[string]json.RawMessage{}
	for i := range full.NumField() {
		name, _, _ := strings.Cut(full.Field(i).Tag.Get("json"), ",")
		known[name] = nil
	}
	for key := range all {
		if _, ok := known[key]; !ok {
			unknown = append(unknown, key)
		}
	}
	slices.Sort(unknown)
	return f, unknown, nil
}

// WriteFile writes a world file as a whole or not at all.
func WriteFile(path string, f File) error {
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return replace(path, append(b, '\n'))
}

func replace(path string, b []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(b); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
