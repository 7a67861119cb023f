package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"example.test/wizard/steps"
)

// TestBodyLimit: a form may hold 64 KB. One that holds more is not taken for an
// empty one.
func TestBodyLimit(t *testing.T) {
	w := demonstration(newWorld(t))
	b := w.open()
	for _, r := range routes() {
		if r.method != http.MethodPost || r.class == public {
			continue
		}
		before := w.changes()
		a := b.do(posted(r.sample, "application/x-www-form-urlencoded", strings.NewReader("agree=yes&x="+strings.Repeat("a", 64<<10))))
		a.is(http.StatusRequestEntityTooLarge)
		a.has("#main", "nav")
		a.says("That was too much at once", "64 KB")
		secured(t, a, r.sample)
		if w.changes() != before {
			t.Errorf("%s changed something", r.sample)
		}
	}
	stranger := &browser{w: w}
	a := stranger.do(posted("/start", "application/x-www-form-urlencoded", strings.NewReader("k="+strings.Repeat("a", 64<<10))))
	a.is(http.StatusRequestEntityTooLarge)
	a.has("#main")
	a.hasNot("nav", ".demo") // who has no session learns nothing
	fits := "plan=x&y=" + strings.Repeat("a", 64<<10-9)
	b.do(posted("/steps/tunnel/apply", "application/x-www-form-urlencoded", strings.NewReader(fits))).leads("/steps/tunnel")
}

func TestBrokenForm(t *testing.T) {
	w := newWorld(t)
	b := w.open()
	before := w.changes()
	for _, kind := range []string{"application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x"} {
		a := b.do(posted("/steps/tunnel/choose", kind, strings.NewReader("tunnel_name=%zz")))
		a.is(http.StatusBadRequest)
		a.has("#main", "nav")
		a.says("cannot read what was sent", "Nothing was changed")
	}
	if w.changes() != before {
		t.Error("something changed")
	}
}

// zoneFile makes a form with a file of its own.
func zoneFile(t *testing.T, content string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("zone_file", "example.com.zone")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := form.WriteField("do", "file"); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return posted("/steps/dns/choose", form.FormDataContentType(), &b)
}

// TestZoneFileLimit: only the zone file may be larger, up to 2 MB.
func TestZoneFileLimit(t *testing.T) {
	w := newWorld(t)
	w.settings(func(s *steps.Settings) { s.Domain = "example.com" })
	b := w.open()
	const line = "www A 192.0.2.1\n"
	big := strings.Repeat(line, 2<<20/len(line))
	b.do(zoneFile(t, big)).leads("/steps/dns")
	if f, _ := w.store.Found("example.com"); len(f.Records) != 1 {
		t.Errorf("%d records were kept", len(f.Records))
	}
	a := b.do(zoneFile(t, big+strings.Repeat(line, 64<<10/len(line))))
	a.is(http.StatusRequestEntityTooLarge)
	a.says("a zone file 2 MB")

	elsewhere := zoneFile(t, strings.Repeat(line, 64<<10/len(line)))
	elsewhere.URL = &url.URL{Path: "/steps/tunnel/choose"}
	b.do(elsewhere).is(http.StatusRequestEntityTooLarge)
}
