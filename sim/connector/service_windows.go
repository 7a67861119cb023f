package connector

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"
)

// asService runs the program below the service manager of Windows when it was
// started by that, as cloudflared does. done is false when it was not.
func asService(run func(ctx context.Context) int) (code int, done bool) {
	if !belowServices() {
		return 0, false
	}
	s := &winService{run: run}
	if err := svc.Run("Cloudflared", s); err != nil {
		return exitFailure, true
	}
	return s.code, true
}

// belowServices is [svc.IsWindowsService] without its look at the session, which
// Wine numbers in another way.
func belowServices() bool {
	parent, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(os.Getppid()))
	if err != nil {
		return false
	}
	defer func() { _ = windows.CloseHandle(parent) }()
	buf := make([]uint16, windows.MAX_PATH)
	n := uint32(len(buf))
	if windows.QueryFullProcessImageName(parent, 0, &buf[0], &n) != nil {
		return false
	}
	return strings.EqualFold(filepath.Base(windows.UTF16ToString(buf[:n])), "services.exe")
}

type winService struct {
	run  func(ctx context.Context) int
	code int
}

// Execute implements [svc.Handler].
func (s *winService) Execute(_ []string, requests <-chan svc.ChangeRequest, status chan<- svc.Status) (bool, uint32) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan int, 1)
	go func() { ended <- s.run(ctx) }()
	status <- svc.Status{State: svc.Running, Accepts: svc.AcceptStop | svc.AcceptShutdown}
	for {
		select {
		case s.code = <-ended:
			return s.code != 0, uint32(s.code)
		case r := <-requests:
			switch r.Cmd {
			case svc.Interrogate:
				status <- r.CurrentStatus
			case svc.Stop, svc.Shutdown:
				status <- svc.Status{State: svc.StopPending}
				stop()
			}
		}
	}
}
