package connector

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"example.test/wizard/steps"
)

// sumOf is the SHA-256 of a file, hex.
func sumOf(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	d := sha256.New()
	if _, err := io.Copy(d, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(d.Sum(nil)), nil
}

// verify compares a file with its published sum, and removes it when they differ.
func verify(file, name, want string) error {
	got, err := sumOf(file)
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	if got != want {
		return errors.Join(problemSum(name, want, got), os.Remove(file))
	}
	return nil
}

// unpack takes the program out of an archive, which holds nothing else of interest.
func (h *Host) unpack(archive, name string) (string, error) {
	in, err := os.Open(archive)
	if err != nil {
		return "", fmt.Errorf("opening %s: %w", name, err)
	}
	defer in.Close()
	zr, err := gzip.NewReader(in)
	if err != nil {
		return "", fmt.Errorf("unpacking %s: %w", name, err)
	}
	tr := tar.NewReader(zr)
	for {
		head, err := tr.Next()
		if err != nil {
			return "", fmt.Errorf("unpacking %s: no program in it: %w", name, err)
		}
		if path.Base(head.Name) != "cloudflared" || head.Typeflag != tar.TypeReg {
			continue
		}
		if head.Size > downloadLimit {
			return "", fmt.Errorf("unpacking %s: the program in it is too large", name)
		}
		out := filepath.Join(h.files.download, "cloudflared")
		if err := h.writeProgram(out, tr, nil); err != nil {
			return "", err
		}
		return out, nil
	}
}

// writeProgram writes a program as a whole or not at all: not when check, which
// may be nil, is not content with what was read.
func (h *Host) writeProgram(file string, from io.Reader, check func() error) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), ".cloudflared-*")
	if err != nil {
		return problemWrite(filepath.Dir(file), err)
	}
	defer os.Remove(tmp.Name())
	_, err = io.Copy(h.sys.writer(tmp), from)
	if err == nil {
		err = tmp.Chmod(0o755)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if err := errors.Join(err, tmp.Close()); err != nil {
		return problemWrite(file, err)
	}
	if check != nil {
		if err := check(); err != nil {
			return err
		}
	}
	if err := os.Rename(tmp.Name(), file); err != nil {
		return problemWrite(file, err)
	}
	return nil
}

// checkVersion runs a program that was verified and sees that it is what it should be.
func (h *Host) checkVersion(ctx context.Context, program string) (string, error) {
	v, err := h.runVersion(ctx, program)
	if err != nil {
		return "", problemProgram(program, err)
	}
	if steps.OlderConnector(v, steps.MinimumConnector) {
		return v, problemOld(v)
	}
	return v, nil
}
