package templates_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"example.test/wizard/web/templates"
)

// each runs a check on every state's document.
func each(t *testing.T, check func(t *testing.T, s templates.State, doc *goquery.Document)) {
	t.Helper()
	for _, s := range templates.States(assets()) {
		t.Run(s.Name, func(t *testing.T) { check(t, s, parse(t, render(t, s))) })
	}
}

func TestStatesHaveTheirOwnNames(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range templates.States(assets()) {
		if s.Name == "" || s.Title == "" || seen[s.Name] {
			t.Errorf("state %q (%q) has no name, no title, or the name of another", s.Name, s.Title)
		}
		seen[s.Name] = true
	}
}

func TestIDsAreUniqueAndReferencesHold(t *testing.T) {
	each(t, func(t *testing.T, _ templates.State, doc *goquery.Document) {
		ids := map[string]bool{}
		doc.Find("[id]").Each(func(_ int, e *goquery.Selection) {
			id := e.AttrOr("id", "")
			if id == "" || ids[id] {
				t.Errorf("id %q is empty or used twice", id)
			}
			ids[id] = true
		})
		for _, attr := range []string{"for", "aria-labelledby", "aria-describedby", "list"} {
			doc.Find("[" + attr + "]").Each(func(_ int, e *goquery.Selection) {
				for _, id := range strings.Fields(e.AttrOr(attr, "")) {
					if !ids[id] {
						t.Errorf("%s names %q, which is not there", attr, id)
					}
				}
			})
		}
		doc.Find(`a[href^="#"]`).Each(func(_ int, e *goquery.Selection) {
			if id := strings.TrimPrefix(e.AttrOr("href", ""), "#"); !ids[id] {
				t.Errorf("a link leads to %q, which is not there", id)
			}
		})
	})
}

func TestEveryInputHasALabel(t *testing.T) {
	each(t, func(t *testing.T, _ templates.State, doc *goquery.Document) {
		doc.Find(`input:not([type="hidden"]), select, textarea`).Each(func(_ int, e *goquery.Selection) {
			id := e.AttrOr("id", "")
			named := e.AttrOr("aria-label", "") != "" || e.Closest("label").Length() > 0 || id != "" && doc.Find(`label[for="`+id+`"]`).Length() == 1
			if !named {
				html, _ := goquery.OuterHtml(e)
				t.Errorf("no label: %s", html)
			}
		})
	})
}

// TestNothingInline guards the content security policy: no inline script, style or handler, and nothing that htmx would have to evaluate.
func TestNothingInline(t *testing.T) {
	each(t, func(t *testing.T, s templates.State, doc *goquery.Document) {
		if n := doc.Find("style, [style]").Length(); n > 0 {
			t.Errorf("%d inline styles", n)
		}
		doc.Find("script").Each(func(_ int, e *goquery.Selection) {
			if e.AttrOr("src", "") == "" || e.Text() != "" || e.Closest("head").Length() == 0 {
				t.Error("an inline script, or one outside the head")
			}
		})
		for _, node := range doc.Find("*").Nodes {
			for _, a := range node.Attr {
				if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") || strings.Contains(a.Val, "javascript:") || strings.HasPrefix(a.Val, "js:") {
					t.Errorf("<%s %s=%q>", node.Data, a.Key, a.Val)
				}
			}
		}
		if strings.Contains(render(t, s), "about:invalid") {
			t.Error("an address was refused by templ")
		}
	})
}

