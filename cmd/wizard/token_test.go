package main

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"example.test/wizard/clients/secrets"
	"example.test/wizard/steps"
)

// TestAGivenTokenKeepsNoOldOne: a token of the environment neither keeps an older
// one on the disk nor lets it outlive its time; a check only looks.
func TestAGivenTokenKeepsNoOldOne(t *testing.T) {
	for name, c := range map[string]struct {
		given    string
		readOnly bool
		later    time.Duration
		holds    string
		files    int
	}{
		"none is given":                    {"", false, time.Hour, "stored", 2},
		"another is given":                 {"given", false, time.Hour, "given", 0},
		"another is given, and it is late": {"given", false, secrets.Lifetime, "given", 0},
		"the same is given":                {"stored", false, time.Hour, "stored", 2},
		"the same, and it is late":         {"stored", false, secrets.Lifetime, "stored", 0},
		"a check":                          {"given", true, time.Hour, "given", 2},
		"a late check":                     {"given", true, secrets.Lifetime, "given", 0},
		"a late check without one":         {"", true, secrets.Lifetime, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir, now := t.TempDir(), time.Now()
			vault := func() *secrets.Vault {
				return secrets.New(secrets.Config{Dir: dir, Instance: "i1", Keyring: noKeyring{}, Now: func() time.Time { return now }})
			}
			first := vault()
			must(t, first.Set(t.Context(), steps.NewSecret("stored")))
			must(t, first.Remember(t.Context()))
			now = now.Add(c.later)
			v := vault()
			must(t, fill(t.Context(), v, steps.NewSecret(c.given), c.readOnly))
			files, err := filepath.Glob(filepath.Join(dir, "token.*"))
			if got := v.Token().Reveal(); got != c.holds || err != nil || len(files) != c.files {
				t.Errorf("it holds %q, and there are %q, %v", got, files, err)
			}
		})
	}
}

// noKeyring is a computer that has none.
type noKeyring struct{}

func (noKeyring) Set(_, _, _ string) error        { return errNoKeyring }
func (noKeyring) Get(_, _ string) (string, error) { return "", errNoKeyring }
func (noKeyring) Delete(_, _ string) error        { return errNoKeyring }

var errNoKeyring = errors.New("no keyring")
