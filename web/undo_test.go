package web_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"example.test/wizard/steps"
)

// belongings lets the undo list two things, and plan what was ticked.
func belongings(w *world) {
	made := []steps.Belonging{
		{ID: "record", What: "DNS record movies.example.com", Detail: "CNAME x", State: steps.Pass, Suggest: true},
		{ID: "tunnel", What: "The tunnel “attic”", Detail: "Healthy", State: steps.Warn, Word: "Also serves 2 routes of yours"},
	}
	w.undo.set(func(steps.Settings) (steps.Finding, error) {
		f := steps.Finding{Detail: &steps.UndoDetail{Made: made}}
		for _, b := range made {
			if slices.Contains(w.ticked.IDs(), b.ID) {
				f.Actions = append(f.Actions, steps.Action{ID: "remove " + b.ID, Verb: steps.Delete, What: "Remove: " + b.What, From: b.Detail})
			}
		}
		return f, nil
	})
}

func TestUndo(t *testing.T) {
	w := newWorld(t)
	belongings(w)
	now := w.clock.Now()
	w.store.events = append(w.store.events,
		steps.Event{Step: steps.IDHostname, Action: "set-record", At: now.Add(-3 * time.Hour), Result: steps.Failed},
		steps.Event{Step: steps.IDHostname, Action: "set-record", At: now.Add(-2 * time.Hour), Result: steps.Done},
		steps.Event{Step: steps.IDTunnel, Action: "create-tunnel", At: now.Add(-50 * time.Hour), Result: steps.Done},
	)
	b := w.open()
	list := b.get("/undo")
	list.says("Made at 13:42. CNAME x", "Made on 20 November, 13:42. Healthy")
	list.has(`form[action="/undo"] input[name="remove"][value="record"][checked]`, `input[name="remove"][value="tunnel"]:not([checked])`, `nav [aria-current="page"][href="/undo"]`)
	list.says("There, unchanged", "Also serves 2 routes of yours", "What stays in any case")

	none := b.post("/undo")
	refused(t, none, "remove", "Choose at least one thing")
	none.has(`#remove[type="checkbox"]`)

	b.post("/undo", "remove", "record", "remove", "not ours").leads("/undo?part=plan")
	plan := b.get("/undo?part=plan")
	plan.has(`form[action="/undo/apply"]`, `[data-action="remove record"]`, `button[data-next]`, `a[href="/undo"]`)
	plan.hasNot(`[data-action="remove tunnel"]`)
	plan.says("We will remove 1 thing", "Nothing has been done yet")
	if len(w.undo.done()) != 0 {
		t.Fatal("something is gone already")
	}

	b.post("/undo/apply", "plan", "stale").leads("/undo")
	if got := b.get("/undo").text(".flash"); !strings.Contains(got, "Something changed since you saw the plan") || len(w.undo.done()) != 0 {
		t.Errorf("it says %q, and %q is gone", got, w.undo.done())
	}

	w.undo.hold()
	b.post("/undo/apply", "plan", planOf(t, b.get("/undo?part=plan"))).leads("/undo")
	w.undo.atWork(t, 1)
	job := b.get("/undo")
	job.has(`[data-job="running"]`, `[data-check="remove-record"][data-status="wait"]`)
	polled(t, job, "/undo/checks", "every 1s")
	b.post("/undo/apply", "plan", "again").leads("/undo") // attaches
	job.has(`form[action="/undo/cancel"] button`)
	b.post("/undo/cancel").leads("/undo")
	job = b.get("/undo")
	job.says("It stops after this part")
	job.hasNot(`form[action="/undo/cancel"]`)
	w.undo.release()
	eventually(t, "the removal ends", func() bool { j, _ := w.config.Undo.Engine.Job(steps.IDUndo); return !j.Running() })
	if got := w.undo.done(); !slices.Equal(got, []string{"remove record"}) {
		t.Errorf("gone: %q", got)
	}
	b.get("/undo/checks", asHTMX()).hasNot("[data-job]", "[hx-get]")
	b.get("/history").says("Remove: DNS record movies.example.com", "Undo")
}

func TestUndoFails(t *testing.T) {
	w := newWorld(t)
	belongings(w)
	w.undo.mu.Lock()
	w.undo.fail = &steps.ServiceError{Service: "Cloudflare", Call: "DELETE /dns_records", Status: 500, Ray: "9a2f-LHR"}
	w.undo.mu.Unlock()
	b := w.open()
	b.post("/undo", "remove", "record").leads("/undo?part=plan")
	b.post("/undo/apply", "plan", planOf(t, b.get("/undo?part=plan"))).leads("/undo")
	eventually(t, "the removal ends", func() bool { j, _ := w.config.Undo.Engine.Job(steps.IDUndo); return !j.Running() })
	a := b.get("/undo")
	a.says("Cloudflare has trouble of its own", "9a2f-LHR", "DNS record movies.example.com")
}

func TestNothingToUndo(t *testing.T) {
	a := newWorld(t).open().get("/undo")
	a.is(200)
	a.says("There is nothing to undo")
	a.hasNot("main form")
}

func TestHistory(t *testing.T) {
	w := newWorld(t)
	b := w.open()
	b.get("/history").says("Nothing has been changed yet")
	at := w.clock.Now()
	w.store.mu.Lock()
	w.store.events = []steps.Event{
		{At: at, Step: steps.IDTunnel, What: "Create a tunnel", To: "attic", Result: steps.Done},
		{At: at, Step: steps.IDHostname, What: "Create a DNS record", To: "CNAME", Result: steps.Failed, Problem: "Cloudflare refused", Detail: "9a2f-LHR"},
		{At: at, Step: steps.IDUndo, What: "Remove it", From: "what it was", Result: steps.Unknown, Problem: "No answer", Detail: "POST"},
	}
	w.store.mu.Unlock()
	a := b.get("/history")
	var got []string
	a.page().Find("[data-entry]").Each(func(_ int, s *goquery.Selection) { got = append(got, s.AttrOr("data-entry", "")) })
	if !slices.Equal(got, []string{"attention", "problem", "done"}) { // newest first
		t.Errorf("%q", got)
	}
	a.says("Set up the tunnel", "attic", "Failed", "Cloudflare refused. 9a2f-LHR", "Not known", "Undo")
	a.has(`time[datetime]`, `nav [aria-current="page"][href="/history"]`)
}

func TestForgetToken(t *testing.T) {
	w := newWorld(t)
	w.token.held = steps.NewSecret(canary)
	known := done("Works")
	known.Detail = &steps.AccountDetail{Known: true, Token: steps.Token{Status: "active"}}
	w.shows(steps.IDAccount, known)
	b := w.open()
	page := b.get("/steps/account")
	page.has(`form[action="/token/forget"][method="post"] button`)
	page.says("In memory. When it is forgotten here, it still works at Cloudflare")
	b.post("/token/forget").leads("/steps/account")
	if w.token.HasToken() {
		t.Error("the token is still held")
	}
	after := b.get("/steps/account")
	after.says("The token is no longer on this computer.")
	after.hasNot(`form[action="/token/forget"]`)
	w.token.unforget = errors.New("the keyring is locked")
	b.post("/token/forget").is(502)
}
