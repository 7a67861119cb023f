package visitor

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

const pictureLimit = 15 * time.Second

// Picture implements [steps.Visitor]. The browser runs without a window, with a
// profile of its own that is removed afterwards, and is killed with everything
// that it started when it takes too long. ok is false when there is no browser.
func (v *Visitor) Picture(ctx context.Context, host string) (png []byte, ok bool, err error) {
	if err := checkHost(host); err != nil {
		return nil, false, err
	}
	browser := v.browserPath()
	if browser == "" {
		return nil, false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, v.limit)
	defer cancel()
	profile, err := os.MkdirTemp("", v.profiles()+"*")
	if err != nil {
		return nil, false, fmt.Errorf("picture: %w", err)
	}
	defer v.discard(ctx, profile)
	file := filepath.Join(profile, "picture.png")
	cmd := exec.CommandContext(ctx, browser, v.arguments(ctx, host, profile, file)...)
	cmd.Dir, cmd.Env = profile, environment(profile)
	alone(cmd)
	cmd.WaitDelay = 2 * time.Second
	err = cmd.Run()
	end(cmd) // helpers that outlived the browser would keep the profile busy
	if ctx.Err() != nil {
		return nil, false, fmt.Errorf("picture: %w", context.Cause(ctx))
	}
	if err != nil {
		return nil, false, fmt.Errorf("picture: %s: %w", filepath.Base(browser), err)
	}
	png, err = os.ReadFile(file)
	if err != nil || !bytes.HasPrefix(png, []byte("\x89PNG\r\n\x1a\n")) {
		return nil, false, fmt.Errorf("picture: %s made none", filepath.Base(browser))
	}
	return png, true, nil
}

// How long, and how often, a profile is tried to be removed: on Windows a helper of
// the browser may keep a file open for a moment after the end.
const (
	discardLimit = 2 * time.Second
	discardPause = 50 * time.Millisecond
)

// discard removes a profile. What cannot be removed costs nobody the picture; it is
// left to [Visitor.Tidy].
func (v *Visitor) discard(ctx context.Context, profile string) {
	ctx, cancel := context.WithTimeout(ctx, discardLimit)
	defer cancel()
	again := time.NewTicker(discardPause)
	defer again.Stop()
	for v.remove(profile) != nil {
		select {
		case <-again.C:
		case <-ctx.Done():
			return
		}
	}
}

// profiles is how the names of our browser's profiles begin.
func (v *Visitor) profiles() string { return "plex-tunnel-wizard-" + v.owner + "-" }

// Tidy removes the profiles, some megabytes each, that a process of the same
// owner left behind when it was killed while it took a picture. It is for the
// start, when no picture is being taken by anybody else under that name.
func (v *Visitor) Tidy() error {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), v.profiles()+"*"))
	for _, profile := range left {
		err = errors.Join(err, v.remove(profile))
	}
	if err != nil {
		return fmt.Errorf("old pictures: %w", err)
	}
	return nil
}

// arguments of the browser for one picture.
func (v *Visitor) arguments(ctx context.Context, host, profile, file string) []string {
	args := []string{
		"--headless=new", "--screenshot=" + file, "--user-data-dir=" + profile, "--window-size=1280,800",
		"--hide-scrollbars", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
		"--disable-dev-shm-usage", "--password-store=basic", "--use-mock-keychain", "--mute-audio", "--incognito",
		"--timeout=8000", // then the picture is taken as the page is
	}
	if root() {
		args = append(args, "--no-sandbox") // Chromium refuses to start as root with it
	}
	if v.connect != "" {
		args = append(args, "--host-resolver-rules=MAP "+host+":443 "+v.connect)
	}
	if v.roots != nil {
		// The browser does not know our authorities. It is told to take this one
		// key, and only after we have verified the certificate that bears it.
		if seen, leaf := v.certificate(ctx, host); seen.OK {
			sum := sha256.Sum256(leaf.RawSubjectPublicKeyInfo)
			args = append(args, "--ignore-certificate-errors-spki-list="+base64.StdEncoding.EncodeToString(sum[:]))
		}
	}
	return append(args, "https://"+host+pathWeb)
}

// environment gives the browser what it needs and none of our secrets.
func environment(home string) []string {
	env := []string{"HOME=" + home, "TMPDIR=" + home, "TMP=" + home, "TEMP=" + home, "XDG_CONFIG_HOME=" + home, "XDG_CACHE_HOME=" + home}
	for _, name := range []string{
		"PATH", "LANG", "LC_ALL", "TZ", "SystemRoot", "SystemDrive", "windir", "ProgramFiles", "ProgramFiles(x86)", "ProgramData", "COMSPEC", "PATHEXT",
	} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}
