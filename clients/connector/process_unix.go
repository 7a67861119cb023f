//go:build !windows

package connector

import (
	"os"
	"os/exec"
	"syscall"
)

// interrupt asks a process to end in good order.
func interrupt(p *os.Process) error { return p.Signal(syscall.SIGTERM) }

// tied has nothing to do: see tie.
func tied(*os.Process) (release func(), err error) { return func() {}, nil }

// hide has nothing to do: no windows open here.
func hide(*exec.Cmd) {}

func elevated() bool { return os.Geteuid() == 0 }

// diskFull has nothing to add to ENOSPC.
func diskFull(error) bool { return false }
