package web_test

import (
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
)

// TestJobTellsHowLongAndHowFar: elapsed time, rate and what is left are those that
// are known, and what is normal stands beside what runs.
func TestJobTellsHowLongAndHowFar(t *testing.T) {
	w := newWorld(t)
	step := w.steps[steps.IDTunnel]
	w.shows(steps.IDTunnel, planned(installation()))
	step.hold()
	step.tells = []steps.Part{
		{ID: "release", Title: "Find the newest version"},
		{ID: "release", Title: "Find the newest version", Ended: true},
		{ID: "download", Title: "Download cloudflared"},
		{ID: "download", Title: "Download cloudflared", Done: 1_000_000, Total: 41_200_000, Unit: "bytes"},
	}
	b := w.open()
	b.post("/steps/tunnel/apply", "plan", planOf(t, b.get("/steps/tunnel"))).leads("/steps/tunnel")
	step.atWork(t, 1)

	a := b.get("/steps/tunnel")
	a.says("Begun at ", "1.0 of 41.2 MB", "Usually less than a minute")
	if text := a.text("main"); strings.Contains(text, "so far") || strings.Contains(text, "left") || strings.Contains(text, "a second,") {
		t.Errorf("in its first second it says how quick it is:\n%s", text)
	}

	w.clock.add(20 * time.Second)
	job, _ := w.engine.Job(steps.IDTunnel)
	p := job.Items[0].Parts[1]
	if p.From != 1_000_000 || p.Since.IsZero() {
		t.Fatalf("%+v", p)
	}
	steps.Report(step.at, steps.Part{ID: "download", Title: "Download cloudflared", Done: 28_400_000, Total: 41_200_000, Unit: "bytes"})
	a = b.get("/steps/tunnel/checks", asHTMX())
	// 27.4 MB in 20 seconds; at that rate the other 12.8 take nine more.
	a.says("20 seconds so far", "28.4 of 41.2 MB, 1.4 MB a second, about 9 seconds left")
	if got := a.text(`[data-check="part-download"] .check__when`); got != "20 seconds so far" {
		t.Errorf("the part says %q", got)
	}
	if got := a.text(`[data-job]`); !strings.Contains(got, "20 seconds so far.") {
		t.Errorf("the job says %q", got)
	}

	steps.Report(step.at, steps.Part{ID: "download", Title: "Download cloudflared", Done: 41_200_000, Total: 41_200_000, Unit: "bytes", Ended: true})
	w.clock.add(time.Minute)
	if got := b.get("/steps/tunnel").text(`[data-check="part-download"]`); !strings.Contains(got, "took 20 seconds") || !strings.Contains(got, "41.2 MB") || strings.Contains(got, "left") {
		t.Errorf("a part that has ended says %q", got)
	}
}

// TestASlowDownloadIsToldInSmallerUnits: a rate of “0.0 MB a second” tells nothing.
func TestASlowDownloadIsToldInSmallerUnits(t *testing.T) {
	w := newWorld(t)
	step := w.steps[steps.IDTunnel]
	w.shows(steps.IDTunnel, planned(installation()))
	step.hold()
	step.tells = []steps.Part{{ID: "download", Title: "Download", Done: 100_000, Total: 41_200_000, Unit: "bytes"}}
	b := w.open()
	b.post("/steps/tunnel/apply", "plan", planOf(t, b.get("/steps/tunnel"))).leads("/steps/tunnel")
	step.atWork(t, 1)
	w.clock.add(100 * time.Second)
	steps.Report(step.at, steps.Part{ID: "download", Title: "Download", Done: 1_200_000, Total: 41_200_000, Unit: "bytes"})
	b.get("/steps/tunnel").says("1.2 of 41.2 MB, 11 KB a second, about 61 minutes left", "2 minutes so far")
}
