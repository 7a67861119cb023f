package secrets

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"example.test/wizard/clients/rights"
	"example.test/wizard/steps"
)

// sealed is a file encrypted with AES-256-GCM, and its key in a file of its
// own. Whoever has both has the token: it protects a backup or a copy of the
// one, not against an administrator.
type sealed struct {
	path     string
	keyPath  string
	instance string
}

const keyBytes = 32

// envelope is what the file holds. The time and the installation are
// authenticated with the token, so that neither can be changed.
type envelope struct {
	Version int       `json:"version"`
	Saved   time.Time `json:"saved"`
	Sealed  []byte    `json:"sealed"` // nonce and ciphertext
}

func (s sealed) associated(saved time.Time) []byte {
	return []byte("plex tunnel wizard, token, 1\n" + s.instance + "\n" + saved.UTC().Format(time.RFC3339Nano))
}

func (s sealed) write(token steps.Secret, saved time.Time) error {
	saved = saved.UTC().Round(0)
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key) // never fails
	aead, err := newGCM(key)
	if err != nil {
		return err
	}
	box := aead.Seal(nil, nil, []byte(token.Reveal()), s.associated(saved))
	data, err := json.Marshal(envelope{Version: 1, Saved: saved, Sealed: box})
	if err != nil {
		return fmt.Errorf("token file: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return fmt.Errorf("token file: %w", err)
	}
	// The old pair goes first: a new key beside an old file would be useless.
	if err := s.wipe(); err != nil {
		return err
	}
	if err := writePrivate(s.keyPath, key); err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	if err := writePrivate(s.path, data); err != nil {
		return errors.Join(fmt.Errorf("token file: %w", err), s.wipe())
	}
	return nil
}

// read returns the token and when it was saved; the zero Secret when there is
// no file.
func (s sealed) read() (steps.Secret, time.Time, error) {
	data, err := rights.Read(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		// A key without its file is of no use either.
		return steps.Secret{}, time.Time{}, nil
	}
	if err != nil {
		return steps.Secret{}, time.Time{}, fmt.Errorf("token file: %w", err)
	}
	key, err := rights.Read(s.keyPath)
	if err != nil {
		return steps.Secret{}, time.Time{}, fmt.Errorf("key file: %w", err)
	}
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil {
		return steps.Secret{}, time.Time{}, errors.New("token file: damaged")
	}
	aead, err := newGCM(key)
	if err != nil {
		return steps.Secret{}, time.Time{}, err
	}
	token, err := aead.Open(nil, nil, e.Sealed, s.associated(e.Saved))
	if err != nil {
		return steps.Secret{}, time.Time{}, errors.New("token file: does not open with its key")
	}
	return steps.NewSecret(string(token)), e.Saved, nil
}

// wipe overwrites both files and removes them. On a journalling or flash file
// system the old blocks may outlive that, which is why the key is a separate
// file and both are short-lived.
func (s sealed) wipe() error {
	return errors.Join(wipeFile(s.keyPath), wipeFile(s.path))
}

func wipeFile(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && !info.Mode().IsRegular() {
		return os.Remove(path) // the link, or whatever it is; what it leads to is not ours
	}
	f, err := rights.Open(path, os.O_WRONLY)
	if err == nil {
		err = overwrite(f)
	}
	return errors.Join(err, os.Remove(path))
}

func overwrite(f *os.File) error {
	info, err := f.Stat()
	if err == nil {
		_, err = f.Write(make([]byte, info.Size()))
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// newGCM makes an AEAD that draws its own nonces.
func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, errors.New("key file: damaged")
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// writePrivate creates a file that only this user may read. It must not exist.
func writePrivate(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = rights.File(path)
	if err == nil {
		_, err = f.Write(data)
	}
	return errors.Join(err, f.Sync(), f.Close())
}
