//go:build !windows

package rights

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// File keeps a file to its owner, the system and its administrators. Call it
// before anything is written.
func File(path string) error { return os.Chmod(path, 0o600) }

// NewFolder makes a folder that has its rights from the first moment. The error
// is [io/fs.ErrExist] when there is one.
func NewFolder(dir string) error { return os.Mkdir(dir, 0o700) }

// Folder keeps a folder, and what will be put inside, to this user.
func Folder(dir string) error { return os.Chmod(dir, 0o700) }

// Writable reports whether others may change what is in a folder.
func Writable(dir string) (bool, error) {
	info, err := os.Stat(dir)
	return err == nil && info.Mode().Perm()&0o022 != 0, err
}

// plain opens a file, and no link in its place, without waiting for whoever is at
// the other end of a pipe.
func plain(path string, flag int) (*os.File, error) {
	return os.OpenFile(path, flag|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
}

// alone reports whether a file has no second name, under which it might be
// somebody else's.
func alone(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return !ok || st.Nlink == 1
}

// Enterable reports whether others may use a folder, besides its owner and those
// from whom nothing can be kept.
func Enterable(dir string) (bool, error) {
	info, err := os.Stat(dir)
	return err == nil && info.Mode().Perm()&0o077 != 0, err
}

// Guarded reports whether only administrators may change a program, or put
// another in its place: it, and every folder on the way to it, is root's.
func Guarded(file string) bool {
	at, err := filepath.EvalSymlinks(file)
	if err != nil {
		return false
	}
	for {
		info, err := os.Stat(at)
		if err != nil || info.Mode().Perm()&0o022 != 0 || !ofRoot(info) {
			return false
		}
		if filepath.Dir(at) == at {
			return true
		}
		at = filepath.Dir(at)
	}
}

func ofRoot(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && st.Uid == 0
}

// AdminFolder makes a folder in which only administrators may put things, and
// everybody may look. It reports whether there was none.
func AdminFolder(dir string) (made bool, err error) {
	err = os.Mkdir(dir, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return false, nil // only an administrator could make it where it is
	}
	return err == nil, err
}

// Entrust gives a file to the administrators: here it is theirs who made it.
func Entrust(string) error { return nil }

// Trusted reports whether a plain file can only have been written by an
// administrator, or by this process's own user.
func Trusted(file string) bool {
	info, err := os.Lstat(file)
	if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o022 != 0 {
		return false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && (st.Uid == 0 || int(st.Uid) == os.Geteuid())
}
