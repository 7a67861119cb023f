//go:build windows

package connector

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// windowsPlace is where cloudflared's own installer puts it.
func windowsPlace() string {
	dir := os.Getenv("ProgramFiles(x86)")
	if dir == "" {
		dir = os.Getenv("ProgramFiles")
	}
	return filepath.Join(dir, "cloudflared", "cloudflared.exe")
}

// shortPath is the 8.3 form of a path that is there, "" where the drive has none.
func shortPath(path string) string {
	long, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return ""
	}
	b := make([]uint16, windows.MAX_LONG_PATH)
	n, err := windows.GetShortPathName(long, &b[0], uint32(len(b)))
	if err != nil || int(n) > len(b) {
		return ""
	}
	return windows.UTF16ToString(b[:n])
}

// runAs lets Windows ask for permission. The child has neither our standard
// input nor our output, so both are files.
func (h *Host) runAs(ctx context.Context, verb string, hand handover, l *listener) error {
	if err := h.leaveHandover(hand); err != nil {
		return err
	}
	report := filepath.Join(h.files.dir, "report.jsonl")
	if err := os.WriteFile(report, nil, 0o600); err != nil {
		return fmt.Errorf("making the report file: %w", err)
	}
	defer os.Remove(report)
	var args []string
	for _, a := range []string{"connector", verb, "--handover", h.files.handover, "--report", report} {
		args = append(args, windows.EscapeArg(a))
	}
	process, err := elevatedProcess(h.sys.Executable, strings.Join(args, " "))
	if err != nil {
		return err
	}
	defer func() { _ = windows.CloseHandle(process) }()
	return follow(ctx, report, l, func() bool { return alive(process) })
}
