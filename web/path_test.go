package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"example.test/wizard/steps"
)

// layersOf are the checks of step 6, of which one does not pass.
func layersOf(broken string, status steps.Status) []steps.Check {
	var out []steps.Check
	below := false
	for _, name := range []string{"dns", "tls", "cloudflare", "tunnel", "origin", "same", "signin", "cache", "websocket", "web"} {
		c := steps.Check{Name: name, Title: name, Status: steps.Pass}
		if below {
			c.Status = steps.Skip
		}
		if name == broken {
			c.Status, below = status, true
		}
		out = append(out, c)
	}
	return out
}

// stopsAt is what step 6 sees of the way when it stops at a layer.
func stopsAt(broken string, status steps.Status, answer int) steps.Finding {
	return steps.Finding{Checks: layersOf(broken, status), Again: 5 * time.Second, Detail: &steps.URLDetail{
		Broken: broken, Plex: steps.PlexFound{State: "ok", Took: 3 * time.Millisecond},
		Visit: steps.Visit{Identity: steps.VisitAnswer{Status: answer}, RTT: []time.Duration{90 * time.Millisecond, 41 * time.Millisecond, 12 * time.Millisecond}, Reading: steps.Reading{Ray: "9a2f772e0b9f7e31-LHR"}},
	}}
}

// wayWords reads the drawing: what it says in words, and what stands at its parts.
func (a *answer) wayWords() (label, words string) {
	a.t.Helper()
	svg := a.page().Find("figure.path svg.only-wide").First()
	if svg.Length() == 0 {
		a.t.Fatal("there is no drawing")
	}
	var at []string
	svg.Find("text.t-s").Each(func(_ int, s *goquery.Selection) { at = append(at, s.Text()) })
	return strings.TrimPrefix(svg.AttrOr("aria-label", ""), "The way from your apps to Plex. "), strings.Join(at, " | ")
}

// TestDrawingBlamesTheRightStretch: what step 6 passed works, where it stops is at
// fault, and nothing is said of what lies behind that.
func TestDrawingBlamesTheRightStretch(t *testing.T) {
	tests := []struct {
		name  string
		url   steps.Finding
		label string
		words string
		title string
	}{
		{
			"all works", stopsAt("", steps.Pass, 200),
			"From your apps to Cloudflare: works, 41 ms. Through the tunnel to this computer: works, 4 connections. From the connector to Plex: works, answers in 3 ms.",
			"anywhere | 41 ms | answers at LHR | 4 connections | version 2026.8.2 | answers in 3 ms | This computer, attic", "",
		},
		{
			"Plex stops", stopsAt("origin", steps.Fail, 502),
			"From your apps to Cloudflare: works, 41 ms. Through the tunnel to this computer: works, 4 connections. From the connector to Plex: does not work, does not answer.",
			"anywhere | 41 ms | answers at LHR | 4 connections | got the request | does not answer | This computer, attic", "Where it stops",
		},
		{
			"Plex starts", stopsAt("origin", steps.Wait, 503),
			"From your apps to Cloudflare: works, 41 ms. Through the tunnel to this computer: works, 4 connections. From the connector to Plex: waiting, is starting.",
			"anywhere | 41 ms | answers at LHR | 4 connections | got the request | is starting | This computer, attic", "How far it gets",
		},
		{
			"the catch-all answers", stopsAt("origin", steps.Fail, 404),
			"From your apps to Cloudflare: works, 41 ms. Through the tunnel to this computer: works, 4 connections. From the connector to Plex: does not work, answers 404.",
			"anywhere | 41 ms | answers at LHR | 4 connections | got the request | answers 404 | This computer, attic", "Where it stops",
		},
		{
			"the tunnel falls", stopsAt("tunnel", steps.Fail, 530),
			"From your apps to Cloudflare: works, 41 ms. Through the tunnel to this computer: does not work, no connection. From the connector to Plex: not yet.",
			"anywhere | 41 ms | answers at LHR | no connection | version 2026.8.2 | not yet | This computer, attic", "Where it stops",
		},
		{
			"a puzzle", stopsAt("cloudflare", steps.Fail, 403),
			"From your apps to Cloudflare: does not work, does not get through. Through the tunnel to this computer: works, 4 connections. From the connector to Plex: not yet.",
			"anywhere | does not get through | certificate ready | 4 connections | version 2026.8.2 | not yet | This computer, attic", "Where it stops",
		},
		{
			"not known yet", stopsAt("dns", steps.Wait, 0),
			"From your apps to Cloudflare: waiting, not known yet. Through the tunnel to this computer: works, 4 connections. From the connector to Plex: not yet.",
			"anywhere | not known yet | has your domain | 4 connections | version 2026.8.2 | not yet | This computer, attic", "How far it gets",
		},
		{
			"strangers get in", stopsAt("signin", steps.Fail, 200),
			"From your apps to Cloudflare: works, 41 ms. Through the tunnel to this computer: works, 4 connections. From the connector to Plex: does not work, lets strangers in.",
			"anywhere | 41 ms | answers at LHR | 4 connections | version 2026.8.2 | lets strangers in | This computer, attic", "Where it stops",
		},
		{
			"copies are kept", stopsAt("cache", steps.Fail, 200),
			"From your apps to Cloudflare: does not work, copies are kept. Through the tunnel to this computer: works, 4 connections. From the connector to Plex: works, answers in 3 ms.",
			"anywhere | copies are kept | answers at LHR | 4 connections | version 2026.8.2 | answers in 3 ms | This computer, attic", "Where it stops",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := finished(t)
			w.inPlace()
			w.settings(func(s *steps.Settings) { s.Domain = "" })
			w.shows(steps.IDHostname, steps.Finding{Blocked: "After step 4"})
			w.shows(steps.IDURL, tt.url)
			b := w.open()
			for _, path := range []string{"/", "/summary"} {
				label, words := b.get(path).wayWords()
				if label != tt.label || words != tt.words {
					t.Errorf("%s draws\n%s\n%s", path, label, words)
				}
			}
			a := b.get("/steps/url", asHTMX()) // what a poll gets, and who has no script
			if tt.title == "" {
				a.hasNot("figure.path")
				return
			}
			if got := a.text("#way"); got != tt.title {
				t.Errorf("title %q", got)
			}
			if label, _ := a.wayWords(); label != tt.label {
				t.Errorf("step 6 draws\n%s", label)
			}
			if label, _ := b.get("/steps/url/checks", asHTMX()).wayWords(); label != tt.label {
				t.Errorf("its fragment draws\n%s", label)
			}
		})
	}
}

