package main

import (
	"errors"
	"log/slog"

	"example.test/wizard/steps/beside"
)

// errFault is a panic of this program, as an error. What it said goes to the
// log, which hides secrets.
var errFault = errors.New("a fault in the wizard itself; please report it with what the log says (-log-level debug)")

// caught runs a part of the program. A panic would end the program and print
// what it holds as it is; so it goes through the log, and becomes an error.
func caught(log *slog.Logger, what string, do func() error) (err error) {
	if f := beside.Caught(func() { err = do() }); f != nil {
		log.Error("panic", "while", what, "panic", f.String(), "stack", f.Stack)
		return errFault
	}
	return err
}

// apart runs a part of the program in a goroutine of its own, which ends with
// its panic.
func apart(log *slog.Logger, what string, do func()) {
	go func() {
		_ = caught(log, what, func() error { do(); return nil }) // it is in the log
	}()
}
