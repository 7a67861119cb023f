package web_test

import (
	"net/http"
	"testing"
	"time"

	"example.test/wizard/steps"
)

// A session gets a new id before it may change somebody's account: a program on
// another port of this computer is sent our cookie, and what it kept of the time
// before must open nothing.

// giveToken is a world whose next token is good.
func giveToken(t *testing.T) *world {
	w := newWorld(t)
	w.shows(steps.IDAccount, steps.Finding{Detail: &steps.AccountDetail{Known: true}})
	return w
}

func TestATokenBringsANewCookie(t *testing.T) {
	w := giveToken(t)
	b := w.open()
	before := *b.cookies[0]
	b.post("/steps/account/choose", "token", canary).leads("/steps/account")
	if len(b.cookies) != 1 || b.cookies[0].Value == before.Value {
		t.Fatalf("the cookie is as it was: %v", b.cookies)
	}
	if c := b.cookies[0]; !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != 0 || !c.Expires.IsZero() {
		t.Errorf("the new cookie is %v", c)
	}
	b.get("/").is(http.StatusOK)
	neighbour := &browser{w: w, cookies: []*http.Cookie{&before}}
	for _, path := range []string{"/", "/steps/account", "/history"} {
		neighbour.get(path).is(http.StatusUnauthorized)
	}
	neighbour.post("/token/forget").is(http.StatusUnauthorized)
	if !w.token.HasToken() {
		t.Error("the neighbour took the token away")
	}
	b.get("/").is(http.StatusOK)
}

// TestALostAnswerLocksNobodyOut: until the browser brings the new cookie, it is
// let in with the one that it has, and so is its second tab.
func TestALostAnswerLocksNobodyOut(t *testing.T) {
	w := giveToken(t)
	b := w.open()
	tab := &browser{w: w, cookies: []*http.Cookie{b.cookies[0]}}
	b.post("/steps/account/choose", "token", canary).leads("/steps/account")
	tab.get("/checks", asHTMX()).is(http.StatusOK)
	tab.post("/steps/account/choose", "token", canary).leads("/steps/account") // pressed twice
	tab.get("/").is(http.StatusOK)
	b.get("/").is(http.StatusUnauthorized) // one browser holds one of them: the newest that it was sent
	tab.get("/").is(http.StatusOK)
}

// TestARefusedTokenChangesNoCookie, nor does one that Cloudflare could not be asked about in the place of a good one.
func TestARefusedTokenChangesNoCookie(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDAccount, steps.Finding{Detail: &steps.AccountDetail{}, Checks: []steps.Check{{Name: "token", Status: steps.Fail, Detail: "Cloudflare does not know this token."}}})
	b := w.open()
	before := b.cookies[0].Value
	b.post("/steps/account/choose", "token", canary).is(http.StatusUnprocessableEntity)
	b.get("/").is(http.StatusOK)
	if b.cookies[0].Value != before {
		t.Error("the cookie changed")
	}
}

// TestOthersStayIn: a second browser, with a link of its own, is not signed out,
// and a new start link ends every id of the session that it replaces.
func TestOthersStayIn(t *testing.T) {
	w := giveToken(t)
	one, two := w.open(), w.open()
	early := *one.cookies[0]
	one.post("/steps/account/choose", "token", canary).leads("/steps/account")
	late := *one.cookies[0]
	two.get("/").is(http.StatusOK)
	one.cookies[0] = &early // the answer was lost, and the person opens a new link
	w.clock.add(time.Minute)
	one.post("/start", "k", w.server.NewLink()).leads("/")
	for _, c := range []http.Cookie{early, late} {
		(&browser{w: w, cookies: []*http.Cookie{&c}}).get("/").is(http.StatusUnauthorized)
	}
	one.get("/").is(http.StatusOK)
	two.get("/").is(http.StatusOK)
}
