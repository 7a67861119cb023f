package secrets

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"
	"time"

	gokeyring "github.com/zalando/go-keyring"

	"example.test/wizard/steps"
	"example.test/wizard/steps/beside"
)

// A Keyring stores a secret under a service and a user.
type Keyring interface {
	Set(service, user, secret string) error
	// Get returns [gokeyring.ErrNotFound] when there is none.
	Get(service, user string) (string, error)
	Delete(service, user string) error
}

const service = "Plex Tunnel Wizard"

// errAbsent means that this process has no keyring of the person's.
var errAbsent = errors.New("no keyring here")

// ring is a keyring with a time limit: a locked one may ask on a screen that
// nobody looks at.
type ring struct {
	keys  Keyring // nil when absent
	name  string
	user  string
	limit time.Duration
}

func newRing(k Keyring, instance string, limit time.Duration) *ring {
	name := map[string]string{"darwin": "Keychain", "windows": "Credential Manager"}[runtime.GOOS]
	if name == "" {
		name = "Secret Service"
	}
	if k == nil && !otherUser() {
		k = system{}
	}
	return &ring{keys: k, name: name, user: "cloudflare-api-token-" + instance, limit: limit}
}

// system is the keyring of the operating system.
type system struct{}

func (system) Set(service, user, secret string) error { return gokeyring.Set(service, user, secret) }

func (system) Get(service, user string) (string, error) { return gokeyring.Get(service, user) }

func (system) Delete(service, user string) error { return gokeyring.Delete(service, user) }

// within runs f, at most for the limit. A call that hangs cannot be ended, so
// it is left behind; late is run if it comes back with success after all.
func (r *ring) within(ctx context.Context, f func(Keyring) error, late func(Keyring)) error {
	if r.keys == nil {
		return errAbsent
	}
	ctx, cancel := context.WithTimeout(ctx, r.limit)
	defer cancel()
	done, gone := make(chan error), make(chan struct{})
	go func() {
		err := errors.New("the keyring failed")       // in a panic, which might say the secret itself
		_ = beside.Caught(func() { err = f(r.keys) }) // its value is dropped
		select {
		case done <- err:
		case <-gone:
			if err == nil && late != nil {
				late(r.keys)
			}
		}
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		close(gone)
		return fmt.Errorf("the keyring does not answer: %w", ctx.Err())
	}
}

// try proves that the keyring keeps what it is given, with a value that is no
// secret.
func (r *ring) try(ctx context.Context) error {
	user, value := r.user+"-trial", rand.Text()
	clean := func(k Keyring) { _ = k.Delete(service, user) } // nothing of worth is left behind
	return r.within(ctx, func(k Keyring) error {
		if err := k.Set(service, user, value); err != nil {
			return err
		}
		got, err := k.Get(service, user)
		if err == nil && got != value {
			err = errors.New("the keyring gives back something else")
		}
		return errors.Join(err, k.Delete(service, user))
	}, clean)
}

func (r *ring) set(ctx context.Context, token steps.Secret) error {
	// A write that succeeds after we stopped waiting must not stay: the person
	// is told that the token is elsewhere.
	undo := func(k Keyring) { _ = k.Delete(service, r.user) }
	return r.within(ctx, func(k Keyring) error { return k.Set(service, r.user, token.Reveal()) }, undo)
}

func (r *ring) get(ctx context.Context) (steps.Secret, error) {
	found := make(chan steps.Secret, 1)
	err := r.within(ctx, func(k Keyring) error {
		v, err := k.Get(service, r.user)
		if errors.Is(err, gokeyring.ErrNotFound) {
			v, err = "", nil
		}
		found <- steps.NewSecret(v)
		return err
	}, nil)
	if err != nil {
		return steps.Secret{}, err
	}
	return <-found, nil
}

func (r *ring) remove(ctx context.Context) error {
	return r.within(ctx, func(k Keyring) error {
		if err := k.Delete(service, r.user); err != nil && !errors.Is(err, gokeyring.ErrNotFound) {
			return err
		}
		return nil
	}, nil)
}
