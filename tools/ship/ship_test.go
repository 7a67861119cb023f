package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// biggest is the most that the program may weigh on the commonest system.
const biggest = 20_000_000

// TestArchiveIsRepeatable builds the archive for Linux twice, in two folders,
// and looks at what is in it.
func TestArchiveIsRepeatable(t *testing.T) {
	r := release{version: "1.2.3", commit: "0123456789abcdef0123456789abcdef01234567", date: time.Date(2026, 11, 22, 10, 20, 30, 0, time.UTC)}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	linux := target{"linux", "amd64", ""}
	var archives [][]byte
	for range 2 {
		b := builder{root: root, out: t.TempDir(), release: r}
		name, err := b.archive(t.Context(), linux)
		if err != nil {
			t.Fatal(err)
		}
		if name != "plex-tunnel-wizard_1.2.3_linux_amd64.tar.gz" {
			t.Errorf("it is called %s", name)
		}
		body, err := os.ReadFile(filepath.Join(b.out, name))
		if err != nil {
			t.Fatal(err)
		}
		archives = append(archives, body)
		if err := b.checksums([]string{name}); err != nil {
			t.Error(err)
		}
		if sums, err := os.ReadFile(filepath.Join(b.out, "checksums.txt")); err != nil || !strings.HasSuffix(string(sums), "  "+name+"\n") || len(sums) != 64+3+len(name) {
			t.Errorf("checksums: %q, %v", sums, err)
		}
	}
	if !bytes.Equal(archives[0], archives[1]) {
		t.Error("two builds of the same differ")
	}
	entries := untar(t, archives[0], r.date)
	if names := keys(entries); !slices.Equal(names, []string{"LICENSE", "README.md", "sbom.cdx.json", "wizard"}) {
		t.Errorf("inside: %q", names)
	}
	program := entries["wizard"]
	t.Logf("the program for %s has %.1f MB", linux, float64(len(program))/1e6)
	if len(program) > biggest {
		t.Errorf("the program has %d bytes, more than %d", len(program), biggest)
	}
	for _, said := range []string{r.version, r.commit, "2026-11-22T10:20:30Z"} {
		if !bytes.Contains(program, []byte(said)) {
			t.Errorf("the program does not know %s", said)
		}
	}
	if bytes.Contains(program, []byte("storeroom-parachute.example.com")) {
		t.Error("the program has the gallery of all pages in it")
	}
	if bytes.Contains(program, []byte(root)) {
		t.Error("the program names the folder where it was built")
	}
	for _, part := range []string{`"CycloneDX"`, "pkg:golang/go.etcd.io/bbolt@v", "pkg:golang/std@1."} {
		if !bytes.Contains(entries["sbom.cdx.json"], []byte(part)) {
			t.Errorf("the list of what is inside lacks %s", part)
		}
	}
}

func TestZip(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 20, 30, 0, time.UTC)
	b, err := zipped([]entry{{"wizard.exe", 0o755, []byte("MZ")}}, at)
	if err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(r.File) != 1 || r.File[0].Name != "wizard.exe" || !r.File[0].Modified.Equal(at) {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestOnlyKnownTargets(t *testing.T) {
	var out, errOut bytes.Buffer
	if err := run(t.Context(), []string{"-out", t.TempDir(), "-only", "plan9/amd64"}, &out, &errOut); err == nil || !strings.Contains(err.Error(), "none of the targets") {
		t.Errorf("%v", err)
	}
}

func untar(t *testing.T, b []byte, at time.Time) map[string][]byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if !h.ModTime.Equal(at) || h.Uid != 0 || h.Uname != "root" || (h.Mode&0o111 != 0) != (h.Name == "wizard") {
			t.Errorf("%+v", h)
		}
		if out[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}

func keys(m map[string][]byte) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
