package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"example.test/wizard/steps"
)

// creation is what step 4 would do.
func creation() steps.Action {
	return steps.Action{
		ID: "create-tunnel", Verb: steps.Create, What: "Create a tunnel", Why: "It leads here.", To: "attic",
		Rows: []steps.Row{steps.Text("Name", "attic"), steps.Code("Kind", "cloudflared")},
	}
}

func installation() steps.Action {
	return steps.Action{ID: "install-connector", Verb: steps.Create, What: "Install the connector", To: "as a service"}
}

// planOf reads the digest that a page posts.
func planOf(t *testing.T, a *answer) string {
	t.Helper()
	digest := a.value("plan")
	if digest == "" {
		t.Fatalf("no plan on the page:\n%s", a.text("main"))
	}
	return digest
}

func TestPlanIsShownBeforeAnythingHappens(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDTunnel, planned(creation(), installation()))
	b := w.open()
	a := b.get("/steps/tunnel")
	a.is(http.StatusOK)
	a.has(`form[action="/steps/tunnel/apply"][method="post"]`, `[data-action="create-tunnel"]`, `[data-action="install-connector"]`, `button[data-next]`)
	a.says("We will create 2 things", "Create a tunnel", "It leads here.", "attic", "Nothing has been done yet")
	if got := a.text("button[data-next]"); got != "Create 2" {
		t.Errorf("the button says %q", got)
	}
	if len(w.steps[steps.IDTunnel].done()) != 0 {
		t.Error("something was done")
	}
}

func TestYesCarriesThePlanOut(t *testing.T) {
	w := newWorld(t)
	step := w.steps[steps.IDTunnel]
	w.shows(steps.IDTunnel, planned(creation(), installation()))
	step.hold()
	b := w.open()
	b.post("/steps/tunnel/apply", "plan", planOf(t, b.get("/steps/tunnel"))).leads("/steps/tunnel")
	step.atWork(t, 1)

	a := b.get("/steps/tunnel")
	a.has(`[data-job="running"]`, `form[action="/steps/tunnel/cancel"]`, `[data-check="create-tunnel"][data-status="wait"]`, `[data-check="install-connector"][data-status="skip"]`)
	a.hasNot(`[data-next]`) // a page that only waits has none
	polled(t, a, "/steps/tunnel/checks", "every 1s")
	if got := a.text("title"); !strings.HasPrefix(got, "Working (0 of 2) - ") {
		t.Errorf("title %q", got)
	}
	home := b.get("/")
	home.has(`[data-step="tunnel"][data-status="waiting"]`)

	// A second tab, and a second click, attach to the work.
	w.open().post("/steps/tunnel/apply", "plan", "whatever").leads("/steps/tunnel")

	step.release()
	eventually(t, "the job ends", func() bool { j, _ := w.engine.Job(steps.IDTunnel); return !j.Running() })
	if got := step.done(); !slices.Equal(got, []string{"create-tunnel", "install-connector"}) {
		t.Errorf("done: %q", got)
	}
	after := b.get("/steps/tunnel/checks", asHTMX())
	after.hasNot(`[data-job]`, `[hx-get]`, `[hx-trigger]`)
	after.has(`#checks a[data-next]`)
}

// polled requires that the region asks for itself again, and the page without
// scripts does so too.
func polled(t *testing.T, a *answer, path, every string) {
	t.Helper()
	region := a.page().Find("#checks")
	if region.AttrOr("hx-get", "") != path || region.AttrOr("hx-trigger", "") != every || region.AttrOr("hx-swap", "") != "outerMorph" || region.AttrOr("hx-target", "") != "this" {
		t.Errorf("hx-get %q, hx-trigger %q, hx-swap %q, want %q %q", region.AttrOr("hx-get", ""), region.AttrOr("hx-trigger", ""), region.AttrOr("hx-swap", ""), path, every)
	}
	if !strings.Contains(a.body, `<noscript><meta http-equiv="refresh"`) {
		t.Error("nobody without scripts sees what goes on")
	}
}

