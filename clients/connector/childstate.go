package connector

import (
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
)

// childState is what must outlive the wizard to find a child process again.
type childState struct {
	Metrics string `json:"metrics"` // address of its health server, the same at every start
	PID     int    `json:"pid,omitempty"`
	Start   string `json:"start,omitempty"` // when it began, as the system counts: numbers are given again
	Version string `json:"version,omitempty"`
}

// readState returns the zero state when there is none, or none that can be
// read: the connector is then started like the first time.
func readState(file string) childState {
	var st childState
	b, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(b, &st) != nil {
		return childState{}
	}
	return st
}

func writeState(file string, st childState) error {
	b, err := json.Marshal(st)
	if err != nil {
		return err
	}
	return replaceFile(file, append(b, '\n'), 0o600)
}

// replaceFile writes a file as a whole or not at all.
func replaceFile(file string, b []byte, mode os.FileMode) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(b)
	if err == nil {
		err = tmp.Chmod(mode)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if err := errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), file)
}

// freeAddr returns the address that was used before if nothing listens there,
// else a free one on loopback.
func freeAddr(before string) string {
	for _, addr := range []string{before, "127.0.0.1:0"} {
		if addr == "" {
			continue
		}
		ln, err := net.Listen("tcp", addr)
		if err != nil {
			continue
		}
		addr = ln.Addr().String()
		if ln.Close() == nil {
			return addr
		}
	}
	return "127.0.0.1:0"
}
