package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// hostile is what a DNS record, a server's name or an error of somebody else's
// might hold. All of it must be shown as text. The three stars would be strong
// if pairs were only replaced once.
const hostile = `<b id="inj">HTML</b> [click](https://evil.test/x) ](https://evil.test/y) ***loud*** ` + "`code` " + `"><img src=x onerror=alert(1)> <script>alert(2)</script> javascript:alert(3) ` + "\r\nSet-Cookie: a=b"

// harmless requires that no hostile text became markup.
func harmless(t *testing.T, where string, a *answer) {
	t.Helper()
	d := a.page()
	if n := d.Find(`#inj, img[src="x"], main script, [onerror], a[href*="evil.test"]`).Length(); n != 0 {
		t.Errorf("%s: %d elements of somebody else's:\n%s", where, n, a.body)
	}
	d.Find("strong, code").Each(func(_ int, s *goquery.Selection) {
		if text := strings.TrimSpace(s.Text()); text == "loud" || text == "code" || strings.Trim(text, "*\u2060") == "loud" {
			t.Errorf("%s: %q became <%s>", where, text, goquery.NodeName(s))
		}
	})
	d.Find("a[href], form[action], [hx-get], [src]").Each(func(_ int, s *goquery.Selection) {
		for _, name := range []string{"href", "action", "hx-get", "src"} {
			if v := strings.ToLower(s.AttrOr(name, "")); strings.HasPrefix(v, "javascript:") || strings.HasPrefix(v, "data:") || strings.HasPrefix(v, "//") {
				t.Errorf("%s: %s=%q", where, name, v)
			}
		}
	})
	if a.header.Get("Set-Cookie") != "" || !utf8.ValidString(a.body) {
		t.Errorf("%s: Set-Cookie %q, UTF-8 %v", where, a.header.Get("Set-Cookie"), utf8.ValidString(a.body))
	}
}

// hostileFinding has hostile text in everything that comes from outside.
func hostileFinding(detail any) steps.Finding {
	rows := []steps.Row{{Label: hostile, Values: []steps.Value{{Text: hostile, Before: hostile, Note: hostile}, {Text: hostile, Code: true}}}}
	fix := steps.Fix{Title: hostile, Text: hostile, Steps: []string{hostile}, Command: hostile, Link: steps.Link{Text: hostile, URL: "javascript:alert(4)"}}
	return steps.Finding{
		Heading: hostile, Summary: hostile, Detail: detail,
		Checks: []steps.Check{{Name: "it", Title: hostile, Status: steps.Warn, Detail: hostile, Word: hostile, Fix: fix}, {Name: "bad", Title: hostile, Status: steps.Fail, Detail: hostile, Fix: fix}},
		Evidence: []steps.Evidence{{
			Card: "card", Title: hostile, Place: hostile, Word: hostile, Rows: rows, Head: []string{hostile}, Table: [][]string{{hostile, hostile}},
			Reading: steps.Reading{At: time.Unix(1, 0), Source: hostile, Ray: hostile}, Open: steps.Link{Text: hostile, URL: "javascript:alert(5)"}, URL: hostile,
		}, {Card: "other", Place: hostile}},
	}
}

func hostileAction() steps.Action {
	return steps.Action{ID: "make", Verb: steps.Create, What: hostile, Why: hostile, From: hostile, To: "x" + strings.Repeat("ä", 200) + hostile, Rows: []steps.Row{{Label: hostile, Values: []steps.Value{{Text: hostile, Code: true}}}}}
}

