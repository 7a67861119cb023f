package secrets

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"example.test/wizard/steps"
)

// Lifetime is how long an encrypted file is kept.
const Lifetime = 48 * time.Hour

// Config says where a vault may keep the token. Dir and Instance are required.
type Config struct {
	Dir      string // the wizard's data folder, for the encrypted file
	Instance string // names this installation's entry in the keyring
	// Keyring replaces that of the operating system; nil for the latter. One
	// that does not answer within Limit counts as absent.
	Keyring Keyring
	Limit   time.Duration    // 3 s when zero
	Now     func() time.Time // time.Now when nil
	// Met is told of every token that comes into memory; nil for none.
	Met func(steps.Secret)
}

// A Vault holds one token. It is safe for use by several goroutines.
type Vault struct {
	ring  *ring
	note  note
	file  sealed
	now   func() time.Time
	met   func(steps.Secret)
	store sync.Mutex // one change of what is stored at a time

	mu     sync.Mutex
	token  steps.Secret
	kept   place     // where this very token is besides memory
	ends   time.Time // when the file goes; zero only when there is none
	ringed bool      // the keyring may hold a token, this one or another
}

// place is where the token is besides memory.
type place int

const (
	inMemory place = iota
	inKeyring
	inFile
)

// New makes an empty vault. It does no I/O; see [Vault.Load].
func New(cfg Config) *Vault {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Met == nil {
		cfg.Met = func(steps.Secret) {}
	}
	if cfg.Limit == 0 {
		cfg.Limit = 3 * time.Second
	}
	return &Vault{
		ring: newRing(cfg.Keyring, cfg.Instance, cfg.Limit), now: cfg.Now, met: cfg.Met,
		note: note{filepath.Join(cfg.Dir, "token.keyring")},
		file: sealed{
			path: filepath.Join(cfg.Dir, "token.sealed"), keyPath: filepath.Join(cfg.Dir, "token.key"),
			instance: cfg.Instance,
		},
	}
}

// Token returns the token, or the zero Secret when there is none.
func (v *Vault) Token() steps.Secret {
	v.expire()
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.token
}

// Has reports whether a token is held.
func (v *Vault) Has() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return !v.token.IsZero()
}

// Set puts a token into memory. What is stored of an earlier one is removed,
// because it would come back at the next start; an error says what could not be.
func (v *Vault) Set(ctx context.Context, token steps.Secret) error {
	v.met(token)
	v.store.Lock()
	defer v.store.Unlock()
	v.mu.Lock()
	stale := (v.ringed || !v.ends.IsZero()) && v.token.Reveal() != token.Reveal()
	v.token = token
	v.mu.Unlock()
	if !stale {
		return nil
	}
	return v.remove(ctx)
}

// Lend uses a token for this run, beside whatever is stored: that stays as it is,
// but for a file that is past its time.
func (v *Vault) Lend(token steps.Secret) error {
	v.met(token)
	v.store.Lock()
	defer v.store.Unlock()
	v.mu.Lock()
	v.token = token
	v.mu.Unlock()
	stored, saved, err := v.file.read()
	if err != nil || stored.IsZero() || v.now().Sub(saved) < Lifetime {
		return nil //nolint:nilerr // what cannot be read is the business of whoever loads it
	}
	return v.wipe()
}

// Load brings back what [Vault.Remember] stored, if anything. A file past its
// time, or one that cannot be opened with its key, is wiped. A token that is in
// memory already stays, and a different one that was stored is removed. A
// keyring that holds a token and does not give it is an error.
func (v *Vault) Load(ctx context.Context) error {
	v.store.Lock()
	defer v.store.Unlock()
	ringed := v.note.there()
	v.mu.Lock()
	v.ringed = ringed
	v.mu.Unlock()
	token, saved, err := v.file.read()
	if err == nil && !token.IsZero() && v.now().Sub(saved) < Lifetime {
		return v.found(ctx, token, inFile, saved.Add(Lifetime))
	}
	if err != nil || !token.IsZero() {
		if err := v.wipe(); err != nil {
			return err
		}
	}
	switch token, err = v.ring.get(ctx); {
	case err != nil && ringed:
		return fmt.Errorf("secrets: the token in %s: %w", v.ring.name, err)
	case err != nil:
		return nil // nothing was stored in it
	case token.IsZero():
		v.emptied()
		return nil
	}
	return v.found(ctx, token, inKeyring, time.Time{})
}

// found takes up a stored token, or removes it when memory holds another.
func (v *Vault) found(ctx context.Context, token steps.Secret, where place, ends time.Time) error {
	v.mu.Lock()
	other := !v.token.IsZero() && v.token.Reveal() != token.Reveal()
	v.mu.Unlock()
	v.put(token, where, ends)
	if other {
		return v.remove(ctx)
	}
	return nil
}

func (v *Vault) put(token steps.Secret, where place, ends time.Time) {
	v.met(token)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.token.IsZero() {
		v.token = token
	}
	v.kept, v.ringed = where, v.ringed || where == inKeyring
	if where == inFile {
		v.ends = ends
	}
}

// Remember stores the token so that it survives a restart: in the keyring when
// that passes a trial (write, read, delete), else in an encrypted file. Call it
// only when the person asked for it, and show [Vault.Where] afterwards.
func (v *Vault) Remember(ctx context.Context) error {
	v.store.Lock()
	defer v.store.Unlock()
	v.mu.Lock()
	token, kept := v.token, v.kept
	v.mu.Unlock()
	if token.IsZero() {
		return fmt.Errorf("secrets: %w", steps.ErrNoToken)
	}
	if kept == inKeyring {
		return nil
	}
	if v.ring.try(ctx) == nil {
		if err := v.note.make(v.ring.name); err != nil {
			return fmt.Errorf("secrets: %w", err)
		}
		v.mu.Lock()
		v.ringed = true // whatever becomes of the write
		v.mu.Unlock()
		if v.ring.set(ctx, token) == nil {
			v.put(token, inKeyring, time.Time{})
			return v.wipe()
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("secrets: %w", err)
	}
	saved := v.now()
	if err := v.file.write(token, saved); err != nil {
		return errors.Join(fmt.Errorf("secrets: %w", err), v.wipe()) // half of it, and what was there before
	}
	v.put(token, inFile, saved.Add(Lifetime))
	return nil
}

// Forget removes the token from memory and from wherever it was stored. An error
// says where it may still be; Forget may be tried again.
func (v *Vault) Forget(ctx context.Context) error {
	v.store.Lock()
	defer v.store.Unlock()
	v.mu.Lock()
	v.token = steps.Secret{}
	v.mu.Unlock()
	return v.remove(ctx)
}
