// Command needs finds what the tests need beside Go, and installs it where it
// may: a Chromium and the driver of Playwright for the browser tests, what judges
// the pages there (axe-core, html-validate, Lighthouse), a C compiler for the race
// detector, a real name server for the tests that move a domain away from one, and
// Wine for the Windows build. It knows nothing of the tests themselves.
//
//	needs            prints where the browser and its driver are, as JSON
//	needs -wine      prints how a Windows program is run here, as JSON
//	needs -install   installs what is missing first
//	needs -race      prints -race when the race detector can be used, else nothing
//
// On a Debian-like system, as root, packages come from apt. Elsewhere the driver
// and the browser are Playwright's own. Nothing outside the cache folder of the
// repository is written otherwise.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/playwright-community/playwright-go"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "needs:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := flag.NewFlagSet("needs", flag.ContinueOnError)
	f.SetOutput(stderr)
	install := f.Bool("install", false, "install what is missing")
	wine := f.Bool("wine", false, "print how a Windows program is run here")
	race := f.Bool("race", false, "print -race when the race detector can be used")
	if err := f.Parse(args); err != nil {
		return err
	}
	cache, err := cacheFolder()
	if err != nil {
		return err
	}
	m := thisMachine(cache, stderr)
	if *race {
		if m.compiler() {
			fmt.Fprint(stdout, "-race")
		} else {
			fmt.Fprintln(stderr, "needs: no C compiler here, so the tests run without the race detector")
		}
		return nil
	}
	if *install {
		if err := m.install(ctx); err != nil {
			return err
		}
		if err := m.installWine(ctx); err != nil {
			return err
		}
	}
	var p any
	if *wine {
		p, err = m.findWine()
	} else {
		p, err = m.find()
	}
	if err != nil {
		return err
	}
	e := json.NewEncoder(stdout)
	e.SetIndent("", "  ")
	return e.Encode(p)
}

// cacheFolder is .cache beside the nearest go.mod.
func cacheFolder() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, ".cache"), nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("there is no go.mod here or above")
		}
		dir = up
	}
}

// thisMachine is the real one.
func thisMachine(cache string, stderr io.Writer) machine {
	return machine{
		goos: runtime.GOOS, goarch: runtime.GOARCH, root: os.Geteuid() == 0, cache: cache,
		look: func(name string) (string, error) {
			if name == wineProgram {
				return exec.LookPath("/usr/lib/wine/wine64") // Debian keeps it off the path
			}
			return exec.LookPath(name)
		},
		run: func(ctx context.Context, name string, args ...string) error {
			c := exec.CommandContext(ctx, name, args...)
			c.Stdout, c.Stderr = stderr, stderr // standard output is for the answer
			c.Env = append(os.Environ(), append(wineEnv(cache), "DEBIAN_FRONTEND=noninteractive")...)
			if err := c.Run(); err != nil {
				return fmt.Errorf("%s: %w", filepath.Base(name), err)
			}
			return nil
		},
		own: func(driver string, withBrowser bool) error {
			return playwright.Install(&playwright.RunOptions{
				DriverDirectory: driver, Browsers: []string{"chromium"}, SkipInstallBrowsers: !withBrowser, Stdout: stderr, Stderr: stderr,
			})
		},
	}
}
