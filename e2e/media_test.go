package e2e_test

import (
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestMedia looks at pages on paper, and as those do who want nothing to move.
func TestMedia(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{})
	p.signIn()
	for _, state := range []string{"summary", "dns-registrar", "hostname"} {
		p.open("/dev/gallery/" + state)
		p.onPaper(state)
	}
	for _, state := range []string{"dns-wait", "home", "job"} {
		p.open("/dev/gallery/" + state)
		p.inMotion(state)
	}
}

// onPaper prints the page from a dark window. What can be pressed and what leads
// around is gone; what says something is there, also what was folded away.
func (p *person) onPaper(state string) {
	p.t.Helper()
	p.must(p.page.EmulateMedia(playwright.PageEmulateMediaOptions{Media: playwright.MediaPrint, ColorScheme: playwright.ColorSchemeDark}))
	defer func() {
		p.must(p.page.EmulateMedia(playwright.PageEmulateMediaOptions{Media: playwright.MediaScreen, ColorScheme: playwright.ColorSchemeNoPreference}))
	}()
	for _, gone := range []string{"nav", "footer", "button", "summary .icon", ".btn", ".skip", ".demo", ".rail", "#offline"} {
		if p.has(gone) {
			p.t.Errorf("%s on paper shows %s", state, gone)
		}
	}
	if p.text("h1") == "" {
		p.t.Errorf("%s on paper has no heading", state)
	}
	said := p.js(`() => {
		const out = [], folded = [...document.querySelectorAll('main details:not([open]) > :not(summary)')], see = (e) => e.checkVisibility({ contentVisibilityAuto: true });
		folded.forEach((e) => { if (!see(e) || e.getBoundingClientRect().height < 1) out.push('folded away: ' + e.innerText.slice(0, 40)); });
		document.querySelectorAll('main :is(p, dt, dd, li, td, th)').forEach((e) => {
			if (e.closest('.only-narrow, .only-wide, .rail, .actions, .keep, .flash, [hidden]') || !e.textContent.trim() || e.querySelector('.btn') || e.closest('.btn')) return;
			if (!see(e)) out.push('not seen: ' + e.textContent.trim().slice(0, 40));
		});
		const light = (c) => c.match(/[\d.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 3;
		const style = getComputedStyle(document.body);
		if (!folded.length && document.querySelector('#checks').dataset.page) out.push('nothing is folded on this page, so this test sees nothing');
		if (light(style.color) > 90 || light(style.backgroundColor) < 200) out.push('ink ' + style.color + ' on ' + style.backgroundColor);
		return out.join('\n');
	}`)
	if said != "" {
		p.t.Errorf("%s on paper:\n%v", state, said)
	}
}

// inMotion sees that what moves ends within five seconds, and that nothing at all
// moves for those who asked for that.
func (p *person) inMotion(state string) {
	p.t.Helper()
	// What is said of the movement, not the movement: that may be over before it is asked for.
	const all = `() => [...document.querySelectorAll('*')].map((e) => getComputedStyle(e)).filter((s) => s.animationName !== 'none')
		.map((s) => 1000 * (parseFloat(s.animationDelay) + parseFloat(s.animationDuration) * (s.animationIterationCount === 'infinite' ? 1e9 : Number(s.animationIterationCount))))`
	p.must(p.page.EmulateMedia(playwright.PageEmulateMediaOptions{ReducedMotion: playwright.ReducedMotionNoPreference}))
	ends, _ := p.js(all).([]any)
	if state == "home" && len(ends) == 0 {
		p.t.Errorf("%s: the waiting stretch does not move, so this test sees nothing", state)
	}
	for _, end := range ends {
		if ms, ok := number(end); !ok || ms > 5000 {
			p.t.Errorf("%s: something moves for %v ms", state, end)
		}
	}
	p.must(p.page.EmulateMedia(playwright.PageEmulateMediaOptions{ReducedMotion: playwright.ReducedMotionReduce}))
	said := p.js(`() => {
		const out = document.getAnimations().map((a) => a.animationName ?? 'a transition');
		document.querySelectorAll('*').forEach((e) => {
			const s = getComputedStyle(e);
			if (s.animationName !== 'none' || /[1-9]/.test(s.transitionDuration) || s.scrollBehavior === 'smooth') out.push(e.tagName + '.' + e.getAttribute('class'));
		});
		return out.join(', ');
	}`)
	if said != "" {
		p.t.Errorf("%s moves for those who want nothing to move: %v", state, said)
	}
}

// number reads a number of the page, which is whole or not.
func number(v any) (float64, bool) {
	switch n := v.(type) {
	case int:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}
