package plex

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
)

// signInPage is what a person sees at app.plex.tv/auth, plex.tv/link and after.
type signInPage struct {
	Title    string
	Ask      *signInQuestion
	Link     bool // the form for a short code
	Message  string
	FromHash bool // the parameters are in the fragment, which only a script can read
}

type signInQuestion struct {
	Product, Device, Code, Client, Forward string
	Accounts                               []Account
}

const signInHead = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #1f2326; color: #eee; font: 16px/1.5 system-ui, sans-serif }
main { width: min(26rem, 90vw); text-align: center }
h1 { font-size: 1.4rem }
button { display: block; width: 100%; margin: .6rem 0; padding: .8rem; border: 0; border-radius: 4px; background: #e5a00d; color: #1f2326; font: inherit; font-weight: 600; cursor: pointer }
button.no { background: #3f4245; color: #eee }
button:focus-visible, input:focus-visible { outline: 3px solid #fff; outline-offset: 2px }
input { width: 100%; box-sizing: border-box; padding: .8rem; font: inherit; text-align: center; letter-spacing: .3em }
p.small { color: #b5b9bc; font-size: .875rem }
</style>
`

// html writes the page. The package html/template is not used: it calls methods
// by their names, so the linker would keep every exported method of the program.
func (p signInPage) html() []byte {
	var b bytes.Buffer
	put := func(format string, a ...any) {
		for i := range a {
			a[i] = html.EscapeString(fmt.Sprint(a[i]))
		}
		fmt.Fprintf(&b, format, a...)
	}
	b.WriteString(signInHead)
	put("<title>%s</title>\n</head>\n<body><main>\n<h1>%[1]s</h1>\n", p.Title)
	if p.Message != "" {
		put("<p role=\"status\">%s</p>\n", p.Message)
	}
	if p.Ask != nil {
		p.Ask.put(put)
	}
	if p.Link {
		b.WriteString(`<form method="post" action="/link">
<p><label for="code">Enter the code that your program shows</label></p>
<input id="code" name="code" maxlength="4" autocomplete="off" autocapitalize="characters" required>
<button>Link</button>
</form>
`)
	}
	if p.FromHash {
		b.WriteString(`<noscript><p>This page needs JavaScript to read the link.</p></noscript>
<script>if (location.hash.startsWith('#?')) location.replace('/auth?' + location.hash.slice(2))</script>
`)
	}
	b.WriteString(`<p class="small">A pretend plex.tv. No real account is used.</p>
</main></body>
</html>
`)
	return b.Bytes()
}

func (q *signInQuestion) put(put func(format string, a ...any)) {
	put("<p><strong>%s</strong>", q.Product)
	if q.Device != "" {
		put(" on %s", q.Device)
	}
	put(` asks to use your Plex account.</p>
<form method="post" action="/auth">
<input type="hidden" name="code" value="%s">
<input type="hidden" name="clientID" value="%s">
<input type="hidden" name="forwardUrl" value="%s">
`, q.Code, q.Client, q.Forward)
	for _, a := range q.Accounts {
		pass := ""
		if a.PlexPass {
			pass = " (Plex Pass)"
		}
		put("<button name=\"account\" value=\"%s\">Allow as %s%s</button>\n", a.Username, a.Title, pass)
	}
	put("<button class=\"no\" name=\"account\" value=\"\">Do not allow</button>\n</form>\n")
}

// GET /auth: the real one takes its parameters from the fragment, as
// /auth#?clientID=…&code=…; the script moves them to the query.
func (t *PlexTV) showAuth(w http.ResponseWriter, r *http.Request) {
	code := r.URL.Query().Get("code")
	if code == "" {
		t.render(w, http.StatusOK, signInPage{Title: "Sign in to Plex", FromHash: true})
		return
	}
	t.ask(w, code, r.URL.Query().Get("clientID"), r.URL.Query().Get("forwardUrl"), func(*pin) bool { return true })
}

// GET /link
func (t *PlexTV) showLink(w http.ResponseWriter, _ *http.Request) {
	t.render(w, http.StatusOK, signInPage{Title: "Link your program", Link: true})
}

// POST /link: four letters only; strong codes belong to /auth.
func (t *PlexTV) enterLink(w http.ResponseWriter, r *http.Request) {
	code := strings.ToUpper(strings.TrimSpace(r.PostFormValue("code")))
	t.mu.Lock()
	p, ok := t.pinByCode(code)
	client := ""
	if ok {
		client = p.Client
	}
	t.mu.Unlock()
	t.ask(w, code, client, "", func(p *pin) bool { return !p.Strong })
}

// ask shows who wants to sign in, when there is such a pin of that client.
func (t *PlexTV) ask(w http.ResponseWriter, code, client, forward string, fits func(*pin) bool) {
	t.mu.Lock()
	p, ok := t.pinByCode(code)
	ok = ok && p.Client == client && p.Token == "" && fits(p)
	question := &signInQuestion{Code: code, Client: client, Forward: forward, Accounts: t.accounts()}
	if ok {
		question.Product, question.Device = p.Product, p.Device
	}
	t.mu.Unlock()
	if question.Product == "" {
		question.Product = "A program"
	}
	if !ok {
		t.render(w, http.StatusNotFound, signInPage{Title: "Unable to complete the sign-in", Message: "This code is not known here, or it has expired. Go back to the program and start again."})
		return
	}
	t.render(w, http.StatusOK, signInPage{Title: "Sign in to Plex", Ask: question})
}

// POST /auth: the person's answer.
func (t *PlexTV) pressAuth(w http.ResponseWriter, r *http.Request) {
	code, account := r.PostFormValue("code"), r.PostFormValue("account")
	t.mu.Lock()
	p, ok := t.pinByCode(code)
	ok = ok && p.Client == r.PostFormValue("clientID")
	t.mu.Unlock()
	if ok && account == "" {
		t.deny(code)
		t.render(w, http.StatusOK, signInPage{Title: "Not allowed", Message: "Nothing was given to the program. You may close this window."})
		return
	}
	if !ok || t.Allow(code, account) != nil {
		t.render(w, http.StatusNotFound, signInPage{Title: "Unable to complete the sign-in", Message: "This code is not known here, or it has expired."})
		return
	}
	if u, err := url.Parse(r.PostFormValue("forwardUrl")); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		http.Redirect(w, r, u.String(), http.StatusSeeOther)
		return
	}
	t.render(w, http.StatusOK, signInPage{Title: "You are signed in", Message: "You may close this window and go back to the program."})
}

func (t *PlexTV) render(w http.ResponseWriter, status int, page signInPage) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.html()) // the reader may have left
}
