package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// mostWeight is what a first visit may bring over the wire, in bytes, files included.
const mostWeight = 60 << 10

// TestFirstVisit weighs the pages that a browser without anything in its cache may
// come to first, as they go over the wire, with every file that they name.
func TestFirstVisit(t *testing.T) {
	w := demonstration(newWorld(t))
	b := w.open()
	for _, path := range []string{"/", "/before", "/steps/account", "/summary", "/dev/gallery/home", "/dev/gallery/security"} {
		page := b.get(path)
		page.is(http.StatusOK)
		sum, files := len(page.body), 0
		page.page().Find(`link[rel="stylesheet"], link[rel="icon"], script[src], img[src]`).Each(func(_ int, e *goquery.Selection) {
			file := b.get(e.AttrOr("href", e.AttrOr("src", "")), header{"Accept-Encoding", "gzip"})
			if file.header.Get("Content-Encoding") != "gzip" || !strings.Contains(file.header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s names a file that is not packed, or that no browser may keep: %v", path, file.header)
			}
			files++
			sum += len(file.body)
		})
		t.Logf("%-22s %6d bytes with %d files, %d of them its own", path, sum, files, len(page.body))
		if files < 5 || sum > mostWeight {
			t.Errorf("%s weighs %d bytes with %d files; at most %d are allowed", path, sum, files, mostWeight)
		}
	}
}
