package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.test/wizard/clients/rights"
)

const runningFile = "running-at"

// markRunning writes down where this wizard serves, so that a second one can
// say so, and where it hands out new start links. No link is part of it.
func markRunning(dir, url, door string) (forget func(), err error) {
	path := filepath.Join(dir, runningFile)
	if err := rights.Write(path, fmt.Appendf(nil, "%s (process %d)\n%s\n", url, os.Getpid(), door)); err != nil {
		return nil, fmt.Errorf("writing to %s: %w", dir, err)
	}
	return func() {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return // it says where a wizard was, which harms nobody
		}
	}, nil
}

// runningAt is the address of the wizard that runs with this folder, or was
// killed there; empty when there is none.
func runningAt(dir string) string {
	at, _ := running(dir)
	return at
}

func running(dir string) (at, door string) {
	b, err := rights.Read(filepath.Join(dir, runningFile))
	if err != nil {
		return "", ""
	}
	at, door, _ = strings.Cut(strings.TrimSpace(string(b)), "\n")
	return printable(strings.TrimSpace(at)), strings.TrimSpace(door)
}
