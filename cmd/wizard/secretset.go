package main

import (
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"

	"example.test/wizard/steps"
)

// secretSet knows every secret that this process has met, so that none is
// written where people look. A secret stays in it until the process ends: one
// that was given back may still be valid.
type secretSet struct {
	mu    sync.Mutex
	texts []string // longest first, so that a part never hides the whole
}

// shortest is the least length of what is hidden: less might be a word.
const shortest = 8

// add notes a secret, as it is and as an address writes it.
func (s *secretSet) add(secret steps.Secret) {
	v := secret.Reveal()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, text := range []string{v, url.QueryEscape(v), url.PathEscape(v)} {
		if len(text) >= shortest && !slices.Contains(s.texts, text) {
			s.texts = append(s.texts, text)
		}
	}
	slices.SortFunc(s.texts, func(a, b string) int { return len(b) - len(a) })
}

// clean replaces every known secret in a text.
func (s *secretSet) clean(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.texts {
		text = strings.ReplaceAll(text, v, "••••••••")
	}
	return text
}

// censor is standard error without secrets: for what does not go through the
// log, such as the error that ends the program and what net/http has to say.
type censor struct {
	w     io.Writer
	known *secretSet
}

// Write replaces secrets in p. Every writer of this program writes whole lines.
func (c censor) Write(p []byte) (int, error) {
	if _, err := io.WriteString(c.w, c.known.clean(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// cleanError keeps what an error is and hides secrets in what it says.
func (s *secretSet) cleanError(err error) error {
	if err == nil {
		return nil
	}
	if text := err.Error(); s.clean(text) != text {
		return cleaned{err, s.clean(text)}
	}
	return err
}

type cleaned struct {
	error
	text string
}

// Error implements error.
func (c cleaned) Error() string { return c.text }

// Unwrap is for [errors.Is].
func (c cleaned) Unwrap() error { return c.error }