// TestHostileTexts draws every page of a step with hostile texts.
func TestHostileTexts(t *testing.T) {
	record := zone.Record{Name: hostile, Type: hostile, Content: hostile, Sources: []string{hostile}}
	mx := zone.Record{Name: hostile, Type: "MX", Content: hostile}
	found := steps.Found{Domain: "example.com", Statement: hostile, Records: []zone.Record{record}, Servers: []zone.ServerReport{{Server: hostile, State: hostile, Detail: hostile}}}
	move := func(part string) *steps.DNSDetail {
		return &steps.DNSDetail{
			Part: part, Found: found, Rows: []zone.Row{{State: zone.Missing, Old: &record}, {State: zone.Differs, Old: &mx, Cloud: &mx}, {State: zone.Only, Cloud: &record}}, Unsafe: []zone.Row{{State: zone.Missing, Old: &mx}},
			Zone: steps.Zone{Name: hostile, NameServers: []string{hostile, hostile}}, Registration: steps.Registration{Registrar: hostile}, Delegation: steps.Delegation{NS: []string{hostile}},
		}
	}
	details := map[steps.ID][]any{
		steps.IDAccount:       {&steps.AccountDetail{Known: true, Accounts: []steps.Account{{ID: "a1", Name: hostile}}}},
		steps.IDDNS:           {move(steps.DNSDomain), move(steps.DNSFind), move(steps.DNSCompare), move(steps.DNSRegistrar), move(steps.DNSWait), move(steps.DNSDone)},
		steps.IDTunnel:        {&steps.TunnelDetail{Name: hostile, Taken: []steps.CloudTunnel{{ID: "t", Name: hostile}}, Manual: hostile}},
		steps.IDHostname:      {&steps.HostnameDetail{Origin: hostile, Foreign: []steps.CloudRecord{{ID: hostile, Record: record}}, Servers: []steps.PlexFound{{Origin: hostile, Version: hostile, ID: hostile, State: "ok"}, {Origin: hostile, State: "ok"}}}},
		steps.IDPlex:          {&steps.PlexDetail{Proven: true, Switches: []steps.PlexSwitch{{ID: "remote", On: true, May: true}, {ID: "relay"}}}},
		steps.IDSecurity:      {&steps.SecurityDetail{Limit: 5, Country: hostile, Custom: steps.Ruleset{Rules: []steps.Rule{{ID: "r", Description: hostile, Expression: hostile, Enabled: true}}}, Blocked: []steps.Count{{Key: hostile, Country: hostile, N: 3}, {Key: "r", Country: "DE", N: 2}}}},
		steps.IDNotifications: {&steps.NotificationsDetail{Email: hostile, Types: map[string]string{hostile: hostile}}},
		steps.IDCache:         {&steps.CacheDetail{Counts: []steps.Count{{Key: hostile, N: 4}}}},
		steps.IDURL:           {&steps.URLDetail{}},
	}
	w := newWorld(t)
	w.settings(func(s *steps.Settings) {
		s.Domain, s.AccountName, s.OldServers = "example.com", hostile, []string{hostile}
	})
	b := w.open()
	for _, i := range infos() {
		for _, detail := range details[i.ID] {
			asked := map[steps.ID]string{steps.IDAccount: "account", steps.IDTunnel: "tunnel_name", steps.IDHostname: "subdomain", steps.IDSecurity: "security", steps.IDNotifications: "email"}[i.ID]
			plain, ask, plan := hostileFinding(detail), hostileFinding(detail), hostileFinding(detail)
			ask.Ask = asked
			plan.Actions = []steps.Action{hostileAction()}
			calm := hostileFinding(detail)
			calm.Checks = calm.Checks[:1]
			for kind, f := range map[string]steps.Finding{"plain": plain, "ask": ask, "plan": plan, "calm": calm} {
				w.shows(i.ID, f)
				for _, query := range []string{"", "?part=compare", "?part=plan", "?part=name", "?part=choose", "?part=domain"} {
					a := b.get("/steps/" + string(i.ID) + query)
					a.is(http.StatusOK)
					harmless(t, string(i.ID)+query+", "+kind, a)
					if !strings.Contains(a.body, "HTML&lt;/b&gt;") && kind != "ask" {
						t.Errorf("%s%s, %s: the text is not shown at all", i.ID, query, kind)
					}
				}
			}
		}
	}
	for _, path := range []string{"/", "/summary", "/together"} {
		harmless(t, path, b.get(path))
	}
}

