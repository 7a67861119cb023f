package e2e_test

import (
	"net/url"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/playwright-community/playwright-go"

	"example.test/wizard/sim"
	"example.test/wizard/sim/plex"
)

func plexTroubles() []trouble {
	return []trouble{
		{step: "plex", name: "own address stays", run: func(p *person, o *outside) {
			p.walk(o, p.at("/steps/security"))
			got := o.Plex.Preference("customConnections")
			if !strings.Contains(got, "https://attic.lan:32400") || !strings.Contains(got, ":443") {
				p.t.Errorf("customConnections is %q", got)
			}
			p.open("/steps/plex")
		}},
		{step: "plex", name: "Plex updates its database", run: func(p *person, o *outside) {
			p.must(o.Plex.SetMood(plex.Mood{Maintenance: 1 << 30})) // until it is seen, however often the wizard looks in between
			p.expect("/steps/plex", `[data-check="origin"][data-status="wait"]`)
			p.must(o.Plex.SetMood(plex.Mood{}))
		}},
		{step: "plex", name: "plex.tv is short of breath", run: func(_ *person, o *outside) {
			o.PlexTV.SetTrouble(plex.Trouble{RateLimited: 2, Unavailable: 2})
		}},
		{step: "plex", name: "no key on this computer", run: func(p *person, o *outside) {
			q := p.withoutPlexKey(o)
			q.see(`[data-check="plex-token"]`)
			q.next() // asks plex.tv for a sign-in
			q.see(`a[data-next][target="_blank"]`)
			href, err := q.find("a[data-next]").GetAttribute("href")
			q.must(err)
			q.must(o.PlexTV.Allow(codeIn(href), o.PlexTV.Owner().Username))
			q.see(`form[action="/steps/plex/apply"]`)
			q.finish(o, "plex")
		}, without: true},
	}
}

// withoutPlexKey starts the wizard again where it cannot find Plex's own key.
func (p *person) withoutPlexKey(o *outside) *person {
	p.t.Helper()
	p.stop(syscall.SIGTERM)
	f := o.File()
	f.PlexData = p.t.TempDir()
	file := filepath.Join(p.t.TempDir(), "addresses.json")
	p.must(sim.WriteFile(file, f))
	q := visit(p.t, start(p.t, p.w.data, "-world", file), playwright.BrowserNewContextOptions{})
	q.signIn()
	q.walk(o, q.at("/steps/plex"))
	return q
}

// codeIn finds the code of a sign-in in the address of plex.tv's page, where it
// stands behind the number sign.
func codeIn(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	values, err := url.ParseQuery(strings.TrimPrefix(u.Fragment, "?"))
	if err != nil {
		return ""
	}
	return values.Get("code")
}
