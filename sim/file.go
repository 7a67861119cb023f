package sim

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// File tells where a world is reached. Every key that is absent means the real
// one. The wizard reads it by -world and writes it by -world-out.
type File struct {
	CloudflareAPI string            `json:"cloudflare_api,omitempty"` // base URL, with /client/v4
	Plex          string            `json:"plex,omitempty"`           // origin of the server on "this computer"
	PlexData      string            `json:"plex_data,omitempty"`      // its data directory, where its key is looked for
	PlexTV        string            `json:"plex_tv,omitempty"`        // base URL of plex.tv
	RDAP          string            `json:"rdap,omitempty"`           // base URL
	Resolvers     []string          `json:"resolvers,omitempty"`      // host:port; the last one is the local one
	DNSAddresses  map[string]string `json:"dns_addresses,omitempty"`  // server name or IP → host:port
	Releases      string            `json:"releases,omitempty"`       // base URL of GitHub's API
	ConnectorArgs []string          `json:"connector_args,omitempty"` // extra arguments for the connector
	Connector     string            `json:"connector_service,omitempty"` // "install" or "child"
	PublicConnect string            `json:"public_connect,omitempty"` // host:port dialled for the public address
	CAFile        string            `json:"ca_file,omitempty"`        // PEM of the authority that signed its certificate
	ClockSpeed    float64           `json:"clock_speed,omitempty"`    // how much faster than life waiting passes
}

// ReadFile reads a world file. Unknown keys are an error: a misspelt one would
// silently mean the real world.
func ReadFile(path string) (File, error) {
	f, err := os.Open(path)
	if err != nil {
		return File{}, fmt.Errorf("opening the world file: %w", err)
	}
	defer f.Close()
	var out File
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	if err := d.Decode(&out); err != nil {
		return File{}, fmt.Errorf("reading the world file %s: %w", path, err)
	}
	return out, nil
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
