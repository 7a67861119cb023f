package secrets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.test/wizard/clients/rights"
)

// A note is a file that says that the keyring may hold a token of this
// installation. It is there before the token goes in, and until the keyring has
// said that none is left. So a keyring that does not answer, because it is locked
// or because this session has none, is not taken for an empty one.
type note struct{ path string }

// there reports whether the keyring may hold a token. What cannot be looked at
// may say so.
func (n note) there() bool {
	_, err := os.Lstat(n.path)
	return !errors.Is(err, fs.ErrNotExist)
}

func (n note) make(keyring string) error {
	err := os.MkdirAll(filepath.Dir(n.path), 0o700)
	if err == nil {
		err = rights.Write(n.path, []byte("The wizard's token is in the keyring ("+keyring+") until you finish.\n"))
	}
	if err != nil {
		return fmt.Errorf("note of the keyring: %w", err)
	}
	return nil
}

// drop takes the note away. One that stays costs a question more at the next start.
func (n note) drop() { _ = os.Remove(n.path) }
