package e2e_test

import (
	"os"
	"syscall"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// idle is a world in which nothing happens.
type idle struct{}

func (idle) nameServersChange() {}

// TestResume stops the program in good order in the middle of the wait for the
// name servers, and kills it in the middle of step 5. Each time it is started
// again on the same folder, and all that is lost is the token.
func TestResume(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	data := t.TempDir()
	again := func() *person {
		p := visit(t, start(t, data, "-demo"), playwright.BrowserNewContextOptions{})
		p.signIn()
		return p
	}
	p := again()
	waits := func() bool { return p.path() == "/steps/dns" && p.has("[data-check=parent]") && !p.has("[data-next]") }
	p.walk(idle{}, waits)
	p.stop(syscall.SIGTERM)
	p.see("#offline") // the page says that nobody answers
	p.leave()         // else it asks whoever is given the port next

	p = again()
	p.token()
	p.open("/steps/dns")
	p.see("[data-check=parent]")
	if p.has("[data-next]") {
		t.Error("the wait was forgotten")
	}
	demo{p}.nameServersChange()
	p.walk(demo{p}, func() bool { return p.path() == "/steps/hostname" && p.has(`form[action="/steps/hostname/apply"]`) })
	p.next()
	p.stop(os.Kill)
	p.leave()

	p = again()
	p.walk(demo{p}, p.at("/summary"))
	p.allDone()
	p.open("/history")
	if p.has(`[data-entry]:not([data-entry="done"])`) {
		t.Errorf("the history has something that did not end well:\n%s", p.text("main"))
	}
}

// token pastes it again after a start.
func (p *person) token() {
	p.t.Helper()
	p.open("/steps/account")
	p.fill("token", token)
	p.next()
	p.see(`[data-check="token"][data-status="pass"]`)
}
