package walker_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/tools/walker"
)

// open serves one page, and notes what is posted.
func open(t *testing.T, page func(posted []url.Values) string) (*walker.Person, *[]url.Values) {
	t.Helper()
	posted := &[]url.Values{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			if err := r.ParseForm(); err != nil {
				t.Error(err)
			}
			*posted = append(*posted, r.PostForm)
		}
		_, _ = io.WriteString(w, "<!doctype html><main>"+page(*posted)+"</main>") // the person may have left
	}))
	t.Cleanup(s.Close)
	p, err := walker.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.CloseIdleConnections)
	p.Pause = time.Microsecond
	if err := p.Open(t.Context(), s.URL); err != nil {
		t.Fatal(err)
	}
	return p, posted
}

// TestForm holds what is sent against what a browser sends.
func TestForm(t *testing.T) {
	const form = `<form id="f" method="post" action="/x">
		<input name="plain" value="a"><input name="off" value="b" disabled><input type="hidden" name="domain" value="hidden">
		<input type="checkbox" name="on" checked><input type="checkbox" name="one" value="1"><input type="checkbox" name="agree" value="yes" required>
		<input type="radio" name="which" value="1" checked><input type="radio" name="which" value="2">
		<textarea name="text">words</textarea><select name="list"><option value="1">one<option value="2" selected>two</select>
		<select name="first"><option>uno<option>due</select>
		<input name="token" required><input name="email" type="email" required><input name="full" value="mine" required>
		<input type="file" name="file"><input type="submit" name="other" value="x">
		<button name="do" value="go" data-next>Go</button></form><input form="f" name="far" value="c"><input name="stranger" value="d">`
	p, posted := open(t, func([]url.Values) string { return form })
	p.Answers["token"], p.Answers["domain"], p.Answers["which"] = "secret", "example.com", "2"
	p.Blanks["email"], p.Blanks["full"], p.Blanks["plain"] = "robin@example.com", "not this", "nor this"
	var sent url.Values
	p.Sent = func(path string, v url.Values) { sent = v }
	if err := p.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"plain": {"a"}, "domain": {"hidden"}, "on": {"on"}, "agree": {"yes"}, "which": {"2"}, "text": {"words"}, "list": {"2"}, "first": {"uno"},
		"token": {"secret"}, "email": {"robin@example.com"}, "full": {"mine"}, "do": {"go"}, "far": {"c"},
	}
	if d := cmp.Diff(want, (*posted)[0]); d != "" {
		t.Errorf("posted (-want +got):\n%s", d)
	}
	if d := cmp.Diff(want, sent); d != "" {
		t.Errorf("told (-want +got):\n%s", d)
	}
	if err := p.Submit(t.Context(), "[data-next]", func(v url.Values) { v.Set("plain", "typed") }); err == nil || !strings.Contains(err.Error(), `"agree"`) {
		t.Errorf("what stands in the form alone: %v", err)
	}
}

// TestFormIncomplete: what a browser would not send is not sent, and is an error
// at once instead of a page that comes again and again.
func TestFormIncomplete(t *testing.T) {
	p, posted := open(t, func([]url.Values) string {
		return `<form method="post"><input name="email" required><button data-next>Go</button><button id="skip" formnovalidate>Skip</button></form>`
	})
	if err := p.Next(t.Context()); err == nil || !strings.Contains(err.Error(), `"email"`) || len(*posted) > 0 {
		t.Errorf("%v; posted %v", err, *posted)
	}
	if err := p.Press(t.Context(), "#skip"); err != nil || len(*posted) != 1 {
		t.Errorf("%v; posted %v", err, *posted)
	}
}

// TestWalkEnds: no page keeps a person for ever.
func TestWalkEnds(t *testing.T) {
	const button = `<form method="post"><button data-next>Go on</button></form>`
	for name, c := range map[string]struct {
		page        func(posted []url.Values) string
		least, most int // presses
		says        string
	}{
		"the same again, but for the clock": {func(p []url.Values) string {
			return fmt.Sprintf("It failed at 10:%02d:33, ray 8f3c0a1b2c3d4e%02x.", len(p), len(p)) + button
		}, 20, 20, "It failed at 10:20:33"},
		"in circles": {func(p []url.Values) string { return []string{"here ", "there "}[len(p)%2] + button }, 100, 200, "nothing new"},
		"no button":  {func([]url.Values) string { return `<a data-next>nowhere</a>` }, 0, 0, "belongs to no form"},
	} {
		t.Run(name, func(t *testing.T) {
			p, posted := open(t, c.page)
			err := p.Walk(t.Context(), "/elsewhere")
			if err == nil || !strings.Contains(err.Error(), c.says) || len(*posted) < c.least || len(*posted) > c.most {
				t.Errorf("after %d presses: %v", len(*posted), err)
			}
		})
	}
}

// TestWalkGoesOn where each page says something new, however long it takes.
func TestWalkGoesOn(t *testing.T) {
	p, posted := open(t, func(p []url.Values) string {
		if len(p) == 300 {
			return `<a href="/summary" data-next>Done</a>`
		}
		return fmt.Sprintf(`Part %d of 300<form method="post"><button data-next>Go on</button></form>`, len(p))
	})
	if err := p.Walk(t.Context(), "/summary"); err != nil || len(*posted) != 300 {
		t.Errorf("after %d presses: %v", len(*posted), err)
	}
}

// TestGone tells a wizard that does not answer from one that says no.
func TestGone(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/dies":
			panic(http.ErrAbortHandler)
		case "/half":
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "<main>half")
		default:
			http.Error(w, "<main>not now</main>", http.StatusBadGateway)
		}
	}))
	defer s.Close()
	p, err := walker.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/dies", "/half"} {
		if err := p.Open(t.Context(), s.URL+path); !errors.Is(err, walker.ErrGone) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := p.Open(t.Context(), s.URL); err == nil || errors.Is(err, walker.ErrGone) {
		t.Errorf("502: %v", err)
	}
	p.Bears = func(status int) bool { return status == http.StatusBadGateway }
	if err := p.Open(t.Context(), s.URL); err != nil {
		t.Errorf("502, which is borne: %v", err)
	}
}
