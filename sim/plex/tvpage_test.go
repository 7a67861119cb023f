package plex_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

func page(t *testing.T, r reply) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// press submits the page's form with the button whose text begins so.
func (w *world) press(doc *goquery.Document, button string) reply {
	w.t.Helper()
	form := doc.Find("form").First()
	values := url.Values{}
	form.Find("input[type=hidden]").Each(func(_ int, s *goquery.Selection) { values.Set(s.AttrOr("name", ""), s.AttrOr("value", "")) })
	found := form.Find("button").FilterFunction(func(_ int, s *goquery.Selection) bool { return strings.HasPrefix(s.Text(), button) })
	if found.Length() != 1 {
		w.t.Fatalf("%d buttons %q", found.Length(), button)
	}
	values.Set(found.AttrOr("name", ""), found.AttrOr("value", ""))
	return w.do("POST", w.tv.URL()+form.AttrOr("action", ""), header{"Content-Type": "application/x-www-form-urlencoded"}, strings.NewReader(values.Encode()))
}

func (w *world) newPin(query string) pinAnswer {
	w.t.Helper()
	var p pinAnswer
	w.plexTV("POST", "/api/v2/pins"+query, "").json(w.t, &p)
	return p
}

func (w *world) authPage(p pinAnswer, client, forward string) reply {
	w.t.Helper()
	return w.do("GET", w.tv.URL()+"/auth?"+url.Values{"clientID": {client}, "code": {p.Code}, "forwardUrl": {forward}}.Encode(), nil, nil)
}

func TestPersonAllowsOnThePage(t *testing.T) {
	w := newWorld(t, nil)
	p := w.newPin("?strong=true")
	doc := page(t, w.authPage(p, clientID, ""))
	if !strings.Contains(doc.Find("main").Text(), "Tunnel Wizard") {
		t.Errorf("the page does not say who asks: %s", doc.Text())
	}
	if r := w.press(doc, "Allow as Morgan"); r.StatusCode != 200 || !strings.Contains(string(r.body), "You are signed in") {
		t.Errorf("%d %s", r.StatusCode, r.body)
	}
	w.plexTV("GET", "/api/v2/pins/"+itoa(p.ID), "").json(t, &p)
	if p.AuthToken == nil {
		t.Fatal("no token")
	}
	if mine, ok := w.mine(*p.AuthToken); !ok || !mine.Owned {
		t.Errorf("%+v", mine)
	}
	if r := w.authPage(p, clientID, ""); r.StatusCode != 404 {
		t.Errorf("a code works twice: %d", r.StatusCode)
	}
}

func TestFriendAllowsAndIsForwarded(t *testing.T) {
	w := newWorld(t, nil)
	p := w.newPin("?strong=true")
	r := w.press(page(t, w.authPage(p, clientID, "http://localhost:8080/steps/plex")), "Allow as Robin")
	if r.StatusCode != 303 || r.Header.Get("Location") != "http://localhost:8080/steps/plex" {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
	w.plexTV("GET", "/api/v2/pins/"+itoa(p.ID), "").json(t, &p)
	if mine, ok := w.mine(*p.AuthToken); !ok || mine.Owned || mine.OwnerID == nil {
		t.Errorf("%+v", mine)
	}
	p = w.newPin("?strong=true")
	if r := w.press(page(t, w.authPage(p, clientID, "javascript:alert(1)")), "Allow as Robin"); r.StatusCode != 200 {
		t.Errorf("forwarded to a script: %v", r.Header)
	}
}

func TestPersonDeclines(t *testing.T) {
	w := newWorld(t, nil)
	p := w.newPin("?strong=true")
	doc := page(t, w.authPage(p, clientID, ""))
	w.press(doc, "Do not allow")
	wantError(t, "after a no", w.plexTV("GET", "/api/v2/pins/"+itoa(p.ID), ""), 404, 1020)
	if r := w.press(doc, "Allow as Morgan"); r.StatusCode != 404 {
		t.Errorf("a yes after a no: %d", r.StatusCode)
	}
}

func TestPageNeedsCodeAndClient(t *testing.T) {
	w := newWorld(t, nil)
	p := w.newPin("?strong=true")
	if r := w.authPage(p, "another", ""); r.StatusCode != 404 {
		t.Errorf("another client: %d", r.StatusCode)
	}
	if r := w.authPage(pinAnswer{Code: "nonsense"}, clientID, ""); r.StatusCode != 404 {
		t.Errorf("no such code: %d", r.StatusCode)
	}
	bare := page(t, w.do("GET", w.tv.URL()+"/auth", nil, nil))
	if bare.Find("script").Length() != 1 || bare.Find("form").Length() != 0 {
		t.Error("without a query the page reads the fragment")
	}
}

func TestLinkTakesShortCodesOnly(t *testing.T) {
	w := newWorld(t, nil)
	form := page(t, w.do("GET", w.tv.URL()+"/link", nil, nil))
	if form.Find("input[name=code]").Length() != 1 {
		t.Fatal("no field for the code")
	}
	enter := func(code string) reply {
		return w.do("POST", w.tv.URL()+"/link", header{"Content-Type": "application/x-www-form-urlencoded"}, strings.NewReader(url.Values{"code": {code}}.Encode()))
	}
	short := w.newPin("")
	r := enter(" " + strings.ToLower(short.Code) + " ")
	if r.StatusCode != 200 {
		t.Fatalf("%d %s", r.StatusCode, r.body)
	}
	w.press(page(t, r), "Allow as Morgan")
	w.plexTV("GET", "/api/v2/pins/"+itoa(short.ID), "").json(t, &short)
	if short.AuthToken == nil {
		t.Error("no token")
	}
	if r := enter(w.newPin("?strong=true").Code); r.StatusCode != 404 {
		t.Errorf("a strong code: %d", r.StatusCode)
	}
}
