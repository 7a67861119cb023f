package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

type runner func(ctx context.Context, name string, args ...string) error

// install brings what is missing, by the system's own means first.
func (m machine) install(ctx context.Context) error {
	if err := m.installBrowser(ctx); err != nil {
		return err
	}
	return m.installJudges(ctx)
}

// installBrowser brings the browser, its driver and the compiler.
func (m machine) installBrowser(ctx context.Context) error {
	var errs []error
	if _, err := m.find(); err == nil && m.compiler() && m.nameServer() {
		return nil
	}
	if err := m.packages(ctx); err != nil {
		errs = append(errs, err)
	}
	if m.driverVersion() != driverVersion && m.first("node", "nodejs") != "" {
		if npm := m.first("npm"); npm != "" {
			if err := m.fromNPM(ctx, npm); err != nil {
				errs = append(errs, err)
			}
		}
	}
	if _, err := m.find(); err == nil {
		return nil // what went wrong above was made good
	}
	withBrowser := m.chromium() == ""
	if err := m.fromPlaywright(withBrowser); err != nil {
		errs = append(errs, err)
	}
	_, err := m.find()
	if err == nil {
		return nil
	}
	return errors.Join(append(errs, err)...)
}

// packages asks apt for what is missing, where there is one and it may be asked.
func (m machine) packages(ctx context.Context) error {
	apt := m.first("apt-get")
	if m.goos != "linux" || !m.root || apt == "" {
		return nil
	}
	var want []string
	if m.chromium() == "" {
		want = append(want, "chromium")
	}
	if m.first("node", "nodejs") == "" {
		want = append(want, "nodejs")
	}
	if m.first("npm") == "" && m.driverVersion() != driverVersion {
		want = append(want, "npm")
	}
	if !m.compiler() {
		want = append(want, "gcc", "libc6-dev")
	}
	if !m.nameServer() {
		want = append(want, "nsd")
	}
	if len(want) == 0 {
		return nil
	}
	if err := m.run(ctx, apt, "update"); err != nil {
		return fmt.Errorf("apt-get update: %w", err)
	}
	if err := m.run(ctx, apt, append([]string{"install", "-y"}, want...)...); err != nil {
		return fmt.Errorf("apt-get install %v: %w", want, err)
	}
	return nil
}

// fromNPM installs the driver beside the repository's other caches, and puts it
// where playwright-go looks.
func (m machine) fromNPM(ctx context.Context, npm string) error {
	home := filepath.Join(m.driver(), "npm")
	if err := m.npmInstall(ctx, npm, home, "playwright-core@"+driverVersion); err != nil {
		return fmt.Errorf("installing the driver of Playwright: %w", err)
	}
	link := filepath.Join(m.driver(), "package")
	if err := os.RemoveAll(link); err != nil {
		return err
	}
	from := filepath.Join("npm", "node_modules", "playwright-core")
	if err := os.Symlink(from, link); err != nil { // Windows without the right to
		return os.CopyFS(link, os.DirFS(filepath.Join(m.driver(), from)))
	}
	return nil
}

// fromPlaywright lets Playwright install its own driver and browser.
func (m machine) fromPlaywright(withBrowser bool) error {
	// Without its own Node.js this cannot be Playwright's own driver.
	if m.driverVersion() != "" && m.first("node", "nodejs") == "" {
		if err := os.RemoveAll(filepath.Join(m.driver(), "package")); err != nil {
			return err
		}
	}
	if err := m.own(m.driver(), withBrowser); err != nil {
		return fmt.Errorf("installing by Playwright itself: %w", err)
	}
	if !withBrowser {
		return nil
	}
	return os.WriteFile(m.ownMark(), []byte("chromium\n"), 0o644)
}
