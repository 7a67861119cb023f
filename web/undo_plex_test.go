package web_test

import (
	"testing"

	"example.test/wizard/steps"
)

// shutPlex lets the undo remember one thing in Plex, which cannot be had until open.
func shutPlex(w *world, a steps.PlexAccess, open func() bool) {
	w.undo.set(func(steps.Settings) (steps.Finding, error) {
		b := steps.Belonging{ID: "plex-url", What: "The line https://movies.example.com:443 in Plex", Detail: "Your other lines stay", State: steps.Pass, Suggest: true}
		d := &steps.UndoDetail{}
		if !open() {
			b.State, b.Word, b.Suggest, b.Later = steps.Warn, "Not yet to be had", false, true
			d.Plex = a
		}
		d.Made = []steps.Belonging{b}
		return steps.Finding{Detail: d}, nil
	})
}

func TestUndoNeedsASignInAtPlex(t *testing.T) {
	w := newWorld(t)
	pasted := false
	shutPlex(w, steps.PlexAccess{
		Server: steps.PlexFound{State: "ok", ID: "plex-1"}, SignIn: true,
		Check: steps.Check{Name: "plex-token", Title: "The wizard may change it", Word: "May not be read", Detail: "This user may not read it.", Fix: steps.Fix{Title: "Read it", Command: "sudo cat /x"}},
	}, func() bool { return pasted || w.tv.state == "allowed" })
	b := w.open()
	list := b.get("/undo")
	list.has(`input[name="remove"][value="plex-url"][disabled]:not([checked])`, `a[href="/undo?part=plex"]`)
	list.says("Not yet to be had", "needs your sign-in")

	start := b.get("/undo?part=plex")
	start.has(`form[action="/undo/plex"] button[name="do"][value="signin"][data-next]`, `form[action="/undo/plex"] input[type="password"][name="token"]`, `a[href="/undo"]`)
	start.hasNot("#checks[hx-get]", `form[action="/steps/plex/choose"]`)
	start.says("sudo cat /x")

	refused(t, b.post("/undo/plex", "do", "key", "token", "wrong-"+canary), "token", "Plex does not take this key")

	b.post("/undo/plex", "do", "signin").leads("/undo?part=plex")
	polled(t, b.get("/undo?part=plex"), "/undo/checks?part=plex", "every 2s")
	w.tv.state = "allowed"
	after := b.get("/undo/checks?part=plex", asHTMX()) // the list takes its place
	after.has(`input[name="remove"][value="plex-url"][checked]:not([disabled])`)
	after.hasNot("#checks[hx-get]", `a[href="/undo?part=plex"]`)

	w.tv.state = "waiting"
	b.post("/undo/plex", "do", "key", "token", canary).leads("/undo")
	if w.tv.key.Reveal() != canary {
		t.Error("another key was tried")
	}
	pasted = true
	tried := w.tv.count()
	b.post("/undo/plex", "do", "key", "token", canary).leads("/undo") // nothing asks for it any more
	if w.tv.count() != tried {
		t.Error("a key was tried that nobody needs")
	}
}

func TestUndoNeedsPlexToRun(t *testing.T) {
	w := newWorld(t)
	runs := false
	shutPlex(w, steps.PlexAccess{
		Server: steps.PlexFound{State: "stopped"},
		Check:  steps.Check{Name: "origin", Title: "Plex answers", Status: steps.Fail, Detail: "It is not running.", Fix: steps.Fix{Title: "Start Plex", Command: "sudo systemctl start plexmediaserver"}},
	}, func() bool { return runs })
	b := w.open()
	b.get("/undo").says("Plex does not answer, so what was changed in it cannot be taken away yet")
	page := b.get("/undo?part=plex")
	page.says("Start Plex first", "sudo systemctl start plexmediaserver")
	page.has(`[data-check="origin"][data-status="fail"]`, `a[data-next][href="/undo?part=plex"]`)
	polled(t, page, "/undo/checks?part=plex", "every 3s")
	runs = true
	b.get("/undo/checks?part=plex", asHTMX()).has(`input[name="remove"][value="plex-url"]:not([disabled])`)
}
