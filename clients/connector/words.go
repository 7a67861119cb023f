package connector

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
)

func timedOut(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded)
}

// inWords says for a person what a connection ended with.
func inWords(err error) string {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		switch {
		case dns.IsNotFound:
			return "this name does not exist, says this computer’s DNS server"
		case dns.IsTimeout:
			return "this computer’s DNS server does not answer"
		}
		return "this computer’s DNS server gave no answer"
	}
	switch {
	case timedOut(err) || errors.Is(err, context.Canceled):
		return "no answer"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH):
		return "no way there from this network"
	case errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES):
		return "this computer’s own firewall forbids it"
	case errors.Is(err, errNotQUIC):
		return errNotQUIC.Error()
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Err != nil {
		return op.Err.Error()
	}
	return err.Error()
}
