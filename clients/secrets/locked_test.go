package secrets_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"example.test/wizard/clients/secrets"
	"example.test/wizard/steps"
)

// shut are the ways in which a keyring that holds the token keeps it.
func shut() map[string]func(*keys) (open func()) {
	refuses := func(why string) func(*keys) func() {
		return func(k *keys) func() {
			k.change(func(k *keys) { k.fail = errors.New(why) })
			return func() { k.change(func(k *keys) { k.fail = nil }) }
		}
	}
	return map[string]func(*keys) func(){
		"it is locked":              refuses("org.freedesktop.Secret.Error.IsLocked"),
		"this session has no D-Bus": refuses(`exec: "dbus-launch": not found`),
		"it asks, and nobody is there": func(k *keys) func() {
			hang := make(chan struct{})
			k.change(func(k *keys) { k.hang = hang })
			return func() { k.change(func(k *keys) { k.hang = nil }); close(hang) }
		},
	}
}

// stays is what is said while the keyring keeps the token.
func stays(t *testing.T, v *secrets.Vault, when string, err error) {
	t.Helper()
	p, ok := errors.AsType[*steps.Problem](err)
	if !ok || !strings.Contains(p.Title, "may still be in") || p.Fix == "" || strings.Contains(err.Error(), canary) {
		t.Errorf("%s: %v, want that the token may still be in the keyring", when, err)
	}
	if got := v.Where(); !strings.Contains(got, "One that was saved before may still be in") {
		t.Errorf("%s: where is %q", when, got)
	}
}

// TestForgetAsOftenAsNeeded: what a keyring did not let go of is not forgotten by
// asking a second time, and goes as soon as the keyring answers.
func TestForgetAsOftenAsNeeded(t *testing.T) {
	for name, lock := range shut() {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, newKeys())
			v := b.start()
			must(t, v.Set(t.Context(), steps.NewSecret(canary)))
			must(t, v.Remember(t.Context()))
			open := lock(b.k)
			stays(t, v, "the first time", v.Forget(t.Context()))
			stays(t, v, "the second time", v.Forget(t.Context()))
			if !v.Token().IsZero() {
				t.Error("the token is still in memory")
			}
			open()
			must(t, v.Forget(t.Context()))
			has(t, v, "", "Not here. Paste it in step 1.")
			b.empty()
			has(t, b.start(), "", "Not here. Paste it in step 1.")
		})
	}
}

// TestStartedBesideAShutKeyring: a keyring that was shut at the start already may
// hold the token, whatever is pasted meanwhile.
func TestStartedBesideAShutKeyring(t *testing.T) {
	for name, lock := range shut() {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, newKeys())
			before := b.start()
			must(t, before.Set(t.Context(), steps.NewSecret(canary)))
			must(t, before.Remember(t.Context()))
			open := lock(b.k)
			v := secrets.New(secrets.Config{Dir: b.dir, Instance: "i1", Keyring: b.k, Limit: 50 * time.Millisecond, Now: func() time.Time { return b.now }})
			if err := v.Load(t.Context()); err == nil {
				t.Error("the keyring is taken for an empty one")
			}
			has(t, v, "", "Not here. Paste it in step 1. One that was saved before may still be in")
			stays(t, v, "finished at once", v.Forget(t.Context()))
			stays(t, v, "another token", v.Set(t.Context(), steps.NewSecret("another-token")))
			has(t, v, "another-token", "Kept in memory.")
			must(t, v.Remember(t.Context()))
			has(t, v, "another-token", "Saved in an encrypted file")
			stays(t, v, "finished with another token", v.Forget(t.Context()))
			open()
			must(t, v.Forget(t.Context()))
			b.empty()
		})
	}
}

// TestAnotherTokenBesideAShutKeyring: the new token is used, the old one is told
// of, and goes at the end.
func TestAnotherTokenBesideAShutKeyring(t *testing.T) {
	b := newBox(t, newKeys())
	v := b.start()
	must(t, v.Set(t.Context(), steps.NewSecret(canary)))
	must(t, v.Remember(t.Context()))
	b.k.change(func(k *keys) { k.fail = errors.New("locked") })
	stays(t, v, "another token", v.Set(t.Context(), steps.NewSecret("another-token")))
	has(t, v, "another-token", "Kept in memory.")
	stays(t, v, "the end", v.Forget(t.Context()))
	b.k.change(func(k *keys) { k.fail = nil })
	must(t, v.Forget(t.Context()))
	b.empty()
}

// TestAKeyringThatWasNeverUsed keeps nobody from finishing, however shut it is.
func TestAKeyringThatWasNeverUsed(t *testing.T) {
	for name, lock := range shut() {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, newKeys())
			open := lock(b.k)
			defer open()
			v := b.start()
			must(t, v.Set(t.Context(), steps.NewSecret(canary)))
			must(t, v.Remember(t.Context()))
			must(t, v.Forget(t.Context()))
			has(t, v, "", "Not here. Paste it in step 1.")
			b.empty()
		})
	}
}
