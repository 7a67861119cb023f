package web_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

func TestDemoEvents(t *testing.T) {
	w := demonstration(newWorld(t))
	b := w.open()
	b.get("/").has(".demo", `form[action="/demo"] button[name="event"][value="plex-stop"]`, `[data-copy="cfut_pretend"]`)
	b.post("/demo", "event", "plex-stop", "back", "/summary").leads("/summary")
	a := b.get("/summary")
	if got := a.text(".flash"); got != "In the pretend world: Plex stops." {
		t.Errorf("it says %q", got)
	}
	a.has(".flash .note--info") // that something stops is no success of anybody

	for _, event := range []string{"", "rm -rf", "plex-stop ", "PLEX-STOP"} {
		b.post("/demo", "event", event, "back", "/").is(http.StatusBadRequest)
	}
	if !slices.Equal(w.demo.events, []string{"plex-stop"}) {
		t.Errorf("events %q", w.demo.events)
	}
	w.demo.err = errors.New("no domain yet")
	a = b.post("/demo", "event", "plex-stop")
	a.is(http.StatusBadGateway)
	a.says("The pretend world could not do that", "no domain yet")
}

// TestDemoGoesBack never leaves the site, whatever is posted.
func TestDemoGoesBack(t *testing.T) {
	w := demonstration(newWorld(t))
	b := w.open()
	for back, want := range map[string]string{
		"": "/", "/": "/", "/before": "/before", "/steps/dns": "/steps/dns", "/steps/dns/checks": "/steps/dns", "/undo": "/undo", "/together": "/together", "/history": "/history", "/checks": "/",
		"https://evil.test": "/", "//evil.test": "/", "/\\evil.test": "/", "\\\\evil.test": "/", "/steps/nothing": "/", "/steps/dns/../../x": "/", "/steps/dns?x=//evil.test": "/", "javascript:alert(1)": "/", "/dev/gallery": "/",
		"/undo\r\nSet-Cookie: a=b": "/", " /undo": "/",
	} {
		b.post("/demo", "event", "plex-stop", "back", back).leads(want)
	}
	for current, want := range map[string]string{"http://localhost:8080/steps/dns?part=plan": "/steps/dns", "https://evil.test/undo": "/undo", "https://evil.test/x": "/", "//evil.test": "/summary", "%zz": "/summary"} {
		r := httptest.NewRequest(http.MethodPost, "/demo", strings.NewReader("event=plex-stop&back=/summary"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		b.do(r, header{"Sec-Fetch-Site", "same-origin"}, header{"HX-Current-URL", current}, asHTMX()).leads(want)
	}
}

// TestGallery draws every state, with the frame of the demonstration left out:
// its pages are literals.
func TestGallery(t *testing.T) {
	w := demonstration(newWorld(t))
	b := w.open()
	list := b.get("/dev/gallery")
	list.is(http.StatusOK)
	for _, s := range templates.States(templates.Assets{}) {
		list.has(`a[href="/dev/gallery/` + s.Name + `"]`)
		a := b.get("/dev/gallery/" + s.Name)
		a.is(http.StatusOK)
		a.has("h1", "#checks")
	}
	b.get("/dev/gallery/nothing").is(http.StatusNotFound)
}

func TestPicture(t *testing.T) {
	b := newWorld(t).open()
	a := b.get("/picture/plex.example.com.png")
	a.is(http.StatusOK)
	if a.header.Get("Content-Type") != "image/png" || !strings.HasPrefix(a.body, "\x89PNG") {
		t.Errorf("%q %q", a.header.Get("Content-Type"), a.body)
	}
	for _, path := range []string{"/picture/other.example.com.png", "/picture/..%2f..%2fetc%2fpasswd.png", "/picture/.png"} {
		b.get(path).is(http.StatusNotFound)
	}
}

func TestStepWithoutDetail(t *testing.T) {
	w := newWorld(t)
	b := w.open()
	for _, i := range infos() {
		w.shows(i.ID, steps.Finding{Ask: "something", Summary: "x"})
		b.get("/steps/" + string(i.ID)).is(http.StatusOK)
	}
}