func TestOneHeadingOneLiveRegionOneNextAction(t *testing.T) {
	each(t, func(t *testing.T, _ templates.State, doc *goquery.Document) {
		if n := doc.Find("h1").Length(); n != 1 {
			t.Errorf("%d main headings", n)
		}
		if n := doc.Find("[autofocus]").Length(); n != 1 {
			t.Errorf("%d elements want the focus", n)
		}
		live := doc.Find("#live")
		if live.AttrOr("role", "") != "status" || live.Text() != "" || live.Closest("main").Length() > 0 {
			t.Error("#live must be an empty status region outside main")
		}
		if n := doc.Find("[data-next]").Length(); n > 1 {
			t.Errorf("%d next actions", n)
		}
		if n := doc.Find(".btn--go").Length(); n > 1 {
			t.Errorf("%d filled buttons", n)
		}
		level := 1
		doc.Find("main").Find("h1, h2, h3").Each(func(_ int, e *goquery.Selection) {
			now := int(goquery.NodeName(e)[1] - '0')
			if now > level+1 {
				t.Errorf("heading %q skips a level", e.Text())
			}
			level = now
		})
	})
}

func TestChecksAndStepsCarryTheirState(t *testing.T) {
	each(t, func(t *testing.T, s templates.State, doc *goquery.Document) {
		known := []string{"pass", "warn", "wait", "fail", "skip"}
		doc.Find("[data-check]").Each(func(_ int, e *goquery.Selection) {
			if !slices.Contains(known, e.AttrOr("data-status", "")) || e.AttrOr("data-check", "") == "" {
				t.Errorf("check %q has the state %q", e.AttrOr("data-check", ""), e.AttrOr("data-status", ""))
			}
		})
		doc.Find("[data-card]").Each(func(_ int, e *goquery.Selection) {
			if e.Find("time[datetime]").Length() != 1 {
				t.Errorf("card %q does not say when it was read", e.AttrOr("data-card", ""))
			}
		})
		if s.Name == "home" {
			var got []string
			doc.Find("[data-step]").Each(func(_ int, e *goquery.Selection) {
				got = append(got, e.AttrOr("data-step", "")+" "+e.AttrOr("data-status", ""))
			})
			want := "account done, dns waiting, cache done, tunnel attention, hostname next, url todo, plex todo, security todo, notifications todo"
			if strings.Join(got, ", ") != want {
				t.Errorf("steps: %s\nwant:  %s", strings.Join(got, ", "), want)
			}
		}
	})
}

// TestExternalLinks: another site learns nothing of the page that led to it, and cannot reach back.
func TestExternalLinks(t *testing.T) {
	each(t, func(t *testing.T, _ templates.State, doc *goquery.Document) {
		doc.Find("a[href]").Each(func(_ int, e *goquery.Selection) {
			if strings.HasPrefix(e.AttrOr("href", ""), "http") && (e.AttrOr("rel", "") != "noreferrer" || e.AttrOr("target", "") != "_blank") {
				t.Errorf("external link %q lacks rel or target", e.AttrOr("href", ""))
			}
		})
	})
}

// TestPosts: a form changes things by POST, at the fixed addresses, and no field has a name of its own invention.
func TestPosts(t *testing.T) {
	paths := regexp.MustCompile(`^/(start|before|demo|undo|undo/plex|together|version|finish|plex/signout|token/forget|steps/[a-z]+/(choose|apply|cancel|dismiss))$`)
	fields := map[string]bool{}
	for _, n := range strings.Fields("agree token account domain zone_file tunnel_name subdomain plex_address plex_server countries email plan " +
		"k keep zone zone_text nothing selector alias do create change many proxy override show type name content adopt another measure expression add_country access_name access_for alert remote_access relay remove confirm event back") {
		fields[n] = true
	}
	each(t, func(t *testing.T, _ templates.State, doc *goquery.Document) {
		doc.Find("form").Each(func(_ int, e *goquery.Selection) {
			if e.AttrOr("method", "") != "post" || !paths.MatchString(e.AttrOr("action", "")) {
				t.Errorf("form %s %q", e.AttrOr("method", "get"), e.AttrOr("action", ""))
			}
		})
		doc.Find("input[name], select[name], textarea[name], button[name]").Each(func(_ int, e *goquery.Selection) {
			if n := e.AttrOr("name", ""); !fields[n] || e.Closest("form").Length() == 0 {
				t.Errorf("field %q is not known, or stands outside a form", n)
			}
		})
	})
}
