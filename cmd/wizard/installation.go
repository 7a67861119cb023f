package main

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"example.test/wizard/clients/rights"
	"example.test/wizard/steps"
)

// installationFile holds the random id that marks what this installation creates,
// and nothing else. All that the wizard made is known by it, so it is written once,
// and outlives a progress file that is damaged.
const installationFile = "installation"

// installation is that id: the one in the progress file, else the one beside it,
// else a new one.
func installation(dir string, db steps.Store) (id string, err error) {
	beside := installationBeside(dir)
	err = db.ChangeSettings(func(s *steps.Settings) error {
		if s.Installation == "" {
			if s.Installation = beside; beside == "" {
				s.Installation = strings.ToLower(rand.Text()[:8])
			}
		}
		if id = s.Installation; id == beside {
			return nil
		}
		return rights.Write(filepath.Join(dir, installationFile), []byte(id+"\n")) // before anything bears it
	})
	if err != nil {
		return "", fmt.Errorf("naming this installation: %w", err)
	}
	return id, nil
}

// installationBeside is the id in its own file; empty when there is none.
func installationBeside(dir string) string {
	b, err := rights.Read(filepath.Join(dir, installationFile))
	if id := strings.TrimSpace(string(b)); err == nil && isInstallation(id) {
		return id
	}
	return ""
}

// isInstallation tells an id from what a damaged file holds: an empty or a strange
// mark could be that of something else.
func isInstallation(id string) bool { return regexp.MustCompile(`^[a-z0-9]{8}$`).MatchString(id) }
