package plex

import (
	"io"
	"net"
	"os"
	"strconv"
	"syscall"
)

// keepPort binds a socket that never listens. The system then gives the port to
// nobody who asks for any, refuses who connects, and lets us listen beside it.
func keepPort(addr string) (kept io.Closer, bound string, err error) {
	at, err := net.ResolveTCPAddr("tcp4", addr)
	if err != nil {
		return nil, "", err
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, "", os.NewSyscallError("socket", err)
	}
	port := os.NewFile(uintptr(fd), "port")
	defer func() {
		if err != nil {
			_ = port.Close()
		}
	}()
	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return nil, "", os.NewSyscallError("setsockopt", err)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Port: at.Port, Addr: [4]byte(at.IP.To4())}); err != nil {
		return nil, "", os.NewSyscallError("bind", err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		return nil, "", os.NewSyscallError("getsockname", err)
	}
	at.Port = name.(*syscall.SockaddrInet4).Port
	return port, net.JoinHostPort(at.IP.String(), strconv.Itoa(at.Port)), nil
}
