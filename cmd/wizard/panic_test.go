package main

import (
	"fmt"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
)

// panicAt names the variable with the place at which the wizard of a test panics.
const panicAt = "WIZARD_TEST_PANIC"

// faulty is a store that panics, and says the person's key in it.
type faulty struct {
	steps.Store
	at, secret string
}

// explode panics when it is called below a function of this name.
func (f faulty) explode(what string) {
	at, below, _ := strings.Cut(f.at, " below ")
	if at == what && strings.Contains(string(debug.Stack()), below) {
		panic(fmt.Errorf("at %s with the key %s", f.at, f.secret))
	}
}

func (f faulty) Settings() (steps.Settings, error) {
	f.explode("Settings")
	return f.Store.Settings()
}

func (f faulty) ChangeSettings(change func(*steps.Settings) error) error {
	f.explode("ChangeSettings")
	return f.Store.ChangeSettings(change)
}

func (f faulty) Begin(in steps.Intent) error {
	f.explode("Begin")
	return f.Store.Begin(in)
}

func (f faulty) Intents() ([]steps.Intent, error) {
	f.explode("Intents")
	return f.Store.Intents()
}

func (f faulty) Found(domain string) (steps.Found, error) {
	f.explode("Found")
	return f.Store.Found(domain)
}

// TestPanicsSayNoSecret plants a panic that says Plex's key, in the real
// process: in a request, in a goroutine of a look, in a job, in what runs
// beside, and in the start itself. It is told in the log without the key, never
// on a page, and the wizard lives on, but for the start.
func TestPanicsSayNoSecret(t *testing.T) {
	exe := victim(t)
	for _, at := range []string{
		"ChangeSettings below net/http",     // a request
		"Found below wizard/steps/beside.",  // a goroutine of a look
		"Begin below carryOut",              // a job
		"Intents below fly",                 // a look before its step is asked
		"Settings below (*Preflight)",       // what runs beside everything
		"ChangeSettings below installation", // the start
	} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			l := newLife(t, exe)
			l.b.allow()
			l.env = []string{panicAt + "=" + at}
			l.begin()
			if starts := !strings.HasSuffix(at, "installation"); starts != (l.p.link != "") {
				t.Fatalf("it serves at %q\n%s", l.p.link, tailOf(l.p.said.String()))
			} else if starts {
				l.untilPanic()
			}
			said := l.p.said.String()
			if !strings.Contains(said, "with the key ••••") || !strings.Contains(said, "explode") || strings.Contains(said, "[recovered]") || strings.Contains(said, "\ngoroutine ") {
				t.Errorf("it is told so:\n%s", tailOf(said))
			}
			l.afterDeath(said)
		})
	}
}

// untilPanic goes forward until the log tells of a panic; the wizard outlives it.
func (l *life) untilPanic() {
	l.t.Helper()
	l.v = newSurvivor(l.t, l.world, func(string, url.Values) {}, func(body []byte) { l.clean("a page", body) })
	l.v.Bears = func(int) bool { return true }
	err := l.v.SignIn(l.t.Context(), l.p.link)
	for limit := time.Now().Add(mostTime); ; err = l.v.Forward(l.t.Context()) {
		if err != nil {
			l.t.Fatalf("%v\n%s", err, tailOf(l.p.said.String()))
		}
		if strings.Contains(l.p.said.String(), "level=ERROR msg=panic") {
			break
		}
		if time.Now().After(limit) {
			l.t.Fatalf("nothing has panicked; at %s: %s", l.v.Page().At(), l.v.Page().Says("main"))
		}
	}
	if err := l.v.Open(l.t.Context(), "/healthz"); err != nil {
		l.t.Errorf("it is gone: %v", err)
	}
	l.p.kill()
}

// faultyStore wraps a store when the test that started this process wants it.
func faultyStore(s steps.Store, key string) steps.Store {
	if at := os.Getenv(panicAt); at != "" {
		return faulty{s, at, key}
	}
	return s
}
