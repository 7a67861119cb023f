package static_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"example.test/wizard/web/static"
)

// get asks a real server, without the client's own compression.
func get(t *testing.T, method, path, accept string) (*http.Response, []byte) {
	t.Helper()
	server := httptest.NewServer(static.Handler())
	t.Cleanup(server.Close)
	req, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	if accept != "" {
		req.Header.Set("Accept-Encoding", accept)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return resp, body
}

// TestHTMXIsUnmodified: the one file of somebody else is exactly the released one, version 4.0.1.
func TestHTMXIsUnmodified(t *testing.T) {
	_, body := get(t, http.MethodGet, static.URL("htmx.min.js"), "")
	sum := sha256.Sum256(body)
	if got := hex.EncodeToString(sum[:]); got != "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130" {
		t.Errorf("SHA-256 of htmx.min.js is %s", got)
	}
	if _, licence := get(t, http.MethodGet, static.URL("htmx.LICENSE"), ""); !strings.Contains(string(licence), "Zero-Clause BSD") {
		t.Error("the licence of htmx is missing")
	}
}

func TestFiles(t *testing.T) {
	address := regexp.MustCompile(`^/static/[0-9a-f]{12}/[a-z.-]+$`)
	for name, kind := range map[string]string{
		"tokens.css": "text/css; charset=utf-8", "app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8", "htmx.min.js": "text/javascript; charset=utf-8",
		"favicon.svg": "image/svg+xml", "favicon-waiting.svg": "image/svg+xml", "favicon-attention.svg": "image/svg+xml",
	} {
		url := static.URL(name)
		if !address.MatchString(url) {
			t.Errorf("%s has the address %s", name, url)
		}
		resp, plain := get(t, http.MethodGet, url, "")
		if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != kind || resp.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: %s, %s, %q", name, resp.Status, resp.Header.Get("Content-Type"), resp.Header.Get("Content-Encoding"))
		}
		if got := resp.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %q", name, got)
		}
		packed, small := get(t, http.MethodGet, url, "br, gzip;q=0.8")
		z, err := gzip.NewReader(strings.NewReader(string(small)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if unpacked, err := io.ReadAll(z); err != nil || string(unpacked) != string(plain) {
			t.Errorf("%s: the packed form is another file (%v)", name, err)
		}
		if packed.Header.Get("ETag") == resp.Header.Get("ETag") || packed.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: a cache could mix the packed form with the plain one", name)
		}
	}
}

func TestWhatIsNotServed(t *testing.T) {
	good := static.URL("app.css")
	for _, path := range []string{
		"/static/", "/static", "/static/app.css", "/static/000000000000/app.css", good + "/", good[:len(good)-len("app.css")], static.URL("embed.go"), static.URL("nothing.css"),
		"/static/../embed.go", "/static/%2e%2e/app.css",
	} {
		if resp, _ := get(t, http.MethodGet, path, ""); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
	if resp, _ := get(t, http.MethodPost, good, ""); resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %s", resp.Status)
	}
	if resp, body := get(t, http.MethodHead, good, ""); resp.StatusCode != http.StatusOK || len(body) != 0 {
		t.Errorf("HEAD: %s with %d bytes", resp.Status, len(body))
	}
}

func TestRefusedGzip(t *testing.T) {
	for accept, want := range map[string]string{"gzip": "gzip", "gzip;q=0": "", "gzip; q=0.0": "", "gzip;q=1.0": "gzip", "GZIP": "gzip", "br": "", "identity, *;q=0": ""} {
		if resp, _ := get(t, http.MethodGet, static.URL("app.css"), accept); resp.Header.Get("Content-Encoding") != want {
			t.Errorf("Accept-Encoding %q: Content-Encoding %q, want %q", accept, resp.Header.Get("Content-Encoding"), want)
		}
	}
}

// TestOurFilesKeepTheRules: style sheets load nothing, colours live in tokens.css alone, and our script evaluates nothing.
func TestOurFilesKeepTheRules(t *testing.T) {
	_, css := get(t, http.MethodGet, static.URL("app.css"), "")
	for _, not := range []string{`@import`, `url\(`, `rgb\(`, `hsl\(`, `--(stone|pine|amber|red)-`} {
		if found := regexp.MustCompile(not).Find(css); found != nil {
			t.Errorf("app.css contains %s", found)
		}
	}
	_, js := get(t, http.MethodGet, static.URL("app.js"), "")
	for _, not := range []string{`\beval\b`, `new Function`, `innerHTML`, `document\.write`, `https?://`, `localStorage`} {
		if found := regexp.MustCompile(not).Find(js); found != nil {
			t.Errorf("app.js contains %s", found)
		}
	}
}
