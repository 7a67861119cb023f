package visitor

import (
	"os/exec"
	"strconv"
)

// alone makes the end of its time the end of the program and of its children.
func alone(cmd *exec.Cmd) {
	cmd.Cancel = func() error { return killTree(cmd) }
}

// end has nothing to do: the children of a browser that has ended by itself end
// with it.
func end(*exec.Cmd) {}

func killTree(cmd *exec.Cmd) error {
	return exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run()
}

// root is false: Chromium has no such rule on Windows.
func root() bool { return false }
