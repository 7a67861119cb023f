// Package beside runs parts of one task side by side. A panic in a part would
// end the program and print its value raw, past everything that hides secrets;
// here it is raised again where the parts are waited for, which is below
// somebody who takes it. The package knows nothing of what the parts do.
package beside

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

// A Group runs parts; its zero value is ready. Unlike [sync.WaitGroup] it takes
// parts that may panic.
type Group struct {
	wg    sync.WaitGroup
	mu    sync.Mutex
	fault *Fault
}

// Go runs a part in a goroutine of its own.
func (g *Group) Go(part func()) {
	g.wg.Go(func() {
		if f := Caught(part); f != nil {
			g.mu.Lock()
			defer g.mu.Unlock()
			if g.fault == nil {
				g.fault = f
			}
		}
	})
}

// Wait returns when all parts have ended. It panics with a [*Fault] when one did.
func (g *Group) Wait() {
	g.wg.Wait()
	g.mu.Lock()
	f := g.fault
	g.mu.Unlock()
	if f != nil {
		panic(f)
	}
}

// A Fault is a panic that was taken: a mistake of the program itself.
type Fault struct {
	Value any    // may hold anything, secrets too: it is for a log that hides them
	Stack string // where it happened
}

// Caught runs do and returns its panic; nil when there was none.
func Caught(do func()) (f *Fault) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *Fault: // of a part of a part
			f = v
		default:
			f = &Fault{v, string(debug.Stack())}
		}
	}()
	do()
	return nil
}

// errFault stands for a panic that cannot be raised again where it belongs.
var errFault = errors.New("a fault in the wizard itself")

// Try runs do, and returns an error in place of its panic, which does not tell
// what the panic said. It is for code of ours in goroutines that a library
// begins, such as the dialling of [net/http.Transport], below which nobody of
// ours waits.
func Try(do func() error) (err error) {
	if f := Caught(func() { err = do() }); f != nil {
		return errFault
	}
	return err
}

// String is what a log shows. Whoever prints it must hide secrets.
func (f *Fault) String() string { return fmt.Sprint(f.Value) }
