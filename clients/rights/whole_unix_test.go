//go:build !windows

package rights

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestOpenWaitsForNobody: a pipe is not waited at, and a second name of somebody's
// file is not opened.
func TestOpenWaitsForNobody(t *testing.T) {
	dir := t.TempDir()
	pipe, file, second := filepath.Join(dir, "pipe"), filepath.Join(dir, "file"), filepath.Join(dir, "second")
	put(t, file, "theirs")
	for _, err := range []error{syscall.Mkfifo(pipe, 0o600), os.Link(file, second)} {
		if err != nil {
			t.Skip(err)
		}
	}
	for _, path := range []string{pipe, second} {
		for _, flag := range []int{os.O_RDONLY, os.O_WRONLY} {
			if f, err := Open(path, flag); err == nil {
				t.Errorf("%s was opened: %v", path, f.Close())
			}
		}
	}
}
