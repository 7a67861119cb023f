package visitor

import (
	"context"
	"os/exec"
	"strconv"
	"time"
)

// alone makes the end of its time the end of the program and of its children.
func alone(cmd *exec.Cmd) {
	cmd.Cancel = func() error { return killTree(cmd) }
}

// end has nothing to do: the children of a browser that has ended by itself end
// with it.
func end(*exec.Cmd) {}

func killTree(cmd *exec.Cmd) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return exec.CommandContext(ctx, "taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run()
}

// root is false: Chromium has no such rule on Windows.
func root() bool { return false }
