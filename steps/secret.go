package steps

import (
	"errors"
	"log/slog"
)

// Secret holds a value that must not be printed by accident. The value sits in
// a closure, because fmt prints unexported struct fields without asking their
// String method, but prints a function only as an address.
type Secret struct{ get func() string }

const dots = "••••••••"

// NewSecret wraps a value. The empty value gives the zero Secret.
func NewSecret(v string) Secret {
	if v == "" {
		return Secret{}
	}
	return Secret{get: func() string { return v }}
}

// Reveal returns the value. Call it only where it leaves for its service.
func (s Secret) Reveal() string {
	if s.get == nil {
		return ""
	}
	return s.get()
}

// IsZero reports whether there is no value.
func (s Secret) IsZero() bool { return s.get == nil }

// Last4 returns dots and the last four characters, enough to recognise it.
func (s Secret) Last4() string {
	v := s.Reveal()
	if len(v) < 12 {
		return dots
	}
	return dots + v[len(v)-4:]
}

// String, GoString, LogValue and MarshalText all print dots.
func (s Secret) String() string { return dots }

// GoString implements [fmt.GoStringer].
func (s Secret) GoString() string { return dots }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(dots) }

// MarshalText implements [encoding.TextMarshaler].
func (s Secret) MarshalText() ([]byte, error) { return []byte(dots), nil }

// UnmarshalText takes a value out of an answer or a file, so that it is never
// plain text in between. Dots are what was printed, and no value.
func (s *Secret) UnmarshalText(text []byte) error {
	if string(text) == dots {
		return errors.New("a secret was written as dots and is lost")
	}
	*s = NewSecret(string(text))
	return nil
}
