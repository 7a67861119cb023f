package web_test

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.test/wizard/web"
)

// A browser is begun with its link on the command line, where every user of the
// computer can read it. So that link works for one of them only.

// twoUsers is a world in which connections from port 1000 are those of the user
// who runs the wizard.
func twoUsers(t *testing.T) *world {
	return newWorld(t, func(c *web.Config) {
		c.Mine = func(from, to netip.AddrPort) bool {
			if to != netip.MustParseAddrPort("127.0.0.1:8080") {
				t.Errorf("asked about a connection to %s", to)
			}
			return from == netip.MustParseAddrPort("127.0.0.1:1000")
		}
	})
}

// from uses a link from a port of this computer.
func (b *browser) from(port, key string) *answer {
	b.w.t.Helper()
	r := posted("/start", "application/x-www-form-urlencoded", strings.NewReader(url.Values{"k": {key}}.Encode()))
	r.RemoteAddr = "127.0.0.1:" + port
	return b.do(r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}))))
}

func TestTheBrowsersLinkIsForOneUser(t *testing.T) {
	w := twoUsers(t)
	printed, opened := w.server.NewLink(), w.server.BrowserLink()
	if printed == opened {
		t.Fatal("the link that is printed stands on a command line")
	}
	other := &browser{w: w}
	for range 20 { // which takes nothing from the person
		a := other.from("2000", opened)
		a.is(http.StatusUnauthorized)
		a.says("made for the browser that the wizard opened", "Open the one that its terminal shows")
	}
	if len(other.cookies) != 0 {
		t.Error("another user got a cookie")
	}
	b := &browser{w: w}
	b.from("1000", opened).leads("/")
	b.get("/").is(http.StatusOK)
	(&browser{w: w}).from("1000", opened).is(http.StatusUnauthorized)
	(&browser{w: w}).from("1000", printed).is(http.StatusUnauthorized) // one of the two was used
}

// TestThePrintedLinkIsForWhoeverHasIt: the person may come by SSH, as another user.
func TestThePrintedLinkIsForWhoeverHasIt(t *testing.T) {
	w := twoUsers(t)
	printed, opened := w.server.NewLink(), w.server.BrowserLink()
	(&browser{w: w}).from("2000", printed).leads("/")
	(&browser{w: w}).from("1000", opened).is(http.StatusUnauthorized)
}

// TestTheBrowsersLinkEnds with the one that it was made beside.
func TestTheBrowsersLinkEnds(t *testing.T) {
	w := twoUsers(t)
	w.server.NewLink()
	opened := w.server.BrowserLink()
	w.server.NewLink()
	(&browser{w: w}).from("1000", opened).says("used already")
	opened = w.server.BrowserLink()
	w.clock.add(30*time.Minute + time.Second)
	(&browser{w: w}).from("1000", opened).says("older than 30 minutes")
}

// TestWithoutAConnection nobody is the user: a request that does not say where it
// arrived is not let in by that link.
func TestWithoutAConnection(t *testing.T) {
	w := twoUsers(t)
	w.server.NewLink()
	(&browser{w: w}).post("/start", "k", w.server.BrowserLink()).is(http.StatusUnauthorized)
}
