//go:build !windows

package connector

import (
	"context"
	"errors"
)

// Windows is only on Windows.

func windowsManager(caller) manager { return nil }

func shortPath(string) string { return "" }

func windowsPlace() string { return `C:\Program Files (x86)\cloudflared\cloudflared.exe` }

func (h *Host) runAs(context.Context, string, handover, *listener) error {
	return errors.New("this is not Windows")
}
