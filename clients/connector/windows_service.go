//go:build windows

package connector

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/eventlog"
	"golang.org/x/sys/windows/svc/mgr"
)

// winServices is the service manager of Windows.
type winServices struct{ caller }

const winName = "Cloudflared" // as cloudflared's own installation names it

func windowsManager(c caller) manager { return winServices{c} }

func (winServices) name() string  { return "Windows services" }
func (winServices) start() string { return "net start " + winName }

// enable names the whole file: in PowerShell, sc alone is another command.
func (winServices) enable() string { return "sc.exe config " + winName + " start= auto" }

func (winServices) keyFile() string {
	return filepath.Join(os.Getenv("ProgramData"), "cloudflared", "token")
}

// open asks only for the right to look, which everybody has.
func (winServices) open() (*mgr.Service, func(), error) {
	m, err := windows.OpenSCManager(nil, nil, windows.SC_MANAGER_CONNECT)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the service manager: %w", err)
	}
	name, err := windows.UTF16PtrFromString(winName)
	if err != nil {
		return nil, nil, errors.Join(err, windows.CloseServiceHandle(m))
	}
	h, err := windows.OpenService(m, name, windows.SERVICE_QUERY_CONFIG|windows.SERVICE_QUERY_STATUS)
	if err != nil {
		_ = windows.CloseServiceHandle(m)
		return nil, nil, err
	}
	s := &mgr.Service{Name: winName, Handle: h}
	return s, func() { _ = s.Close(); _ = windows.CloseServiceHandle(m) }, nil
}

func (w winServices) find() (*service, error) {
	s, done, err := w.open()
	switch {
	case errors.Is(err, windows.ERROR_SERVICE_DOES_NOT_EXIST):
		return nil, nil
	case errors.Is(err, windows.ERROR_ACCESS_DENIED):
		return &service{}, nil // it is there, which is what matters
	case err != nil:
		return nil, err
	}
	defer done()
	out := &service{}
	var line string
	if line, out.atBoot, err = readConfig(s.Handle); err != nil {
		return nil, fmt.Errorf("reading the service: %w", err)
	}
	description, err := readDescription(s.Handle)
	if err != nil {
		return nil, fmt.Errorf("reading the service’s description: %w", err)
	}
	out.argv, err = windows.DecomposeCommandLine(line)
	out.readMarks(description)
	return out, err
}

// readConfig reads the command line, and whether it starts with the computer.
// [mgr.Service.Config] asks for more than every Windows tells.
func readConfig(h windows.Handle) (line string, atBoot bool, err error) {
	b, err := sized(func(b *byte, size uint32, need *uint32) error {
		return windows.QueryServiceConfig(h, (*windows.QUERY_SERVICE_CONFIG)(unsafe.Pointer(b)), size, need)
	})
	if err != nil {
		return "", false, err
	}
	c := (*windows.QUERY_SERVICE_CONFIG)(unsafe.Pointer(&b[0]))
	return windows.UTF16PtrToString(c.BinaryPathName), c.StartType == windows.SERVICE_AUTO_START, nil
}

func readDescription(h windows.Handle) (string, error) {
	b, err := sized(func(b *byte, size uint32, need *uint32) error {
		return windows.QueryServiceConfig2(h, windows.SERVICE_CONFIG_DESCRIPTION, b, size, need)
	})
	if err != nil {
		return "", err
	}
	return windows.UTF16PtrToString((*windows.SERVICE_DESCRIPTION)(unsafe.Pointer(&b[0])).Description), nil
}

// sized calls with a buffer that grows until the answer fits.
func sized(ask func(b *byte, size uint32, need *uint32) error) ([]byte, error) {
	for b := make([]byte, 1<<10); ; {
		need := uint32(len(b))
		err := ask(&b[0], uint32(len(b)), &need)
		if err == nil {
			return b, nil
		}
		if !errors.Is(err, windows.ERROR_INSUFFICIENT_BUFFER) || int(need) <= len(b) {
			return nil, err
		}
		b = make([]byte, need)
	}
}