// TestHostileProblems: an error's words are as foreign as any.
func TestHostileProblems(t *testing.T) {
	w := newWorld(t)
	b := w.open()
	err := &steps.ServiceError{Service: "Cloudflare", Call: "GET " + hostile, Status: 400, Message: hostile, Pointer: hostile, Ray: hostile}
	worded := &steps.Problem{Title: hostile, Text: hostile, Fix: hostile, Link: steps.Link{Text: hostile, URL: "javascript:alert(6)"}, Detail: []steps.Row{steps.Text(hostile, hostile)}}
	for name, e := range map[string]error{"service": err, "worded": worded} {
		w.fails(steps.IDTunnel, e)
		w.undo.set(func(steps.Settings) (steps.Finding, error) { return steps.Finding{}, e })
		for _, path := range []string{"/", "/steps/tunnel", "/undo", "/summary"} {
			a := b.get(path)
			harmless(t, path+" "+name, a)
			if !strings.Contains(a.body, "HTML&lt;/b&gt;") && (path == "/undo" || path == "/steps/tunnel") {
				t.Errorf("%s %s: the text is not shown at all", path, name)
			}
		}
	}
	for _, path := range []string{"/nowhere?x=" + "%3Cb%20id=inj%3E", "/steps/%3Cb%20id=inj%3E", "/steps/[a](https:%2f%2fevil.test)"} {
		a := b.get(path)
		a.is(http.StatusNotFound)
		harmless(t, path, a)
	}
	if got := w.log.String(); strings.Contains(got, "\nSet-Cookie") {
		t.Error("a line of the log was forged")
	}
}

// TestHostileJobs: what is being done, and what was done, are told in words of
// others too. Cutting a long text never breaks a letter.
func TestHostileJobs(t *testing.T) {
	w := newWorld(t)
	step := w.steps[steps.IDTunnel]
	w.shows(steps.IDTunnel, planned(hostileAction()))
	step.hold()
	b := w.open()
	b.post("/steps/tunnel/apply", "plan", planOf(t, b.get("/steps/tunnel"))).leads("/steps/tunnel")
	step.atWork(t, 1)
	harmless(t, "the job", b.get("/steps/tunnel"))
	step.release()
	eventually(t, "the job ends", func() bool { j, _ := w.engine.Job(steps.IDTunnel); return !j.Running() })
	w.store.mu.Lock()
	for _, r := range []steps.Result{steps.Done, steps.Failed, steps.Unknown} {
		w.store.events = append(w.store.events, steps.Event{Step: steps.IDDNS, What: hostile, From: hostile, Result: r, Problem: hostile, Detail: hostile}, steps.Event{Step: "gone", What: hostile, To: "x" + strings.Repeat("ä", 400), Result: r})
	}
	w.store.mu.Unlock()
	a := b.get("/history")
	harmless(t, "the history", a)
	if n := a.page().Find("[data-entry]").Length(); n != 7 {
		t.Errorf("%d entries", n)
	}
}

// TestHostileUndo: what the wizard made bears names that others may have changed.
func TestHostileUndo(t *testing.T) {
	w := newWorld(t)
	f := hostileFinding(&steps.UndoDetail{Made: []steps.Belonging{{ID: hostile, What: hostile, Detail: hostile, Word: hostile, State: steps.Warn, Suggest: true}}})
	f.Actions = []steps.Action{{ID: "remove it", Verb: steps.Delete, What: hostile, From: hostile}}
	w.undo.set(always(f))
	b := w.open()
	for _, path := range []string{"/undo", "/undo?part=plan"} {
		a := b.get(path)
		harmless(t, path, a)
		if !strings.Contains(a.body, "HTML&lt;/b&gt;") {
			t.Errorf("%s: the text is not shown at all", path)
		}
	}
}
