package plex

import (
	"bytes"
	"crypto/sha1" // Plex derives its machine identifier this way
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

const (
	preferencesFile = "Preferences.xml"
	adminTokenFile  = ".LocalAdminToken"
)

// machineIdentifier derives the identifier of the API from the raw one, as the
// first-run script of Plex's own Docker image does.
func machineIdentifier(uuid string) string {
	sum := sha1.Sum([]byte(uuid + "- Plex Media Server"))
	return hex.EncodeToString(sum[:])
}

// writePreferences writes a Preferences.xml: one element whose attributes are
// the settings. Attributes with an empty value are written too.
func writePreferences(dir string, attrs []attr) error {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	node{name: "Preferences", attrs: attrs}.writeXML(&b)
	return writePrivate(filepath.Join(dir, preferencesFile), b.Bytes())
}

// writePrivate replaces a file as a whole, readable by its owner only.
func writePrivate(path string, content []byte) error {
	next := path + ".new"
	if err := os.WriteFile(next, content, 0o600); err != nil {
		return fmt.Errorf("data directory of the pretend Plex: %w", err)
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("data directory of the pretend Plex: %w", err)
	}
	return nil
}

// readPreferences reads the attributes of a Preferences.xml; found is false
// when there is no such file.
func readPreferences(dir string) (values map[string]string, found bool, err error) {
	content, err := os.ReadFile(filepath.Join(dir, preferencesFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("data directory of the pretend Plex: %w", err)
	}
	var root struct {
		Attrs []xml.Attr `xml:",any,attr"`
	}
	if err := xml.Unmarshal(content, &root); err != nil {
		return nil, true, fmt.Errorf("file Preferences.xml of the pretend Plex: %w", err)
	}
	values = map[string]string{}
	for _, a := range root.Attrs {
		values[a.Name.Local] = a.Value
	}
	return values, true, nil
}

// save writes Preferences.xml; the caller holds the lock.
func (s *Server) save() error {
	token, user, mail := s.token, "", ""
	if s.mood.Unclaimed {
		token = ""
	} else if s.cfg.PlexTV != nil {
		owner := s.cfg.PlexTV.Owner()
		user, mail = owner.Username, owner.Email
	}
	attrs := []attr{
		{"ProcessedMachineIdentifier", machineIdentifier(s.prefs.text(prefMachine))},
		{"PlexOnlineToken", token},
		{"PlexOnlineUsername", user},
		{"PlexOnlineMail", mail},
	}
	for _, id := range slices.Sorted(maps.Keys(s.prefs.values)) {
		attrs = append(attrs, attr{id, s.prefs.values[id]})
	}
	if err := writePreferences(s.cfg.Dir, attrs); err != nil {
		return &saveError{err}
	}
	return nil
}

// saveError tells a full disk from a refused value.
type saveError struct{ error }

// load takes over what Preferences.xml says; the caller holds the lock.
func (s *Server) load() (found bool, err error) {
	values, found, err := readPreferences(s.cfg.Dir)
	if err != nil || !found {
		return found, err
	}
	known := map[string]string{}
	for id, value := range values {
		if _, ok := s.prefs.find(id); ok {
			known[id] = value
		}
	}
	s.prefs.values = map[string]string{}
	if _, err := s.prefs.set(known); err != nil {
		return true, fmt.Errorf("file Preferences.xml of the pretend Plex: %w", err)
	}
	token := values["PlexOnlineToken"]
	s.mood.Unclaimed = token == ""
	if token != "" {
		s.token = token
	}
	return true, nil
}
