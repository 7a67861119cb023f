package plex_test

import (
	"encoding/xml"
	"net/http"
	"testing"
	"time"

	"example.test/wizard/sim/plex"
)

type tvErrors struct {
	Errors []struct {
		Code, Status int
		Message      string
	}
}

// wantError checks status and code of an answer of plex.tv.
func wantError(t *testing.T, what string, r reply, status, code int) {
	t.Helper()
	var got tvErrors
	r.json(t, &got)
	if r.StatusCode != status || len(got.Errors) != 1 || got.Errors[0].Code != code || got.Errors[0].Status != status || got.Errors[0].Message == "" {
		t.Errorf("%s: %d %s, want %d with code %d", what, r.StatusCode, r.body, status, code)
	}
}

func TestPinFlow(t *testing.T) {
	w := newWorld(t, nil)
	var p pinAnswer
	r := w.plexTV("POST", "/api/v2/pins?strong=true", "")
	r.json(t, &p)
	if r.StatusCode != http.StatusCreated || len(p.Code) < 20 || p.ExpiresIn != 1800 || p.AuthToken != nil {
		t.Fatalf("%d %s", r.StatusCode, r.body)
	}
	path := "/api/v2/pins/" + itoa(p.ID)
	w.advance(10 * time.Second)
	w.plexTV("GET", path, "").json(t, &p)
	if p.AuthToken != nil || p.ExpiresIn != 1790 {
		t.Errorf("before the yes: %+v", p)
	}
	other := w.do("GET", w.tv.URL()+path, header{"Accept": "application/json", "X-Plex-Client-Identifier": "another"}, nil)
	wantError(t, "another client", other, 404, 1020)
	if w.tv.Allow(p.Code, "nobody") == nil || w.tv.Allow("no such code", "morgan") == nil {
		t.Error("allowed what is not there")
	}
	must(t, w.tv.Allow(p.Code, "morgan"))
	w.plexTV("GET", path, "").json(t, &p)
	if p.AuthToken == nil {
		t.Fatal("no token")
	}
	if r := w.plexTV("GET", "/api/v2/user", *p.AuthToken); r.StatusCode != 200 {
		t.Errorf("user: %d %s", r.StatusCode, r.body)
	}
	w.advance(30 * time.Minute)
	wantError(t, "expired", w.plexTV("GET", path, ""), 404, 1020)
	if r := w.plexTV("GET", "/api/v2/user", *p.AuthToken); r.StatusCode != 200 {
		t.Errorf("the token lives longer than its pin: %d", r.StatusCode)
	}
	if w.tv.Writes() != 1 {
		t.Errorf("%d writes", w.tv.Writes())
	}
}

func TestShortPinsInXML(t *testing.T) {
	w := newWorld(t, nil)
	var p struct {
		XMLName   xml.Name `xml:"pin"`
		Code      string   `xml:"code,attr"`
		ExpiresIn int      `xml:"expiresIn,attr"`
		AuthToken string   `xml:"authToken,attr"`
		Trusted   string   `xml:"trusted,attr"`
	}
	w.do("POST", w.tv.URL()+"/api/v2/pins", header{"X-Plex-Client-Identifier": clientID}, nil).xml(t, &p)
	if len(p.Code) != 4 || p.ExpiresIn != 900 || p.AuthToken != "" || p.Trusted != "0" {
		t.Errorf("%+v", p)
	}
}

func TestTroubleAtPlexTV(t *testing.T) {
	w := newWorld(t, nil)
	post := func() reply { return w.plexTV("POST", "/api/v2/pins?strong=true", "") }
	wantError(t, "no client id", w.do("POST", w.tv.URL()+"/api/v2/pins", header{"Accept": "application/json"}, nil), 400, 1000)
	w.tv.SetTrouble(plex.Trouble{RateLimited: 1, Unavailable: 1})
	r := post()
	wantError(t, "rate limit", r, 429, 1003)
	if r.Header.Get("Retry-After") != "5" {
		t.Errorf("Retry-After %q", r.Header.Get("Retry-After"))
	}
	wantError(t, "unavailable", post(), 503, 1999)
	if r := post(); r.StatusCode != 201 || w.tv.Writes() != 1 {
		t.Errorf("%d, %d writes", r.StatusCode, w.tv.Writes())
	}
	wantError(t, "no such path", w.plexTV("GET", "/api/v2/friends", ""), 404, 1002)
	wantError(t, "no number", w.plexTV("GET", "/api/v2/pins/abc", ""), 404, 1020)

	url := w.tv.URL()
	must(t, w.tv.Stop())
	if _, err := w.try("GET", url+"/api/v2/user", nil, nil); err == nil {
		t.Error("answered while down")
	}
	must(t, w.tv.Start())
	if r := post(); r.StatusCode != 201 || w.tv.URL() != url {
		t.Errorf("%d at %s", r.StatusCode, w.tv.URL())
	}
}

func TestSlowPlexTV(t *testing.T) {
	w := newWorld(t, nil)
	w.tv.SetTrouble(plex.Trouble{Slow: 50 * time.Millisecond})
	start := time.Now()
	w.plexTV("GET", "/api/v2/user", "")
	if took := time.Since(start); took < 50*time.Millisecond {
		t.Errorf("took %v", took)
	}
}

func TestPinLifetimeIsConfigured(t *testing.T) {
	c := newClock()
	calls := 0
	tv, err := plex.StartPlexTV(plex.Config{Now: c.now, PinLifetime: time.Second, Speed: 600, Changed: func() { calls++ }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, tv.Close()) })
	w := &world{clock: c, t: t, tv: tv, client: newClient(t)}
	var p pinAnswer
	w.plexTV("POST", "/api/v2/pins?strong=true", "").json(t, &p)
	c.advance(999 * time.Millisecond)
	if r := w.plexTV("GET", "/api/v2/pins/"+itoa(p.ID), ""); r.StatusCode != 200 {
		t.Errorf("%d", r.StatusCode)
	}
	c.advance(time.Millisecond)
	if err := tv.Allow(p.Code, "morgan"); err == nil {
		t.Error("allowed an expired pin")
	}
	if calls != 1 {
		t.Errorf("%d changes", calls)
	}
	tv.SetTrouble(plex.Trouble{RateLimited: 1})
	if r := w.plexTV("GET", "/api/v2/user", ""); r.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", r.Header.Get("Retry-After"))
	}
}
