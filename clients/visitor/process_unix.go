//go:build !windows

package visitor

import (
	"os"
	"os/exec"
	"syscall"
)

// alone puts the program into a process group of its own, which is killed as a
// whole when its time is up.
func alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// end kills what is left of the group. While one of its processes lives the
// number cannot be given to another group, and without one the call does nothing.
func end(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}

func root() bool { return os.Geteuid() == 0 }
