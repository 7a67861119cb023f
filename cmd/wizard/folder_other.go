//go:build !windows

package main

import "os"

func makePrivate(dir string) error { return os.Mkdir(dir, 0o700) }

func restrict(dir string) error { return os.Chmod(dir, 0o700) }

// enterable reports whether others than its owner may use a folder.
func enterable(dir string) (bool, error) {
	info, err := os.Stat(dir)
	return err == nil && info.Mode().Perm()&0o077 != 0, err
}
