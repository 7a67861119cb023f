package connector

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"example.test/wizard/clients/rights"
	"example.test/wizard/steps"
)

// errKey says nothing about the content, which is a secret.
var errKey = errors.New("this is not the key of a tunnel")

// key is a tunnel's key, taken apart: base64 of {"a":account,"t":tunnel,"s":secret}.
type key struct {
	tunnel string
	secret steps.Secret // as it stands in the key, base64
}

func parseKey(text string) (key, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return key{}, errKey
	}
	var j struct {
		A string `json:"a"`
		T string `json:"t"`
		S string `json:"s"`
	}
	if json.Unmarshal(raw, &j) != nil || j.A == "" || j.S == "" || !isUUID(j.T) {
		return key{}, errKey
	}
	return key{tunnel: strings.ToLower(j.T), secret: steps.NewSecret(j.S)}, nil
}

func isUUID(s string) bool {
	return regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`).MatchString(s)
}

// tunnelOf tells for which tunnel a key is that lies in a file, or "" when it
// cannot be read.
func tunnelOf(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	k, err := parseKey(string(b))
	if err != nil {
		return ""
	}
	return k.tunnel
}

// writeKey writes a key for its owner's eyes only. The rights are set before
// the content is written.
func writeKey(file string, token steps.Secret) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), ".key-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if err := rights.File(tmp.Name()); err != nil {
		return errors.Join(err, tmp.Close())
	}
	if _, err := tmp.WriteString(token.Reveal() + "\n"); err != nil {
		return errors.Join(err, tmp.Close())
	}
	if err := errors.Join(tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), file)
}
