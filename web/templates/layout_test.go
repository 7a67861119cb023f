package templates_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"example.test/wizard/web/templates"
)

// stepState draws a step's page.
func stepState(m templates.Step) templates.State {
	return templates.State{Name: "test", Title: "test", Component: templates.StepPage(m)}
}

func waiting() templates.Page {
	return templates.Page{
		Title: "Waiting (1 of 2)", Step: 5, StepID: "hostname", Poll: "3s", PollURL: "/steps/hostname/checks", Favicon: "waiting", Assets: assets(),
		Rail: []templates.RailItem{{ID: "hostname", Name: "Choose the public address", State: "next", Here: true}},
	}
}

// TestHTMXConfig: broken JSON would stop htmx, and a list in any other notation would break every swap.
func TestHTMXConfig(t *testing.T) {
	doc := parse(t, render(t, stepState(templates.Step{Page: waiting()})))
	var got map[string]any
	if err := json.Unmarshal([]byte(doc.Find(`meta[name="htmx-config"]`).AttrOr("content", "")), &got); err != nil {
		t.Fatalf("htmx-config is not JSON: %v", err)
	}
	want := map[string]any{
		"includeIndicatorCSS": false, "noSwap": []any{204.0, 304.0}, "defaultTimeout": 15000.0, "extensions": "none",
		"morphIgnore": []any{"data-htmx-powered", "open"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBoost(t *testing.T) {
	body := parse(t, render(t, stepState(templates.Step{Page: waiting()}))).Find("body")
	for attr, want := range map[string]string{
		"hx-boost:inherited": "true", "hx-sync:inherited": "drop", "hx-target:inherited": "#main", "hx-select:inherited": "#main", "hx-swap:inherited": "outerHTML show:window:top",
	} {
		if got := body.AttrOr(attr, ""); got != want {
			t.Errorf("%s = %q, want %q", attr, got, want)
		}
	}
	p := waiting()
	p.NoNav = true
	if parse(t, render(t, stepState(templates.Step{Page: p}))).Find(`[hx-boost\:inherited], nav[aria-label="Main"]`).Length() > 0 {
		t.Error("a page without navigation must not be boosted: the next page has another frame")
	}
}

func TestPollingRegion(t *testing.T) {
	rows := []templates.Section{{ID: "s", Title: "Who", Checks: []templates.Check{{ID: "dns", Status: "wait", Name: "DNS"}}}}
	page := waiting()
	region := parse(t, render(t, stepState(templates.Step{Page: page, Sections: rows}))).Find("#checks")
	for attr, want := range map[string]string{
		"hx-get": "/steps/hostname/checks", "hx-trigger": "every 3s", "hx-target": "this", "hx-select": "#checks", "hx-swap": "outerMorph",
		"hx-status:5xx": "swap:none", "hx-status:4xx": "swap:none", "data-say": "Waiting (1 of 2)", "data-favicon": "waiting",
	} {
		if got := region.AttrOr(attr, ""); got != want {
			t.Errorf("%s = %q, want %q", attr, got, want)
		}
	}
	if region.Find(`[data-check="dns"][data-status="wait"]`).Length() != 1 {
		t.Error("the check is not inside the polled region")
	}
}

// TestPollingStops: without a wait, and over a refused form, the region carries no request of its own and the page no refresh.
func TestPollingStops(t *testing.T) {
	still, refused := waiting(), waiting()
	still.Poll = ""
	refused.ErrorTitle = true
	for name, p := range map[string]templates.Page{"nothing waits": still, "form refused": refused} {
		html := render(t, stepState(templates.Step{Page: p}))
		doc := parse(t, html)
		if doc.Find("[hx-get], [hx-trigger]").Length() > 0 || strings.Contains(html, "http-equiv") {
			t.Errorf("%s: the page still asks for itself", name)
		}
	}
}

// TestFragment: the answer to a poll is the region alone, with a title that htmx takes over, and nothing in it takes the focus.
func TestFragment(t *testing.T) {
	p := waiting()
	p.Fragment = true
	html := render(t, stepState(templates.Step{Page: p, Errors: nil}))
	if !strings.HasPrefix(html, "<title>Waiting (1 of 2) - Plex Tunnel Wizard</title><div id=\"checks\"") {
		t.Errorf("begins with %.90s", html)
	}
	for _, not := range []string{"<html", "<head", "<main", "autofocus", "http-equiv", "id=\"live\""} {
		if strings.Contains(html, not) {
			t.Errorf("contains %s", not)
		}
	}
}

func TestRefreshWithoutScript(t *testing.T) {
	for poll, want := range map[string]string{"3s": "5", "1s": "5", "30s": "30", "2m": "5"} {
		p := waiting()
		p.Poll = poll
		html := render(t, stepState(templates.Step{Page: p}))
		head, _, _ := strings.Cut(html, "</head>")
		if !strings.Contains(head, `<noscript><meta http-equiv="refresh" content="`+want+`"></noscript>`) || strings.Count(html, "http-equiv") != 1 {
			t.Errorf("poll %s: no refresh after %s seconds, in the head only", poll, want)
		}
	}
}

func TestErrorTakesTitleAndFocus(t *testing.T) {
	p := templates.Page{Title: "Which domain?", ErrorTitle: true}
	doc := parse(t, render(t, stepState(templates.Step{
		Page: p, Errors: &templates.ErrorSummary{Items: []templates.FieldError{{Field: "domain", Text: "It needs an ending"}}},
		Form: templates.DomainForm(templates.DomainInput{Value: "example", Error: "It needs an ending"}),
	})))
	if got := doc.Find("title").First().Text(); got != "Error: Which domain? - Plex Tunnel Wizard" {
		t.Errorf("title %q", got)
	}
	if !doc.Find("[autofocus]").HasClass("errors") || doc.Find("[autofocus]").AttrOr("role", "") != "alert" {
		t.Error("the error summary does not take the focus")
	}
	input := doc.Find("#domain")
	if input.AttrOr("value", "") != "example" || input.AttrOr("aria-invalid", "") != "true" || input.AttrOr("aria-describedby", "") != "domain-hint domain-error" {
		t.Error("what was typed is lost, or the field is not bound to its error")
	}
}

func TestFaviconFollowsState(t *testing.T) {
	for state, want := range map[string]string{"": "/static/a/favicon.svg", "waiting": "/static/a/favicon-waiting.svg", "attention": "/static/a/favicon-attention.svg"} {
		doc := parse(t, render(t, stepState(templates.Step{Page: templates.Page{Favicon: state, Assets: assets()}})))
		if got := doc.Find(`link[rel="icon"]`).AttrOr("href", ""); got != want {
			t.Errorf("%q: icon %s", state, got)
		}
	}
}

// TestSecretsAreNotWrittenBack: a pasted token never returns in the page.
func TestSecretsAreNotWrittenBack(t *testing.T) {
	doc := parse(t, render(t, stepState(templates.Step{Form: templates.TokenForm(templates.TokenInput{Error: "no", Keyring: "the keyring"})})))
	input := doc.Find("#token")
	if _, has := input.Attr("value"); has || input.AttrOr("type", "") != "password" || input.AttrOr("autocomplete", "") != "off" {
		t.Error("the token field must be an empty password field without autocomplete")
	}
}

// TestHostileValues: whatever a service answers is text.
func TestHostileValues(t *testing.T) {
	evil := `"><img src=x onerror=alert(1)>`
	html := render(t, stepState(templates.Step{
		Page:     templates.Page{Title: evil, Lead: evil + " [go](javascript:alert(1))"},
		Sections: []templates.Section{{ID: "s", Title: evil, Checks: []templates.Check{{ID: "x", Status: "pass", Name: evil, Detail: "`" + evil + "`"}}}},
		Cards:    []templates.Card{{ID: "c", At: time.Unix(0, 0), Rows: []templates.Row{{Label: evil, Values: []templates.Value{{Text: evil, Before: evil, Code: true}}}}, Open: &templates.Link{Text: "x", Href: "javascript:alert(1)"}}},
	}))
	doc := parse(t, html)
	doc.Find("img, a").Each(func(_ int, e *goquery.Selection) {
		if goquery.NodeName(e) == "img" || strings.HasPrefix(e.AttrOr("href", ""), "javascript") {
			t.Error("a value became markup")
		}
	})
}
