package e2e_test

import (
	"testing"
	"time"

	"github.com/playwright-community/playwright-go"
)

func TestTmp(t *testing.T) {
	w, file := newWorld(t)
	wz := start(t, t.TempDir(), "-world", file)
	p := visit(t, wz, playwright.BrowserNewContextOptions{})
	p.signIn()
	began := time.Now()
	done := p.at("/summary")
	last := ""
	p.walk(own{p, w}, func() bool {
		if now := p.path() + " " + p.text("h1"); now != last {
			last = now
			t.Logf("%5.1fs %s", time.Since(began).Seconds(), now)
		}
		return done()
	})
	t.Logf("%5.1fs end; writes %d", time.Since(began).Seconds(), w.Writes())
	p.allDone()
	p.open("/history")
	t.Log(p.text("main"))
	p.open("/summary")
	t.Log(p.text("main"))
}
