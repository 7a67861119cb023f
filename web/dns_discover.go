package web

import (
	"fmt"
	"net/http"

	"github.com/a-h/templ"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
	"example.test/wizard/web/templates"
)

// discovering is the page of a search for records; nil when the job is another.
func (s *Server) discovering(r *http.Request, seen steps.Seen, j steps.Job, f form) templ.Component {
	if j.Step != steps.IDDNS {
		return nil
	}
	for _, it := range j.Items {
		if it.Action.Verb != steps.Look || it.State != "running" {
			continue
		}
		set, err := s.Engine.Settings()
		if err != nil {
			return nil
		}
		return templates.DNSDiscover(s.search(r, seen, j, it, set.Domain, f))
	}
	return nil
}

// search draws what a running search has found and what it asks.
func (s *Server) search(r *http.Request, seen steps.Seen, j steps.Job, it steps.JobItem, domain string, f form) templates.Discover {
	p := s.stepPage(r, seen.Info, "Finding records", "Finding every record of "+zone.ToUnicode(domain))
	p.Lead = "Before the domain moves, the wizard looks for everything that it must take along: your mail, your website, and what you may have forgotten."
	p.Stages, p.Favicon, p.Poll, p.PollURL = dnsStages(steps.DNSFind), "waiting", "1s", "/steps/dns/checks"
	if len(f.problems) > 0 {
		p.Poll, p.ErrorTitle = "", true // what was typed stays under the reader
	}
	m := templates.Discover{
		Page: p, Domain: zone.ToUnicode(domain), Running: true, Errors: f.summary(), Section: templates.Section{ID: "live", Title: "What is being asked"},
		File: templates.ZoneFile{Error: f.error("zone_file"), Typed: f.value("zone_text", "")},
	}
	all := 0
	for _, part := range it.Parts {
		m.Section.Checks = append(m.Section.Checks, partRow(part, s.Now()))
		if part.All >= all && len(part.Last) > 0 {
			all, m.Last = part.All, nil
			for _, rec := range part.Last {
				m.Last = append(m.Last, templates.Record{Type: rec.Type, Name: bothForms(rec.Name, domain), Content: rec.Content, FoundBy: foundBy(rec)})
			}
		}
	}
	if all > 0 {
		m.Section.Title = locale.Count(all, "record", "records") + " so far"
		m.Page.Title = fmt.Sprintf("Finding records (%d so far)", all)
	}
	if len(m.Section.Checks) == 0 {
		m.Section.Checks = []templates.Check{{ID: "part-begin", Status: "wait", Name: "Beginning"}}
	}
	if !j.Stopping {
		m.Buttons = []templates.Button{{Text: "Stop and compare what we have", Name: "do", Value: "stop"}}
	}
	return m
}
