package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const runningFile = "running-at"

// markRunning writes down where this wizard serves, so that a second one can
// say so. The start link is not part of it.
func markRunning(dir, url string) (forget func(), err error) {
	path := filepath.Join(dir, runningFile)
	if err := os.WriteFile(path, []byte(fmt.Sprintf("%s (process %d)\n", url, os.Getpid())), 0o600); err != nil {
		return nil, fmt.Errorf("writing to %s: %w", dir, err)
	}
	return func() {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return // it says where a wizard was, which harms nobody
		}
	}, nil
}

func runningAt(dir string) string {
	b, err := os.ReadFile(filepath.Join(dir, runningFile))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