func (w winServices) active(context.Context) (bool, error) {
	s, done, err := w.open()
	if err != nil {
		return false, err
	}
	defer done()
	st, err := s.Query()
	return err == nil && st.State == svc.Running, err
}

func (w winServices) install(ctx context.Context, p plan, u *undo) error {
	m, err := mgr.Connect()
	if err != nil {
		return problemCall([]string{"service manager"}, err.Error())
	}
	defer m.Disconnect()
	// An entry of an earlier installation would make the new one fail.
	_ = eventlog.Remove(winName)
	if err := eventlog.InstallAsEventCreate(winName, eventlog.Error|eventlog.Warning|eventlog.Info); err != nil {
		return problemCall([]string{"event log"}, err.Error())
	}
	u.add(func(context.Context) error { return eventlog.Remove(winName) })
	argv := p.argv(false) // it never updates itself on Windows
	s, err := m.CreateService(winName, argv[0], mgr.Config{
		DisplayName: "Cloudflared agent", Description: "The connector of a Cloudflare Tunnel. " + p.marks(), StartType: mgr.StartAutomatic,
	}, argv[1:]...)
	if err != nil {
		return problemCall([]string{"create service", winName}, err.Error())
	}
	defer s.Close()
	u.add(func(ctx context.Context) error { return w.drop(ctx) })
	again := []mgr.RecoveryAction{{Type: mgr.ServiceRestart, Delay: 20 * time.Second}}
	if err := s.SetRecoveryActions(again, 24*60*60); err != nil {
		return problemCall([]string{"recovery actions", winName}, err.Error())
	}
	if err := s.Start(); err != nil {
		return problemCall([]string{"start", winName}, err.Error())
	}
	return ctx.Err()
}

func (w winServices) remove(ctx context.Context) error {
	if err := w.drop(ctx); err != nil {
		return err
	}
	_ = eventlog.Remove(winName) // gone already
	return nil
}

func (w winServices) clear(ctx context.Context) { _ = w.remove(ctx) }

// opened opens the service with all rights.
func (winServices) opened() (*mgr.Service, func(), error) {
	m, err := mgr.Connect()
	if err != nil {
		return nil, nil, problemCall([]string{"service manager"}, err.Error())
	}
	s, err := m.OpenService(winName)
	if err != nil {
		_ = m.Disconnect()
		return nil, nil, problemCall([]string{"open", winName}, err.Error())
	}
	return s, func() { _ = s.Close(); _ = m.Disconnect() }, nil
}

func (w winServices) startNow(context.Context) error {
	s, done, err := w.opened()
	if err != nil {
		return err
	}
	defer done()
	if err := s.Start(); err != nil && !errors.Is(err, windows.ERROR_SERVICE_ALREADY_RUNNING) {
		return problemCall([]string{"start", winName}, err.Error())
	}
	return nil
}

func (w winServices) stopNow(ctx context.Context) error {
	s, done, err := w.opened()
	if err != nil {
		return err
	}
	defer done()
	return halt(ctx, s)
}

// halt stops a service and waits until it has ended.
func halt(ctx context.Context, s *mgr.Service) error {
	if _, err := s.Control(svc.Stop); err != nil && !errors.Is(err, windows.ERROR_SERVICE_NOT_ACTIVE) {
		return problemCall([]string{"stop", winName}, err.Error())
	}
	limit := time.Now().Add(stopGrace)
	for {
		st, err := s.Query()
		if err != nil || st.State == svc.Stopped || time.Now().After(limit) {
			return nil
		}
		if !poll(ctx) {
			return ctx.Err()
		}
	}
}

// drop stops and deletes the service.
func (w winServices) drop(ctx context.Context) error {
	s, done, err := w.opened()
	if err != nil {
		return err
	}
	defer done()
	if err := halt(ctx, s); err != nil {
		return err
	}
	if err := s.Delete(); err != nil {
		return problemCall([]string{"delete", winName}, err.Error())
	}
	return nil
}

// said is empty: the event log has only starts and stops.
func (winServices) said(context.Context) string { return "" }
