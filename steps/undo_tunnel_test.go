package steps_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
)

// The tunnel goes once Cloudflare lists no connection any more, and no sooner.
func TestUndoOfATunnelWaitsForItsConnections(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		ticked := []string{"connector", "tunnel"}
		u := r.undoing(&ticked)
		defer u.close(t)
		began := time.Now()
		if j := u.run(t, steps.IDUndo); j.Problem != nil {
			t.Fatalf("%v", j.Problem)
		}
		if took := time.Since(began); took < lingers || took > 2*lingers {
			t.Errorf("it took %v", took)
		}
		if s := r.settings(t); s.TunnelID != "" || len(r.w.tunnels) != 0 {
			t.Errorf("left: %q, %v", s.TunnelID, r.w.tunnels)
		}
	})
}

// A connector that stays keeps the tunnel: it is named, and nothing is lost.
func TestUndoOfATunnelThatIsStillUsed(t *testing.T) {
	other := steps.CloudConnector{ID: "theirs", Version: "2026.7.1", IP: "203.0.113.7", Since: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)}
	for name, c := range map[string]struct {
		ticked []string
		others []steps.CloudConnector
		says   string
	}{
		"by another computer":          {[]string{"connector", "tunnel"}, []steps.CloudConnector{other}, "203.0.113.7"},
		"by the connector here":        {[]string{"tunnel"}, nil, "choose both"},
		"by both, and only one ticked": {[]string{"tunnel"}, []steps.CloudConnector{other}, "choose both"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, begun(), func(t *testing.T, r *rig) {
				r.finish(t)
				id := r.settings(t).TunnelID
				r.w.with(func(w *world) { w.others = map[string][]steps.CloudConnector{id: c.others} })
				ticked := c.ticked
				u := r.undoing(&ticked)
				defer u.close(t)
				made := u.made(t)
				i := slices.IndexFunc(made, func(b steps.Belonging) bool { return b.ID == "tunnel" })
				if made[i].Suggest != (len(c.others) == 0) || len(c.others) > 0 && !strings.Contains(made[i].Detail, other.IP) {
					t.Errorf("%+v", made[i])
				}
				j := u.run(t, steps.IDUndo)
				if j.Problem == nil || !strings.Contains(j.Problem.Text+j.Problem.Fix, c.says) {
					t.Errorf("%+v", j.Problem)
				}
				if s := r.settings(t); s.TunnelID != id || !s.TunnelCreated || len(r.w.tunnels) != 1 || r.w.asked("DeleteTunnel") != 0 {
					t.Errorf("%q, %v", s.TunnelID, r.w.tunnels)
				}
			})
		})
	}
}

// The wait ends when the person asks it to, and the tunnel stays.
func TestUndoOfATunnelStopped(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		id := r.settings(t).TunnelID
		r.w.with(func(w *world) { w.others = map[string][]steps.CloudConnector{id: {{ID: "theirs"}}} })
		ticked := []string{"connector", "tunnel"}
		u := r.undoing(&ticked)
		defer u.close(t)
		u.start(t, steps.IDUndo)
		time.Sleep(20 * time.Second)
		j, _ := u.Job(steps.IDUndo)
		if parts := j.Items[1].Parts; !j.Running() || len(parts) != 1 || parts[0].ID != "connections" || parts[0].Ended {
			t.Fatalf("%+v", j)
		}
		u.Stop(steps.IDUndo)
		began := time.Now()
		j = u.wait(t, steps.IDUndo)
		if took := time.Since(began); took > 3*time.Second || j.Problem == nil || !strings.Contains(j.Problem.Title, "Stopped") {
			t.Errorf("after %v: %+v", took, j.Problem)
		}
		if s := r.settings(t); s.TunnelID != id {
			t.Errorf("%q", s.TunnelID)
		}
	})
}
