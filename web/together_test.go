package web_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"example.test/wizard/steps"
	"example.test/wizard/web"
)

// ready gives a world two steps that can be confirmed at once, and a domain
// that is on its way.
func ready(w *world) {
	w.shows(steps.IDDNS, steps.Finding{Summary: "On its way", Detail: &steps.DNSDetail{Part: steps.DNSWait, Zone: steps.Zone{ID: "z1"}}, Checks: []steps.Check{{Name: "parent", Status: steps.Wait}}})
	w.shows(steps.IDCache, planned(steps.Action{ID: "create-cache-rule", Verb: steps.Create, What: "Create a cache rule"}))
	w.shows(steps.IDTunnel, planned(creation(), installation()))
}

// digests reads the plans of a common plan.
func digests(a *answer) []string {
	var out []string
	for _, n := range a.page().Find(`form[action="/together/apply"] input[name="plan"]`).EachIter() {
		out = append(out, n.AttrOr("value", ""))
	}
	return out
}

func TestTogether(t *testing.T) {
	w := newWorld(t)
	ready(w)
	b := w.open()
	b.get("/").has(`a[href="/together"]`)
	plan := b.get("/together")
	plan.says("We will create 3 things", "Step 3: Turn off caching", "Step 4: Set up the tunnel")
	plan.has(`[data-plan="cache"] [data-action="create-cache-rule"]`, `[data-plan="tunnel"] [data-action="install-connector"]`, `button[data-next]`)
	plan.hasNot(`[data-plan="dns"]`)
	got := digests(plan)
	if len(got) != 2 || !strings.HasPrefix(got[0], "cache=") || !strings.HasPrefix(got[1], "tunnel=") {
		t.Fatalf("plans %q", got)
	}
	if w.changes() != 0 {
		t.Fatal("something was done")
	}

	for name, stale := range map[string][]string{"other": {"cache=0000", got[1]}, "none": nil, "of no step": {"nothing=0000"}, "garbage": {"="}} {
		var pairs []string
		for _, s := range stale {
			pairs = append(pairs, "plan", s)
		}
		b.post("/together/apply", pairs...).leads("/together")
		if text := b.get("/together").text(".flash"); !strings.Contains(text, "Something changed since you saw the plan") {
			t.Errorf("%s: it says %q", name, text)
		}
	}
	if w.changes() != 0 {
		t.Fatal("a stale plan was carried out")
	}

	w.steps[steps.IDCache].hold()
	b.post("/together/apply", "plan", got[0], "plan", got[1]).leads("/together?part=work")
	w.steps[steps.IDCache].atWork(t, 1)
	row := b.get("/together")
	row.has(`[data-job="running"] [data-check="create-cache-rule"][data-status="wait"]`, `[data-check="row-tunnel"][data-status="skip"]`)
	row.hasNot("[data-next]")
	polled(t, row, "/together/checks?part=work", "every 1s")
	b.get("/").says("Several steps are being carried out")
	b.post("/together/apply", "plan", got[0]).leads("/together?part=work") // a second click attaches
	w.steps[steps.IDCache].release()
	eventually(t, "the row ends", func() bool { return w.engine.Row() == nil })
	if done := slices.Concat(w.steps[steps.IDCache].done(), w.steps[steps.IDTunnel].done()); !slices.Equal(done, []string{"create-cache-rule", "create-tunnel", "install-connector"}) {
		t.Errorf("done: %q", done)
	}
	b.get("/together").leads("/")
	end := b.get("/together?part=work")
	end.says("Two steps are done")
	end.has(`[data-check="row-cache"]`, `[data-check="row-tunnel"]`, "a[data-next]", `[data-check="row-tunnel"] a[href="/steps/tunnel"]`)
	end.hasNot("[data-job]", ".note--problem")
}

