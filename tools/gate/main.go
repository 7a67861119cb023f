// Command gate turns tools that only print into checks that fail. It knows
// nothing of what they look for.
//
//	gate silent COMMAND…        fails when the command prints anything
//	gate same SUFFIX COMMAND…   fails when the command changes a file whose name ends so
package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if err := gate(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "gate:", err)
		os.Exit(1)
	}
}

func gate(args []string, stdout, stderr io.Writer) error {
	switch {
	case len(args) > 1 && args[0] == "silent":
		return silent(args[1:], stdout, stderr)
	case len(args) > 2 && args[0] == "same":
		return same(args[1], args[2:], stdout, stderr)
	}
	return errors.New("use: gate silent COMMAND…, or gate same SUFFIX COMMAND…")
}

func silent(command []string, stdout, stderr io.Writer) error {
	var said bytes.Buffer
	if err := start(command, io.MultiWriter(&said, stdout), stderr); err != nil {
		return err
	}
	if said.Len() > 0 {
		return fmt.Errorf("%s found the above", strings.Join(command, " "))
	}
	return nil
}

func same(suffix string, command []string, stdout, stderr io.Writer) error {
	before, err := sums(".", suffix)
	if err != nil {
		return err
	}
	if err := start(command, stdout, stderr); err != nil {
		return err
	}
	after, err := sums(".", suffix)
	if err != nil {
		return err
	}
	if changed := differences(before, after); len(changed) > 0 {
		return fmt.Errorf("%s changed what is kept in the repository: %s", strings.Join(command, " "), strings.Join(changed, ", "))
	}
	return nil
}

func start(command []string, stdout, stderr io.Writer) error {
	c := exec.Command(command[0], command[1:]...)
	c.Stdout, c.Stderr = stdout, stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(command, " "), err)
	}
	return nil
}

// sums hashes every file with the suffix, outside of folders whose name begins
// with a dot.
func sums(root, suffix string) (map[string][sha256.Size]byte, error) {
	out := map[string][sha256.Size]byte{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(d.Name(), suffix):
			return nil
		}
		b, err := os.ReadFile(path)
		out[path] = sha256.Sum256(b)
		return err
	})
	return out, err
}

// differences names what was added, changed or removed.
func differences(before, after map[string][sha256.Size]byte) []string {
	var out []string
	for path, sum := range after {
		if old, ok := before[path]; !ok || old != sum {
			out = append(out, path)
		}
	}
	for path := range before {
		if _, ok := after[path]; !ok {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}
