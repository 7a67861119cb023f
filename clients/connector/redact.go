package connector

import (
	"os"
	"regexp"
	"strings"
)

const (
	saidLines = 12
	saidWidth = 300
)

// said are the last lines of a log, fit to be shown: without the key, or
// anything that looks like one.
func said(log, keyFile string) []string {
	hide := strings.NewReplacer()
	if b, err := os.ReadFile(keyFile); err == nil { // only administrators may
		text := strings.TrimSpace(string(b))
		if k, err := parseKey(text); err == nil {
			hide = strings.NewReplacer(text, "[key]", k.secret.Reveal(), "[key]")
		}
	}
	// A key begins with these letters: it is base64 of {" and so on.
	looks := regexp.MustCompile(`eyJ[A-Za-z0-9+/=_-]{30,}`)
	lines := strings.Split(strings.TrimSpace(log), "\n")
	var out []string
	for _, line := range lines[max(0, len(lines)-saidLines):] {
		line = looks.ReplaceAllString(hide.Replace(strings.TrimSpace(line)), "[key]")
		if line != "" {
			out = append(out, line[:min(len(line), saidWidth)])
		}
	}
	return out
}
