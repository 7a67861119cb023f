package plex

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"example.test/wizard/steps"
)

// nativeToken reads PlexOnlineToken from the plist in which the server for
// macOS keeps its preferences; the file is binary, so the system's own plutil
// converts it. The text is the place that was looked at.
func nativeToken() (steps.Secret, string, error) {
	const place = "com.plexapp.plexmediaserver.plist"
	home, err := os.UserHomeDir()
	if err != nil {
		return steps.Secret{}, place, err
	}
	path := filepath.Join(home, "Library", "Preferences", place)
	switch _, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return steps.Secret{}, place, nil
	case err != nil:
		return steps.Secret{}, place, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	// The converted text goes to a pipe, never to a file.
	out, err := exec.CommandContext(ctx, "/usr/bin/plutil", "-convert", "xml1", "-o", "-", path).Output()
	if err != nil {
		return steps.Secret{}, place, err
	}
	token, err := plistString(out, "PlexOnlineToken")
	return steps.NewSecret(token), place, err
}

// movedData finds nothing: only Windows keeps the place of the data elsewhere.
func movedData() string { return "" }
