package connector

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// tie ends the child with the wizard, whatever ends that, and keeps the
// terminal's Ctrl-C from it: the wizard stops it in good order itself.
func tie(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}

// startOf tells when a process began, in ticks since the computer was started
// (proc_pid_stat(5), field 22), or "" when there is none, or only its remains.
func startOf(pid int) string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	// The second field is the program's name in brackets, with anything in it.
	_, rest, ok := strings.Cut(string(b), ") ")
	for ok && strings.Contains(rest, ") ") {
		_, rest, _ = strings.Cut(rest, ") ")
	}
	f := strings.Fields(rest)
	if len(f) < 20 || f[0] == "Z" || f[0] == "X" {
		return ""
	}
	return f[19]
}

// programOf tells which program a process runs.
func programOf(pid int) string {
	link, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(link, " (deleted)")
}
