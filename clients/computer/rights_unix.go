//go:build !windows

package computer

import (
	"os"
	"runtime"
)

// lookUp finds out what this user may do. find is [os/exec.LookPath].
func lookUp(find func(string) (string, error)) rights {
	r := rights{goos: runtime.GOOS, elevated: os.Geteuid() == 0, groups: groupNames()}
	for _, tool := range []string{"sudo", "pkexec"} {
		if _, err := find(tool); err == nil {
			r.sudo = true
		}
	}
	return r
}
