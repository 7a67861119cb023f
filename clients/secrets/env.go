package secrets

import (
	"os"
	"strings"

	"example.test/wizard/steps"
)

// TakeEnv reads a secret from the environment variable name and removes the
// variable, so that no child process inherits it. The zero Secret means that it
// was not set. Call it once, before anything is started.
func TakeEnv(name string) (steps.Secret, error) {
	token := steps.NewSecret(strings.TrimSpace(os.Getenv(name)))
	return token, os.Unsetenv(name)
}
