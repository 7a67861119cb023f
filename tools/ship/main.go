// Command ship builds what is shipped, for every system, into one folder: an
// archive for each, the list of their checksums, and a list of what is inside
// (SBOM). It needs nothing but Go and git, and two runs on the same commit give
// the same bytes. Signing, packages of distributions and their publishing are
// goreleaser's, whose configuration a test holds against the same list.
//
//	ship -out dist                       everything
//	ship -out dist -only linux/arm64     one of them
package main

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "ship:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := flag.NewFlagSet("ship", flag.ContinueOnError)
	f.SetOutput(stderr)
	out := f.String("out", "dist", "folder to write to")
	only := f.String("only", "", "one target, such as linux/arm64")
	if err := f.Parse(args); err != nil {
		return err
	}
	root, err := command(ctx, "", "go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return err
	}
	what, err := released(ctx, root)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	b := builder{root: root, out: *out, release: what}
	var made []string
	for _, t := range targets() {
		if *only != "" && t.String() != *only {
			continue
		}
		name, err := b.archive(ctx, t)
		if err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
		fmt.Fprintln(stdout, name)
		made = append(made, name)
	}
	if len(made) == 0 {
		return fmt.Errorf("%q is none of the targets", *only)
	}
	return b.checksums(made)
}

// A release is what the program says of itself.
type release struct {
	version string // without the leading v
	commit  string
	date    time.Time // of the commit: the time of a build would never be the same again

	// repository is owner/name at GitHub, where newer versions are looked for; empty for nowhere.
	repository string
}

// released asks git. A commit without a tag is a development version.
func released(ctx context.Context, root string) (release, error) {
	line, err := command(ctx, root, "git", "log", "-1", "--format=%H %ct")
	if err != nil {
		return release{}, err
	}
	var r release
	var at int64
	if _, err := fmt.Sscan(line, &r.commit, &at); err != nil {
		return release{}, fmt.Errorf("reading %q of git: %w", line, err)
	}
	r.date = time.Unix(at, 0).UTC()
	if owner := os.Getenv("OWNER"); owner != "" {
		r.repository = owner + "/" + cmp.Or(os.Getenv("REPOSITORY"), "wizard")
	}
	tag, err := command(ctx, root, "git", "describe", "--tags", "--exact-match")
	if err != nil {
		r.version = "0.0.0-dev." + r.commit[:12]
	} else {
		r.version = strings.TrimPrefix(tag, "v")
	}
	return r, nil
}

// flags are those of the linker: without the tables for debuggers, and with what
// the program says of itself.
func (r release) flags() string {
	return fmt.Sprintf("-s -w -buildid= -X main.version=%s -X main.commit=%s -X main.date=%s -X main.repository=%s", r.version, r.commit, r.date.Format(time.RFC3339), r.repository)
}

// command runs a program and returns its only line.
func command(ctx context.Context, dir, name string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, said.Bytes())
	}
	return strings.TrimSpace(string(out)), nil
}

type builder struct {
	root, out string
	release   release
}

// smaller keeps the compiler from copying functions of ours into their callers:
// 1.5 MB for code that waits for networks and people. Libraries keep their speed.
const smaller = "example.test/wizard/...=-l"

// build builds the program for a target and returns its bytes.
func (b builder) build(ctx context.Context, t target) ([]byte, error) {
	dir, err := os.MkdirTemp("", "dist-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, t.program())
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags=shipped", "-gcflags="+smaller, "-ldflags="+b.release.flags(), "-o", path, "./cmd/wizard")
	c.Dir = b.root
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOOS="+t.os, "GOARCH="+t.arch, "GOARM="+t.arm)
	if said, err := c.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, said)
	}
	if t.os == "windows" {
		if err := b.describe(ctx, path); err != nil {
			return nil, err
		}
	}
	return os.ReadFile(path)
}

// winres writes what Windows shows of a file; the hook of goreleaser runs the same.
const winres = "github.com/tc-hib/go-winres@v0.3.3"

// describe tells Windows the version. What is in the tree has none, as it would
// be another with each commit.
func (b builder) describe(ctx context.Context, program string) error {
	number, _, _ := strings.Cut(b.release.version, "-")
	_, err := command(ctx, b.root, "go", "run", winres, "patch", "--no-backup", "--in", filepath.Join("cmd", "wizard", "winres", "winres.json"),
		"--product-version", b.release.version, "--file-version", number, program)
	return err
}
