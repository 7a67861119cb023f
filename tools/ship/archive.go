package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// entry is one file of an archive.
type entry struct {
	name string
	mode fs.FileMode
	body []byte
}

// pages are the texts in every archive, as the folder of the project has them.
// README.md is for whoever has that folder, with its pictures; who has downloaded
// a program reads README.txt.
func pages() []string { return []string{"LICENSE", "tools/ship/README.txt"} }

// lines gives a text the ends of lines that the system's own editors know.
func lines(t target, name string, body []byte) []byte {
	if t.os != "windows" || path.Ext(name) != ".txt" {
		return body
	}
	return bytes.ReplaceAll(body, []byte("\n"), []byte("\r\n"))
}

// archive builds the program for a target and packs it with its licence, its
// page of instructions and the list of what is inside.
func (b builder) archive(ctx context.Context, t target) (string, error) {
	program, err := b.build(ctx, t)
	if err != nil {
		return "", err
	}
	sbom, err := billOfMaterials(program, b.release)
	if err != nil {
		return "", err
	}
	entries := []entry{{t.program(), 0o755, program}}
	for _, name := range pages() {
		body, err := os.ReadFile(filepath.Join(b.root, filepath.FromSlash(name)))
		if err != nil {
			return "", err
		}
		entries = append(entries, entry{path.Base(name), 0o644, lines(t, name, body)})
	}
	entries = append(entries, entry{"sbom.cdx.json", 0o644, sbom})
	name, pack := t.name(b.release.version)+".tar.gz", tarball
	if t.os == "windows" {
		name, pack = strings.TrimSuffix(name, ".tar.gz")+".zip", zipped
	}
	body, err := pack(entries, b.release.date)
	if err != nil {
		return "", err
	}
	return name, os.WriteFile(filepath.Join(b.out, name), body, 0o644)
}

// tarball packs for Unix. Owner and time do not tell where it was made.
func tarball(entries []entry, at time.Time) ([]byte, error) {
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(z)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: int64(e.mode), Size: int64(len(e.body)), ModTime: at, Uname: "root", Gname: "root", Format: tar.FormatUSTAR}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.body); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	err = z.Close()
	return buf.Bytes(), err
}

// zipped packs for Windows.
func zipped(entries []entry, at time.Time) ([]byte, error) {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: at}
		h.SetMode(e.mode)
		f, err := w.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(e.body); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return buf.Bytes(), err
}

// checksums writes the list that sha256sum -c reads.
func (b builder) checksums(names []string) error {
	var list bytes.Buffer
	for _, name := range names {
		body, err := os.ReadFile(filepath.Join(b.out, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&list, "%x  %s\n", sha256.Sum256(body), name)
	}
	return os.WriteFile(filepath.Join(b.out, "checksums.txt"), list.Bytes(), 0o644)
}
