package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSilent(t *testing.T) {
	var out bytes.Buffer
	if err := gate([]string{"silent", "go", "env", "GOOS"}, &out, io.Discard); err == nil || out.Len() == 0 {
		t.Errorf("a command that prints: err %v, shown %q; want an error and its output", err, out.String())
	}
	if err := gate([]string{"silent", "go", "vet", "."}, io.Discard, io.Discard); err != nil {
		t.Errorf("a silent command: %v", err)
	}
	if err := gate([]string{"silent", "go", "no-such-command"}, io.Discard, io.Discard); err == nil {
		t.Error("a command that fails passed")
	}
	if err := gate([]string{"silent"}, io.Discard, io.Discard); err == nil {
		t.Error("no command passed")
	}
}

func TestSame(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.test/x\n")
	write("a/a.go", "package a\n")
	if err := gate([]string{"same", ".go", "go", "fmt", "./..."}, io.Discard, io.Discard); err != nil {
		t.Errorf("nothing changed: %v", err)
	}
	write("a/a.go", "package   a\n")
	if err := gate([]string{"same", ".go", "go", "fmt", "./..."}, io.Discard, io.Discard); err == nil {
		t.Error("a changed file passed")
	}
}

func TestDifferences(t *testing.T) {
	a, b := [32]byte{1}, [32]byte{2}
	got := differences(map[string][32]byte{"same": a, "changed": a, "gone": a}, map[string][32]byte{"same": a, "changed": b, "new": b})
	if d := cmp.Diff([]string{"changed", "gone", "new"}, got); d != "" {
		t.Error(d)
	}
}