// TestARowCanBeStopped where it is at work, and while it waits for the next step.
func TestARowCanBeStopped(t *testing.T) {
	w := newWorld(t)
	ready(w)
	b := w.open()
	got := digests(b.get("/together"))
	w.steps[steps.IDCache].hold()
	b.post("/together/apply", "plan", got[0], "plan", got[1]).leads("/together?part=work")
	w.steps[steps.IDCache].atWork(t, 1)
	row := b.get("/together?part=work")
	row.says("Making the changes you approved", "Stopping leaves everything so that you can go on later.")
	row.has(`form[action="/steps/cache/cancel"] button`)
	row.hasNot(`form[action="/steps/tunnel/cancel"]`) // one at a time
	b.post("/steps/cache/cancel").leads("/together?part=work")
	b.get("/together?part=work").says("It stops after this part.")
	w.steps[steps.IDCache].release()
	eventually(t, "the row ends", func() bool { return w.engine.Row() == nil })
	end := b.get("/together?part=work")
	end.says("It ended early, at step 3", "Stopped, as you asked")
	if done := w.steps[steps.IDTunnel].done(); len(done) != 0 {
		t.Errorf("it went on: %q", done)
	}

	// The tunnel is not ready, so the row waits for it; no job runs meanwhile.
	w.settings(func(s *steps.Settings) { s.TunnelName = "attic" })
	w.shows(steps.IDHostname, planned(steps.Action{ID: "set-route", Verb: steps.Create, What: "Create a route"}))
	got = digests(b.get("/together"))
	w.steps[steps.IDTunnel].set(func(steps.Settings) (steps.Finding, error) {
		if w.engine.Row() != nil {
			return steps.Finding{Blocked: "After step 3"}, nil
		}
		return planned(creation(), installation()), nil
	})
	b.post("/together/apply", "plan", got[0], "plan", got[1]).leads("/together?part=work")
	waits := b.get("/together?part=work")
	waits.has(`form[action="/steps/tunnel/cancel"] button`)
	b.post("/steps/tunnel/cancel").leads("/together?part=work")
	eventually(t, "the row ends", func() bool { return w.engine.Row() == nil })
	b.get("/together?part=work").says("Stopped, as you asked")
}

// TestARowThatEndsEarly says why, and leads to the step at which it ended.
func TestARowThatEndsEarly(t *testing.T) {
	w := newWorld(t)
	ready(w)
	w.steps[steps.IDCache].fail = (&steps.Problem{Title: "Cloudflare refused the rule", Text: "It has ten of them already."})
	b := w.open()
	got := digests(b.get("/together"))
	b.post("/together/apply", "plan", got[0], "plan", got[1]).leads("/together?part=work")
	eventually(t, "the row ends", func() bool { return w.engine.Row() == nil })
	end := b.get("/together?part=work")
	end.says("It ended early, at step 3", "Cloudflare refused the rule", "It has ten of them already.")
	end.has(`.note--problem`, `a[data-next][href="/steps/cache"]`, `[data-check="row-tunnel"][data-status="skip"]`)
	if done := w.steps[steps.IDTunnel].done(); len(done) != 0 {
		t.Errorf("it went on: %q", done)
	}
}

// TestTogetherIsOfferedOnlyWhenItHelps needs a domain on its way and two steps.
func TestTogetherIsOfferedOnlyWhenItHelps(t *testing.T) {
	w := newWorld(t)
	b := w.open()
	b.get("/").hasNot(`a[href="/together"]`)
	ready(w)
	w.shows(steps.IDCache, done("Works"))
	b.get("/").hasNot(`a[href="/together"]`)
	ready(w)
	w.shows(steps.IDDNS, steps.Finding{Ask: "domain", Detail: &steps.DNSDetail{Part: steps.DNSDomain}})
	b.get("/").hasNot(`a[href="/together"]`)
}

// TestTogetherTakesTheAccountsOwnAddress for notifications, as the plan showed.
func TestTogetherTakesTheAccountsOwnAddress(t *testing.T) {
	w := newWorld(t)
	ready(w)
	w.shows(steps.IDNotifications, planned(steps.Action{ID: "add alert", Verb: steps.Create, What: "Create a notification"}))
	b := w.open()
	var pairs []string
	for _, d := range digests(b.get("/together")) {
		pairs = append(pairs, "plan", d)
	}
	b.post("/together/apply", pairs...).leads("/together?part=work")
	if s := w.store.now().Alerts; !s.Chosen || s.Email != "robin@example.com" || !slices.Equal(s.Types, []string{steps.AlertTunnel}) {
		t.Errorf("%+v", s)
	}
	eventually(t, "the row ends", func() bool { return w.engine.Row() == nil })
}

// TestTogetherWithoutAnAddress leaves step 9 to ask for one: nobody chose that
// mail goes nowhere.
func TestTogetherWithoutAnAddress(t *testing.T) {
	w := newWorld(t, func(c *web.Config) { c.Email = func(context.Context) (string, error) { return "", nil } })
	ready(w)
	w.shows(steps.IDNotifications, planned(steps.Action{ID: "add alert", Verb: steps.Create, What: "Create a notification"}))
	b := w.open()
	var pairs []string
	for _, d := range digests(b.get("/together")) {
		pairs = append(pairs, "plan", d)
	}
	b.post("/together/apply", pairs...).leads("/together?part=work")
	if s := w.store.now().Alerts; s.Chosen {
		t.Errorf("%+v", s)
	}
	eventually(t, "the row ends", func() bool { return w.engine.Row() == nil })
}