func TestStalePlan(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDTunnel, planned(creation()))
	b := w.open()
	old := planOf(t, b.get("/steps/tunnel"))
	moved := creation()
	moved.Rows = []steps.Row{steps.Text("Name", "another")}
	w.shows(steps.IDTunnel, planned(moved))
	for _, digest := range []string{old, "", "0000000000000000"} {
		b.post("/steps/tunnel/apply", "plan", digest).leads("/steps/tunnel")
		a := b.get("/steps/tunnel")
		a.is(http.StatusOK)
		if got := a.text(".flash"); !strings.Contains(got, "Something changed since you saw the plan. Nothing has been done") {
			t.Errorf("%q: the page says %q", digest, got)
		}
		a.says("another")
		a.has(".flash .note--attention")
		b.get("/steps/tunnel").hasNot(".flash")
	}
	if got := w.steps[steps.IDTunnel].done(); len(got) != 0 {
		t.Errorf("done: %q", got)
	}
	b.post("/steps/tunnel/apply", "plan", planOf(t, b.get("/steps/tunnel"))).leads("/steps/tunnel")
	eventually(t, "the new plan is carried out", func() bool { return len(w.steps[steps.IDTunnel].done()) == 1 })
}

func TestStopAfterThisPart(t *testing.T) {
	w := newWorld(t)
	step := w.steps[steps.IDTunnel]
	w.shows(steps.IDTunnel, planned(creation(), installation()))
	step.hold()
	b := w.open()
	b.post("/steps/tunnel/apply", "plan", planOf(t, b.get("/steps/tunnel"))).leads("/steps/tunnel")
	step.atWork(t, 1)
	b.post("/steps/tunnel/cancel").leads("/steps/tunnel")
	a := b.get("/steps/tunnel")
	a.says("It stops after this part")
	a.hasNot(`form[action="/steps/tunnel/cancel"]`)
	step.release()
	eventually(t, "the job ends", func() bool { j, _ := w.engine.Job(steps.IDTunnel); return !j.Running() })
	if got := step.done(); !slices.Equal(got, []string{"create-tunnel"}) {
		t.Errorf("done: %q", got)
	}
	b.get("/steps/tunnel").has(`[data-action="install-connector"]`) // to go on later
}

func TestFailedJobSaysWhy(t *testing.T) {
	w := newWorld(t)
	step := w.steps[steps.IDTunnel]
	w.shows(steps.IDTunnel, planned(creation()))
	step.mu.Lock()
	step.fail = &steps.ServiceError{Service: "Cloudflare", Call: "POST /tunnels", Status: 403, Code: 10000, Message: "Authentication error", Ray: "9a2f-LHR"}
	step.mu.Unlock()
	b := w.open()
	b.post("/steps/tunnel/apply", "plan", planOf(t, b.get("/steps/tunnel"))).leads("/steps/tunnel")
	eventually(t, "the job ends", func() bool { j, _ := w.engine.Job(steps.IDTunnel); return !j.Running() })
	a := b.get("/steps/tunnel")
	a.says("The token may not do this", "A permission is missing", "9a2f-LHR", "Authentication error")
	a.has(`.note--problem`, `[data-action="create-tunnel"]`) // and the plan, to try again
	a.has(`.note--problem form[action="/steps/tunnel/dismiss"][method="post"] button`)
	b.post("/steps/tunnel/dismiss").leads("/steps/tunnel")
	b.get("/steps/tunnel").hasNot(`.note--problem`)
}

// TestFragment: a poll is answered with the region and the title, and nothing
// else; a person who opens its address is led to the page.
func TestFragment(t *testing.T) {
	w := demonstration(newWorld(t))
	waiting := done("Soon")
	waiting.Checks[0].Status, waiting.Again = steps.Wait, 3_000_000_000
	w.shows(steps.IDDNS, waiting)
	b := w.open()
	b.post("/demo", "event", "plex-stop", "back", "/")
	for path, page := range map[string]string{"/checks": "/", "/steps/dns/checks": "/steps/dns", "/undo/checks": "/undo", "/summary/checks": "/summary", "/together/checks": "/together"} {
		b.get(path).leads(page)
		b.get(path, header{"HX-History-Restore-Request", "true"}).leads(page)
		if path == "/together/checks" {
			w.shows(steps.IDCache, planned(steps.Action{ID: "rule", Verb: steps.Create, What: "Create a cache rule"}))
		}
		a := b.get(path, asHTMX())
		a.is(http.StatusOK)
		if names := elements(t, a.body); !slices.Equal(names, []string{"title", "div#checks"}) {
			t.Errorf("%s: %q", path, names)
		}
		a.hasNot("[autofocus]", "noscript", ".flash", "meta")
	}
	a := b.get("/steps/dns/checks", asHTMX())
	if !strings.HasPrefix(a.text("title"), "Waiting - ") {
		t.Errorf("title %q", a.text("title"))
	}
	whole := b.get("/steps/dns")
	whole.has(".flash") // no fragment used it up
	polled(t, whole, "/steps/dns/checks", "every 3s")
	w.shows(steps.IDDNS, done("Works"))
	b.get("/steps/dns/checks", asHTMX()).hasNot("[hx-get]", "[hx-trigger]")
}

