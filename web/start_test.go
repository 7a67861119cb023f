package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestStartLinkWorksOnce(t *testing.T) {
	w := newWorld(t)
	key := w.server.NewLink()
	first, second := &browser{w: w}, &browser{w: w}
	page := first.get("/start?k=" + key)
	page.is(http.StatusOK)
	page.has(`form[action="/start"][method="post"]`, `button[data-next]`)
	if got := page.value("k"); got != key {
		t.Fatalf("the button posts %q", got)
	}
	if strings.Contains(page.body, "attic") || len(first.cookies) != 0 {
		t.Error("looking at the link gave something away")
	}
	for range 3 { // previews and prefetching do not use it up
		second.get("/start?k="+key, header{"Sec-Purpose", "prefetch"}).is(http.StatusOK)
	}
	second.post("/start?k=" + key).is(http.StatusUnauthorized) // the key counts only in the form
	first.post("/start", "k", key).leads("/")
	first.get("/").is(http.StatusOK)
	a := second.post("/start", "k", key)
	a.is(http.StatusUnauthorized)
	a.says("used already")
	second.get("/").is(http.StatusUnauthorized)
}

func TestStartLinkGrowsOld(t *testing.T) {
	w := newWorld(t)
	early, late := w.server.NewLink(), ""
	w.clock.add(29*time.Minute + 59*time.Second)
	b := &browser{w: w}
	b.post("/start", "k", early).leads("/")
	late = w.server.NewLink()
	w.clock.add(30*time.Minute + time.Second)
	a := (&browser{w: w}).post("/start", "k", late)
	a.is(http.StatusUnauthorized)
	a.says("older than 30 minutes")
	b.get("/").is(http.StatusOK) // who is in stays in
}

func TestNewStartLinkEndsTheOneBefore(t *testing.T) {
	w := newWorld(t)
	old := w.server.NewLink()
	young := w.server.NewLink()
	if old == young {
		t.Fatal("two links are the same")
	}
	(&browser{w: w}).post("/start", "k", old).is(http.StatusUnauthorized)
	(&browser{w: w}).post("/start", "k", young).leads("/")
}

func TestNoStartLinkYet(t *testing.T) {
	w := newWorld(t)
	for _, key := range []string{"", "x", strings.Repeat("A", 26)} {
		(&browser{w: w}).post("/start", "k", key).is(http.StatusUnauthorized)
	}
	(&browser{w: w}).get("/start").is(http.StatusUnauthorized)
}

// TestWrongKeysAreSlowedDown: after ten in a row, guesses wait half a minute.
// Whoever has the right key is not kept out by others who guess.
func TestWrongKeysAreSlowedDown(t *testing.T) {
	w := newWorld(t)
	key := w.server.NewLink()
	b := &browser{w: w}
	for range 10 {
		b.post("/start", "k", "guess").says("used already, or is not from this wizard")
	}
	b.post("/start", "k", "guess").says("Too many wrong links")
	w.clock.add(29 * time.Second)
	b.post("/start", "k", "guess").says("Too many wrong links")
	b.post("/start", "k", key).leads("/")
	w.clock.add(time.Second)
	b = &browser{w: w}
	b.post("/start", "k", key).says("used already, or is not from this wizard")
}

func TestCookie(t *testing.T) {
	w := newWorld(t)
	b := &browser{w: w}
	a := b.post("/start", "k", w.server.NewLink())
	if len(a.cookies) != 1 {
		t.Fatalf("%d cookies", len(a.cookies))
	}
	c := a.cookies[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure || c.Domain != "" || c.MaxAge != 0 || !c.Expires.IsZero() {
		t.Errorf("%s", a.header.Get("Set-Cookie"))
	}
	if !strings.HasPrefix(c.Name, "ptw-") || c.Name == newWorld(t).open().cookies[0].Name {
		t.Errorf("two wizards on one computer overwrite each other's cookie %s", c.Name)
	}
	for _, path := range []string{"/", "/steps/dns", "/history"} {
		if got := b.get(path); len(got.cookies) != 0 {
			t.Errorf("%s sets a cookie again", path)
		}
	}
}

// TestSessionFixation: a cookie that somebody planted before is worth nothing
// after the link was opened with it.
func TestSessionFixation(t *testing.T) {
	w := newWorld(t)
	planted := w.open()
	before := *planted.cookies[0]
	victim := &browser{w: w, cookies: []*http.Cookie{&before}}
	victim.post("/start", "k", w.server.NewLink()).leads("/")
	if victim.cookies[0].Value == before.Value {
		t.Error("the cookie did not change")
	}
	victim.get("/").is(http.StatusOK)
	attacker := &browser{w: w, cookies: []*http.Cookie{&before}}
	attacker.get("/").is(http.StatusUnauthorized)
}

func TestForgedCookies(t *testing.T) {
	w := newWorld(t)
	mine := w.open().cookies[0]
	other := newWorld(t).open().cookies[0]
	for name, value := range map[string]string{
		"empty": "", "garbage": "garbage", "of another process": other.Value, "cut": mine.Value[:len(mine.Value)-4], "turned": turned(mine.Value),
	} {
		forged := &browser{w: w, cookies: []*http.Cookie{{Name: mine.Name, Value: value}}}
		if a := forged.get("/"); a.code != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, a.code)
		}
		forged.post("/start", "k", w.server.NewLink()).leads("/") // and it is no obstacle
	}
}

// turned changes one character in the middle, whatever it is.
func turned(value string) string {
	b := []byte(value)
	if i := len(b) / 2; b[i] == 'A' {
		b[i] = 'B'
	} else {
		b[i] = 'A'
	}
	return string(b)
}

// TestTwoSessions: two browsers work side by side, and what is said once is
// said to the one that asked.
func TestTwoSessions(t *testing.T) {
	w := demonstration(newWorld(t))
	one, two := w.open(), w.open()
	one.post("/demo", "event", "plex-stop", "back", "/undo").leads("/undo")
	two.get("/undo").hasNot(".flash")
	one.get("/undo").has(".flash")
	one.get("/undo").hasNot(".flash") // once
	two.get("/").is(http.StatusOK)
}

func TestOpenAgainLeadsHome(t *testing.T) {
	w := newWorld(t)
	b := w.open()
	key := w.server.NewLink()
	b.get("/start?k=" + key).leads("/") // and does not use the new link up
	(&browser{w: w}).post("/start", "k", key).leads("/")
}
