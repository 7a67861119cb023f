package e2e_test

import (
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestReadersLocale holds the times and numbers of the pages against those that the
// browser itself writes for its reader: in a German and in an American browser, and
// by the header alone in one language of each kind. Words are English for
// everybody, and so are the names of months.
func TestReadersLocale(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	german := visit(t, w, playwright.BrowserNewContextOptions{Locale: playwright.String("de-DE")})
	german.signIn()
	german.readsOwn()
	session, err := german.page.Context().StorageState()
	german.must(err)
	german.leave()
	american := visit(t, w, playwright.BrowserNewContextOptions{Locale: playwright.String("en-US"), StorageState: session.ToOptionalStorageState()})
	american.open("/history") // of the site, so that its pages may be fetched
	american.readsOwn()
	american.readsOwn( // whose forms have been the same in all browsers of many years
		"en-GB", "en-AU", "en-CA", "fr-FR", "de-AT", "es-ES", "es-MX", "pl-PL", "pt-BR",
		"nl-NL", "sv-SE", "da-DK", "fi-FI", "ru-RU", "cs-CZ", "tr-TR", "ja-JP", "ko-KR", "zh-CN", "hi-IN",
	)
}

// readsOwn compares pages of the gallery with what the browser writes, in its own
// language or in others that it is asked for.
func (p *person) readsOwn(languages ...string) {
	p.t.Helper()
	out, err := p.page.Evaluate(`async (languages) => {
		const wrong = [];
		const page = async (language, name) => {
			const headers = languages.length ? {'Accept-Language': language} : {};
			return new DOMParser().parseFromString(await (await fetch('/dev/gallery/' + name, {headers})).text(), 'text/html');
		};
		const look = (language, text, wanted) => {
			if (!text.includes(wanted)) wrong.push(language + ': ' + JSON.stringify(text.trim().slice(0, 80)) + ' does not say ' + JSON.stringify(wanted));
		};
		for (const language of languages.length ? languages : [navigator.language]) {
			const number = (n) => new Intl.NumberFormat(language, {numberingSystem: 'latn'}).format(n);
			// The hours are those of the language; their digits, and AM or PM, are English.
			const hour12 = new Intl.DateTimeFormat(language, {hour: 'numeric'}).resolvedOptions().hour12;
			const time = (at, o) => new Intl.DateTimeFormat('en-GB', {hour: hour12 ? 'numeric' : '2-digit', minute: '2-digit', hour12, ...o}).format(at).replace(/\s?([ap]m)/, (_, m) => ' ' + m.toUpperCase());
			look(language, (await page(language, 'dns-discover')).querySelector('#meter-words').textContent, number(1384) + ' of ' + number(1612) + ' names');
			look(language, (await page(language, 'job')).querySelector('#meter-download').textContent, number(28.4) + ' of ' + number(41.2) + ' MB');
			const when = (await page(language, 'history')).querySelector('#main time'), at = new Date(when.dateTime.slice(0, 19));
			look(language, when.textContent, time(at, {second: '2-digit'}));
			const date = language.startsWith('en') ? language : 'en-GB';
			look(language, when.textContent, new Intl.DateTimeFormat(date, {day: 'numeric', month: 'long', year: 'numeric'}).format(at));
			look(language, (await page(language, 'security')).querySelector('.chart svg').textContent, time(new Date(2026, 10, 21, 16, 0)));
		}
		return wrong.join('\n');
	}`, append([]string{}, languages...))
	p.must(err)
	if out != "" {
		p.t.Errorf("%v", out)
	}
}