// TestDrawingIsNeverFromMemory: a stretch is dotted when what was seen of it is of before.
func TestDrawingIsNeverFromMemory(t *testing.T) {
	w := finished(t)
	w.inPlace()
	b := w.open()
	label, _ := b.get("/").wayWords()
	if !strings.Contains(label, "From your apps to Cloudflare: works.") {
		t.Errorf("at first: %s", label)
	}
	for _, i := range infos() {
		w.fails(i.ID, &steps.ServiceError{Service: "Cloudflare"})
	}
	a := b.get("/")
	if label, _ := a.wayWords(); strings.Contains(label, "works") || !strings.Contains(label, "From your apps to Cloudflare: not looked at. Through the tunnel to this computer: not looked at.") {
		t.Errorf("nothing could be looked at, and it is drawn as: %s", label)
	}
	a.hasNot("figure.path path.seg:not(.seg--todo):not(.seg--problem)")
}

// TestDrawingWhileTheDomainMoves tells how many see it, and draws the rest that
// works already.
func TestDrawingWhileTheDomainMoves(t *testing.T) {
	w := finished(t)
	w.inPlace()
	w.shows(steps.IDDNS, steps.Finding{Checks: []steps.Check{{Name: "parent", Status: steps.Wait}}, Again: time.Minute, Detail: &steps.DNSDetail{Part: steps.DNSWait, Sees: 4, Of: 6}})
	w.shows(steps.IDHostname, steps.Finding{
		Checks: []steps.Check{{Name: "origin", Status: steps.Pass}, {Name: "route", Status: steps.Pass}, {Name: "public", Status: steps.Wait}},
		Detail: &steps.HostnameDetail{Origin: "https://127.0.0.1:32400", Servers: []steps.PlexFound{{State: "ok", Origin: "https://127.0.0.1:32400", Took: 3 * time.Millisecond}}},
	})
	w.shows(steps.IDURL, steps.Finding{Blocked: "After step 5"})
	label, words := w.open().get("/").wayWords()
	if want := "From your apps to Cloudflare: waiting, 4 of 6 see it. Through the tunnel to this computer: works, 4 connections. From the connector to Plex: works, answers in 3 ms."; label != want {
		t.Error(label)
	}
	if want := "anywhere | Waiting: 4 of 6 see it | not yet | 4 connections | version 2026.8.2 | answers in 3 ms | This computer, attic"; words != want {
		t.Error(words)
	}
}

// TestHomeTellsOfStrangersAtOnce: while the wizard takes the route down, what the
// address then answers is not told in place of the reason.
func TestHomeTellsOfStrangersAtOnce(t *testing.T) {
	w := finished(t)
	w.inPlace()
	open := steps.Check{Name: "signin", Status: steps.Fail, Detail: "Plex lets everyone in"}
	step := w.steps[steps.IDHostname]
	w.shows(steps.IDHostname, steps.Finding{
		Summary: open.Detail, Checks: []steps.Check{{Name: "origin", Status: steps.Pass}, open}, Detail: &steps.HostnameDetail{},
		Actions: []steps.Action{{ID: "take-route-down", Auto: true, What: "Take the route down"}},
	})
	step.hold()
	t.Cleanup(step.release)
	w.shows(steps.IDURL, stopsAt("origin", steps.Fail, 404))
	b := w.open()
	b.get("/steps/hostname")
	go w.engine.Watch(t.Context())
	step.atWork(t, 1)
	a := b.get("/")
	a.has(`[data-step="hostname"][data-status="problem"]`, `a[data-next][href="/steps/hostname"]`, `#checks[hx-get]`)
	a.says("Problem: step 5", open.Detail)
	if label, _ := a.wayWords(); !strings.HasSuffix(label, "From the connector to Plex: does not work, lets strangers in.") {
		t.Error(label)
	}
}
