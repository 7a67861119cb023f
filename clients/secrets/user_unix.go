//go:build !windows

package secrets

import "os"

// otherUser reports whether this process runs as root: the keyring within reach
// is then not that of the person at the screen.
func otherUser() bool { return os.Geteuid() == 0 }
