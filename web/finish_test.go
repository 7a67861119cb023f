package web_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/web"
)

// TestFinish forgets the token, says what is left, and ends the program.
func TestFinish(t *testing.T) {
	w := demonstration(finished(t))
	b := w.open()
	summary := b.get("/summary")
	summary.has(`form[action="/finish"][method="post"] button:not([data-next])`)
	summary.has(`form[action="/finish"][hx-boost="false"]`) // else the bar and the links around the page stay
	if strings.Contains(summary.text("section"), "What still waits") {
		t.Error("nothing waits")
	}
	b.get("/finish").is(http.StatusMethodNotAllowed)
	if w.ended.count() != 0 || !w.token.HasToken() {
		t.Fatal("it ended by being looked at")
	}
	a := b.post("/finish")
	a.is(http.StatusOK)
	a.says("The wizard has stopped", "no longer on this computer", "connector")
	a.has(`a[href="https://dash.cloudflare.com/profile/api-tokens"]`)
	a.hasNot("nav a", "header a", ".demo", "[hx-get]", "form") // nobody would answer
	if w.token.HasToken() || w.ended.count() != 1 {
		t.Errorf("token held: %v, ended %d times", w.token.HasToken(), w.ended.count())
	}
}

// TestTheLastPageIsOutBeforeTheEnd: over a real socket, whoever ends the program
// at once and waits for nobody has not cut the page off.
func TestTheLastPageIsOutBeforeTheEnd(t *testing.T) {
	arrived := make(chan string, 1)
	w := newWorld(t, func(c *web.Config) {
		c.Stop = func() {
			select {
			case <-arrived: // the browser has all of it, while the handler still runs
			case <-time.After(30 * time.Second):
				t.Error("the page is not out")
			}
		}
	})
	h := httptest.NewServer(w.web)
	defer h.Close()
	c := w.open().cookies[0]
	r := posted(h.URL+"/finish", "application/x-www-form-urlencoded", strings.NewReader(""))
	r.RequestURI = ""
	r.AddCookie(c)
	res, err := h.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || !strings.Contains(string(body), "The wizard has stopped") {
		t.Errorf("%v\n%s", err, body)
	}
	arrived <- string(body)
}

// TestFinishGoesOnWhenTheTokenStays: what cannot be forgotten is said, and nothing ends.
func TestFinishGoesOnWhenTheTokenStays(t *testing.T) {
	w := finished(t)
	w.token.unforget = errors.New("the keyring is locked")
	w.open().post("/finish").is(http.StatusBadGateway)
	if w.ended.count() != 0 {
		t.Error("it ended, and the token is still in the keyring")
	}
}

// TestSummarySaysWhatStillWaits beside the button that ends it.
func TestSummarySaysWhatStillWaits(t *testing.T) {
	w := finished(t)
	w.shows(steps.IDDNS, steps.Finding{Checks: []steps.Check{{Name: "active", Status: steps.Wait}}})
	w.open().get("/summary").says("What still waits goes on when you start it again")
}

// TestFinishWhereTheWizardHoldsTheTunnel: where no service could be installed, the
// tunnel closes with the wizard, and every page says so.
func TestFinishWhereTheWizardHoldsTheTunnel(t *testing.T) {
	for _, child := range []bool{false, true} {
		w := finished(t)
		w.inPlace()
		w.shows(steps.IDTunnel, steps.Finding{Checks: []steps.Check{{Name: "service", Status: steps.Pass}, {Name: "boot", Status: steps.Warn}, {Name: "connector", Status: steps.Pass}}, Detail: &steps.TunnelDetail{
			Tunnel: steps.CloudTunnel{ID: "3f8b2c1e", Name: "attic"}, Local: steps.LocalConnector{Installed: true, Running: true, Child: child},
		}})
		b := w.open()
		summary := b.get("/summary").text("main")
		last := b.post("/finish").text("main")
		for _, c := range []struct{ page, free, held string }{
			{summary, "Nothing. You can close it", "when you close the wizard, the tunnel closes"},
			{summary, "What it made goes on without it.", "On this computer the connector stops with it"},
			{last, "It goes on without the wizard.", "The tunnel is closed"},
		} {
			if strings.Contains(c.page, c.free) == child || strings.Contains(c.page, c.held) != child {
				t.Errorf("a child process: %v, and it says\n%s", child, c.page)
			}
		}
	}
}
