package web

import (
	"fmt"
	"strings"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// jobView shows work as it stands at now.
func jobView(j steps.Job, title string, now time.Time) templates.Job {
	out := templates.Job{Title: title, Running: j.Running()}
	if j.Running() {
		out.Since = fmt.Sprintf("Begun at %s.", locale.Second(j.Started.Local()))
		if so := soFar(now.Sub(j.Started)); so != "" {
			out.Since = fmt.Sprintf("Begun at %s, %s.", locale.Second(j.Started.Local()), so)
		}
	}
	for _, it := range j.Items {
		out.Rows = append(out.Rows, itemRow(it, now))
		for _, p := range it.Parts {
			out.Rows = append(out.Rows, partRow(p, now))
		}
	}
	return out
}

// stoppable offers to end a job that runs after its present part.
func stoppable(v *templates.Job, j steps.Job) {
	if j.Stopping {
		v.Note = "It stops after this part."
		return
	}
	v.Action, v.Note = stepPath(j.Step)+"/cancel", "Stopping leaves everything so that you can go on later."
	v.Cancel = &templates.Button{Text: "Stop after this part", Kind: "s"}
}

// itemRow is one change of a job.
func itemRow(it steps.JobItem, now time.Time) templates.Check {
	c := templates.Check{ID: slug(it.Action.ID), Name: readable(it.Action.What), When: clock(it.At)}
	switch it.State {
	case "running":
		c.Status, c.When = "wait", soFar(now.Sub(it.Began))
	case "done":
		c.Status = "pass"
	case "failed":
		c.Status = "fail"
	default:
		c.Status, c.Mark, c.When = "skip", "todo", ""
	}
	if it.Action.Verb != steps.Look {
		c.Detail = cut(say(it.Action.To), 90)
	}
	return c
}

// partRow is one part of a change or of a search: how far it is, how long it has
// taken, and what is normal.
func partRow(p steps.Part, now time.Time) templates.Check {
	c := templates.Check{ID: "part-" + slug(p.ID), Name: p.Title, Detail: say(p.Detail), Status: "wait"}
	switch {
	case p.Failed:
		c.Status, c.Word, c.Mark = "skip", "Not possible", "skipped"
	case p.Ended:
		c.Status = "pass"
	}
	switch {
	case p.Ended && p.Began.IsZero():
	case p.Ended:
		c.When = took(p.Over.Sub(p.Began))
	case !p.Began.IsZero():
		c.When = soFar(now.Sub(p.Began))
		c.Detail = sentences(c.Detail, normal()[p.ID])
	}
	switch {
	case p.Total > 0 && !p.Ended:
		c.Meter = &templates.Meter{Value: float64(p.Done), Max: float64(p.Total), Text: amount(p) + pace(p, now)}
	case p.Ended && !p.Failed && p.Unit != "" && p.Done > 0:
		c.Word = amount(p)
	}
	if p.Found > 0 && !p.Failed {
		c.Word = locale.Count(p.Found, "record", "records")
		if p.Ended && p.Unit != "" && p.Done > 0 && c.Detail == "" {
			c.Detail = amount(p)
		}
	}
	return c
}

// normal says how long a part usually takes, and what it waits for.
func normal() map[string]string {
	return map[string]string{
		"release":  "Asked of GitHub, where Cloudflare publishes it. Usually a few seconds.",
		"download": "From GitHub, about 40 MB. Usually less than a minute; if it breaks off, the next try goes on from there.",
		"unpack":   "Usually a few seconds.",
		"sum":      "It must be the one that was published with the release. Usually a second.",
		"version":  "It is started once to ask. Usually a second.",
		"place":    "Usually a second.",
		"service":  "Usually a few seconds. Where this computer asks for your password, it waits for you.",
		"join":     "Usually within 20 seconds. When one way out is blocked, up to three minutes.",
	}
}

// sentences puts a second sentence behind a first one, which may lack its end.
func sentences(first, second string) string {
	switch {
	case first == "" || second == "":
		return first + second
	case strings.HasSuffix(first, "."):
		return first + " " + second
	}
	return first + ". " + second
}

// soFar is how long something has been going on; empty in its first second.
func soFar(d time.Duration) string {
	if d < time.Second {
		return ""
	}
	return steps.HumanDuration(d) + " so far"
}

// took is how long something took; empty when nobody could tell.
func took(d time.Duration) string {
	if d < time.Second {
		return ""
	}
	return "took " + steps.HumanDuration(d)
}

// enough is how long something must have been counted before a rate means anything.
const enough = 2 * time.Second

// pace tells how quickly bytes come and how long the rest takes if it goes on like
// that; empty as long as there is too little to judge by. Parts that count something
// else say it themselves.
func pace(p steps.Part, now time.Time) string {
	counted := now.Sub(p.Since)
	if p.Unit != "bytes" || p.Since.IsZero() || counted < enough || p.Done <= p.From || p.Done > p.Total {
		return ""
	}
	rate := float64(p.Done-p.From) / counted.Seconds() // in a second
	text := fmt.Sprintf(", %s MB a second", locale.Decimal(rate/1e6))
	if rate < 1e5 {
		text = fmt.Sprintf(", %s KB a second", locale.Number(int64(rate/1e3+0.5)))
	}
	if left := time.Duration(float64(p.Total-p.Done) / rate * float64(time.Second)); left >= time.Second {
		text += ", about " + steps.HumanDuration(left) + " left"
	}
	return text
}

func amount(p steps.Part) string {
	if p.Unit == "bytes" {
		if p.Ended || p.Total == 0 {
			return locale.Decimal(float64(p.Done)/1e6) + " MB"
		}
		return locale.Decimal(float64(p.Done)/1e6) + " of " + locale.Decimal(float64(p.Total)/1e6) + " MB"
	}
	if p.Ended || p.Total == 0 {
		if p.Done == 1 {
			return "1 " + strings.TrimSuffix(p.Unit, "s")
		}
		return locale.Number(p.Done) + " " + p.Unit
	}
	return locale.Number(p.Done) + " of " + locale.Number(p.Total) + " " + p.Unit
}
