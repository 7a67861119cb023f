package main

import (
	"context"
	_ "embed" // of what Wine lacks
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

const (
	wineProgram = "wine64"
	mingw       = "x86_64-w64-mingw32-gcc"
)

// windows is how a program for Windows is run on this computer. Tests copy
// Prefix, because what runs in one shares its registry and its services.
type windows struct {
	Wine   string   `json:"wine"`   // the program
	Prefix string   `json:"prefix"` // a fresh Windows, to be copied
	Env    []string `json:"env"`    // without WINEPREFIX
}

func wineFolder(cache string) string { return filepath.Join(cache, "wine") }
func (m machine) winePrefix() string { return filepath.Join(wineFolder(m.cache), "prefix") }
func (m machine) wineReady() string  { return filepath.Join(wineFolder(m.cache), "ready") }
func (m machine) wineUsable() bool   { return m.goos == "linux" && m.goarch == "amd64" }
func (m machine) mayInstall() bool   { return m.root && m.first("apt-get") != "" }
func wineEnv(cache string) []string {
	return append(wineSettings(), "WINEPREFIX="+filepath.Join(wineFolder(cache), "prefix"))
}

// wineSettings keeps Wine quiet, lets our library win over its own, and spares
// it the parts for web pages and .NET that it would want to download.
func wineSettings() []string {
	return []string{"WINEDEBUG=-all", "WINEDLLOVERRIDES=bcryptprimitives=n;mscoree,mshtml="}
}

// findWine says how Windows programs are run, or what is missing.
func (m machine) findWine() (windows, error) {
	w := windows{Wine: m.first(wineProgram), Prefix: m.winePrefix(), Env: wineSettings()}
	switch {
	case !m.wineUsable():
		return w, fmt.Errorf("%w: Wine is used on Linux for amd64 only", errMissing)
	case w.Wine == "":
		return w, fmt.Errorf("%w: Wine, the package wine64 of Debian", errMissing)
	case !exists(m.wineReady()):
		return w, fmt.Errorf("%w: a Windows in %s, which “needs -install” makes with the package gcc-mingw-w64-x86-64-win32", errMissing, w.Prefix)
	}
	return w, nil
}

// installWine prepares Wine where it may. Where it may not, tests of the Windows
// build are skipped and say so, so that is no error.
func (m machine) installWine(ctx context.Context) error {
	if _, err := m.findWine(); err == nil || !m.wineUsable() {
		return nil
	}
	if (m.first(wineProgram) == "" || m.first(mingw) == "") && m.mayInstall() {
		apt := m.first("apt-get")
		if err := m.run(ctx, apt, "update"); err != nil {
			return fmt.Errorf("apt-get update: %w", err)
		}
		if err := m.run(ctx, apt, "install", "-y", "--no-install-recommends", "wine64", "gcc-mingw-w64-x86-64-win32"); err != nil {
			return fmt.Errorf("installing Wine: %w", err)
		}
	}
	if m.first(wineProgram) == "" || m.first(mingw) == "" {
		return nil
	}
	return m.makeWindows(ctx)
}

//go:embed wine/lacking.c
var lacking []byte

// makeWindows compiles the library and lets Wine lay down its Windows.
func (m machine) makeWindows(ctx context.Context) error {
	dir := wineFolder(m.cache)
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		return err
	}
	if err := m.run(ctx, m.first(wineProgram), "wineboot", "-i"); err != nil {
		return fmt.Errorf("preparing Wine: %w", err)
	}
	source := filepath.Join(dir, "lacking.c")
	if err := os.WriteFile(source, lacking, 0o644); err != nil {
		return err
	}
	dll := filepath.Join(m.winePrefix(), "drive_c", "windows", "system32", "bcryptprimitives.dll")
	if err := m.run(ctx, m.first(mingw), "-shared", "-O2", "-s", "-o", dll, source, "-ladvapi32"); err != nil {
		return fmt.Errorf("compiling what Wine lacks: %w", err)
	}
	// Its registry is on the disk only when its server has ended.
	if err := m.run(ctx, "/usr/lib/wine/wineserver", "-w"); err != nil {
		return fmt.Errorf("waiting for Wine: %w", err)
	}
	return os.WriteFile(m.wineReady(), []byte("prefix\n"), 0o644)
}
