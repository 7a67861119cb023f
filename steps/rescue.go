package steps

import (
	"errors"

	"example.test/wizard/steps/beside"
)

// errFault is a panic of a step, as an error. Its value goes to the log only,
// which hides secrets.
var errFault = errors.New("a fault in the wizard itself")

// rescued runs a part of a step. A panic in it becomes an error, so that one
// step's mistake does not end the program in the middle of another one's change.
func (e *Engine) rescued(id ID, what string, do func() error) (err error) {
	if f := beside.Caught(func() { err = do() }); f != nil {
		e.log.Error("panic", "step", id, "while", what, "panic", f.String(), "stack", f.Stack)
		return errFault
	}
	return err
}
