// Command bench measures the wizard as a person's computer would see it, prints a
// table and writes the same as JSON. Everything is measured in one run, beside a
// handler of plain net/http that writes the same bytes. It knows how the program
// is started and used, and nothing of its inside. docs/performance.md explains
// each figure.
//
//	bench -out artifacts/bench.json
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 1 && args[0] == plainly {
		return serve(os.Stdin, stdout)
	}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	out := f.String("out", "artifacts/bench.json", "file to write")
	sizes := f.Bool("sizes", true, "build for every system, to tell the sizes")
	strict := f.Bool("strict", false, "fail when a goal is missed")
	if err := f.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r := &report{System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), CPUs: runtime.NumCPU(), Load: load()}
	binary := filepath.Join(dir, "wizard")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	if err := build(ctx, binary, runtime.GOOS, runtime.GOARCH); err != nil {
		return err
	}
	b := bench{binary: binary, dir: dir, report: r}
	for _, part := range []struct {
		what string
		do   func(ctx context.Context) error
	}{
		{"starting", b.starts}, {"the journey and the pages", b.journey}, {"the journey step by step", b.oneByOne}, {"one poll of the name servers", b.poll}, {"a day of waiting", b.day},
	} {
		fmt.Fprintln(stderr, "measuring", part.what)
		if err := part.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", part.what, err)
		}
	}
	if *sizes {
		fmt.Fprintln(stderr, "building for every system")
		if err := b.sizes(ctx, stderr); err != nil {
			return err
		}
	}
	if err := r.print(stdout); err != nil {
		return err
	}
	if err := r.write(*out); err != nil {
		return err
	}
	if missed := r.missed(); *strict && len(missed) > 0 {
		return fmt.Errorf("missed: %s", strings.Join(missed, "; "))
	}
	return nil
}

type bench struct {
	binary, dir string
	report      *report
}

// build builds the program as it is shipped.
func build(ctx context.Context, path, goos, goarch string) error {
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags=shipped", "-gcflags=example.test/wizard/...=-l", "-ldflags=-s -w", "-o", path, "./cmd/wizard")
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch, "GOARM=7")
	if said, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("building for %s/%s: %w: %s", goos, goarch, err, said)
	}
	return nil
}

// sizes tells how large the program is for each system.
//
// For a system that was not built for before, that compiles the standard library
// too: minutes in which nothing else would be said.
func (b bench) sizes(ctx context.Context, stderr io.Writer) error {
	for _, t := range [][2]string{{"linux", "amd64"}, {"linux", "arm64"}, {"linux", "arm"}, {"windows", "amd64"}, {"darwin", "amd64"}, {"darwin", "arm64"}} {
		fmt.Fprintf(stderr, "building for %s/%s\n", t[0], t[1])
		path := filepath.Join(b.dir, "size")
		if err := build(ctx, path, t[0], t[1]); err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		goal := 0.0
		if t == [2]string{"linux", "amd64"} {
			goal = 20
		}
		b.report.add("size "+t[0]+"/"+t[1], "MB", float64(info.Size())/1e6, goal)
	}
	return nil
}
