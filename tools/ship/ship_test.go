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

// here is the folder of the project, and a release of it.
func here(t *testing.T) (string, release) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return root, release{version: "1.2.3", commit: "0123456789abcdef0123456789abcdef01234567", date: time.Date(2026, 11, 22, 10, 20, 30, 0, time.UTC)}
}

// TestArchiveIsRepeatable builds the archive for Linux twice, in two folders,
// and looks at what is in it.
func TestArchiveIsRepeatable(t *testing.T) {
	root, r := here(t)
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
	if names := keys(entries); !slices.Equal(names, []string{"LICENSE", "README.txt", "sbom.cdx.json", "wizard"}) {
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

// TestWindowsShowsTheVersion builds the program for Windows and reads what its
// properties show.
func TestWindowsShowsTheVersion(t *testing.T) {
	root, r := here(t)
	b := builder{root: root, out: t.TempDir(), release: r}
	program, err := b.build(t.Context(), target{"windows", "amd64", ""})
	if err != nil {
		t.Fatal(err)
	}
	wide := func(s string) []byte {
		var b []byte
		for _, c := range s {
			b = append(b, byte(c), 0)
		}
		return b
	}
	_, after, _ := bytes.Cut(program, wide("ProductVersion\x00"))
	if value := after[:min(len(after), 16)]; !bytes.Contains(value, wide("1.2.3\x00")) {
		t.Error("the product's version is not in the file")
	}
	// The fixed part: signature, version of the structure, then major, minor, patch and build, in pairs.
	if want := []byte("\xbd\x04\xef\xfe\x00\x00\x01\x00\x02\x00\x01\x00\x00\x00\x03\x00"); !bytes.Contains(program, want) {
		t.Error("the file's version is not 1.2.3.0")
	}
	if !bytes.Contains(program, []byte("asInvoker")) {
		t.Error("the manifest is gone")
	}
}

// TestReadmeOfTheDownload: whoever reads it has the program and nothing else.
func TestReadmeOfTheDownload(t *testing.T) {
	text, err := os.ReadFile("README.txt")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		if len(line) > 80 {
			t.Errorf("line %d is wider than a window: %s", i+1, line)
		}
		if strings.ContainsFunc(line, func(r rune) bool { return r > '~' || r < ' ' }) {
			t.Errorf("line %d has a character that a window of Windows may not show: %s", i+1, line)
		}
		for _, only := range []string{"](", "docs/", "go run", "task "} {
			if strings.Contains(line, only) {
				t.Errorf("line %d speaks of what is not in the archive: %s", i+1, line)
			}
		}
	}
	if windows := lines(target{os: "windows"}, "README.txt", []byte("a\nb\n")); string(windows) != "a\r\nb\r\n" {
		t.Errorf("for Windows: %q", windows)
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