// elements lists the outermost elements of a fragment.
func elements(t *testing.T, body string) []string {
	t.Helper()
	var out []string
	z, depth := html.NewTokenizer(strings.NewReader(body)), 0
	void := []string{"input", "meta", "link", "br", "img"}
	for {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken:
			tok := z.Token()
			if depth == 0 {
				name := tok.Data
				for _, a := range tok.Attr {
					if a.Key == "id" {
						name += "#" + a.Val
					}
				}
				out = append(out, name)
			}
			if !slices.Contains(void, tok.Data) {
				depth++
			}
		case html.EndTagToken:
			depth--
		case html.TextToken:
			if text := strings.TrimSpace(z.Token().Data); depth == 0 && text != "" {
				out = append(out, "text "+text)
			}
		}
	}
}

// TestNothingBeginsBeforeTheYes: the page "Before you start" comes first.
func TestNothingBeginsBeforeTheYes(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { *s = steps.Settings{Installation: s.Installation} })
	w.shows(steps.IDTunnel, planned(creation()))
	b := w.open()
	before := w.changes()
	for _, r := range routes() {
		if strings.HasPrefix(r.pattern, "/steps/") || strings.HasPrefix(r.pattern, "/together/") || r.pattern == "/" {
			ask := b.get
			if r.method == http.MethodPost {
				ask = func(path string, _ ...header) *answer {
					return b.post(path, "plan", "x", "tunnel_name", "attic", "token", canary)
				}
			}
			ask(r.sample).leads(map[bool]string{true: "/", false: "/before"}[r.pattern == "/checks"])
		}
	}
	if w.changes() != before {
		t.Error("something began")
	}
	refused(t, b.post("/before"), "agree", "Tick that you have read this page")
	b.post("/before").has(`#agree[aria-invalid="true"][aria-describedby="agree-error"]`)
	b.post("/before", "agree", "yes").leads("/steps/account")
	first := w.store.now().Agreed
	if !first.Equal(w.clock.Now()) {
		t.Errorf("agreed at %s", first)
	}
	w.clock.add(1_000_000_000)
	b.post("/before", "agree", "yes")
	if got := w.store.now().Agreed; !got.Equal(first) {
		t.Errorf("agreed again at %s", got)
	}
	b.get("/").is(http.StatusOK)
}

// What a plan says of the undo is true of each of its changes.
func TestPlanTellsWhatCanBeUndone(t *testing.T) {
	kept, lost, seen := creation(), installation(), steps.Action{ID: "find", Verb: steps.Look, What: "Look around"}
	kept.Undo = true
	for _, c := range []struct {
		plan []steps.Action
		says string // empty when it says nothing of the undo
	}{
		{[]steps.Action{kept}, "You can undo this later."},
		{[]steps.Action{kept, kept, seen}, "You can undo each of these later."},
		{[]steps.Action{kept, lost}, "You can undo these later, but not “Install the connector”."},
		{[]steps.Action{lost}, ""},
		{[]steps.Action{seen}, ""},
	} {
		w := newWorld(t)
		w.shows(steps.IDTunnel, planned(c.plan...))
		text := w.open().get("/steps/tunnel").text("form[action='/steps/tunnel/apply']")
		if !strings.Contains(text, c.says) || strings.Contains(text, "undo") != (c.says != "") {
			t.Errorf("%q is not all that is said:\n%s", c.says, text)
		}
	}
}
