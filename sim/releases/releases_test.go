package releases_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.test/wizard/sim/releases"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type release struct {
	TagName string `json:"tag_name"`
	Body    string
	Assets  []struct {
		Name, Digest string
		Size         int64
		URL          string `json:"browser_download_url"`
	}
}

// published is a release of a program of some odd length.
type published struct {
	*releases.Releases
	program []byte
	client  *http.Client
	url     string
	name    string
}

func publish(t *testing.T, goos, goarch string) *published {
	t.Helper()
	p := &published{program: bytes.Repeat([]byte("program "), 40_001)}
	file := filepath.Join(t.TempDir(), "wizard")
	if err := os.WriteFile(file, p.program, 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	p.Releases, err = releases.New(releases.Config{Program: file, GOOS: goos, GOARCH: goarch, SlowChunk: 30 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if p.name, err = releases.AssetName(goos, goarch); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(p)
	t.Cleanup(s.Close)
	p.client, p.url = s.Client(), s.URL
	return p
}

func (p *published) get(t *testing.T, url, byteRange string) (*http.Response, []byte, error) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if byteRange != "" {
		req.Header.Set("Range", byteRange)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp, b, err
}

// latest returns the release and the download of our platform, with its digest and its size.
func (p *published) latest(t *testing.T) (r release, url, digest string, size int64) {
	t.Helper()
	resp, b, err := p.get(t, p.url+"/repos/cloudflare/cloudflared/releases/latest", "")
	if err != nil || resp.StatusCode != http.StatusOK || json.Unmarshal(b, &r) != nil {
		t.Fatalf("%d %s %v", resp.StatusCode, b, err)
	}
	for _, a := range r.Assets {
		if a.Name == p.name {
			return r, a.URL, a.Digest, a.Size
		}
	}
	t.Fatalf("no %s among %+v", p.name, r.Assets)
	return r, "", "", 0
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func TestGood(t *testing.T) {
	p := publish(t, "linux", "amd64")
	r, url, digest, size := p.latest(t)
	_, b, err := p.get(t, url, "")
	if err != nil || !bytes.Equal(b, p.program) || digest != "sha256:"+sum(b) || size != int64(len(b)) || r.TagName != releases.LatestVersion {
		t.Errorf("%d bytes, digest %s, size %d, tag %s, %v", len(b), digest, size, r.TagName, err)
	}
	if !strings.Contains(r.Body, "\n"+p.name+": "+sum(b)+"\n") {
		t.Errorf("the text lacks the sum:\n%s", r.Body)
	}
	resp, b, _ := p.get(t, url, "bytes=8-15")
	if resp.StatusCode != http.StatusPartialContent || string(b) != "program " {
		t.Errorf("range: %d %q", resp.StatusCode, b)
	}
	for _, a := range r.Assets {
		if _, b, err := p.get(t, a.URL, ""); err != nil || a.Digest != "sha256:"+sum(b) || a.Size != int64(len(b)) {
			t.Errorf("%s: %v", a.Name, err)
		}
	}
	for path, want := range map[string]int{
		"/repos/cloudflare/cloudflared/releases/tags/" + releases.LatestVersion: 200,
		"/repos/cloudflare/cloudflared/releases/tags/2020.1.1":                  404,
		"/cloudflare/cloudflared/releases/download/2020.1.1/" + p.name:          404,
		"/cloudflare/cloudflared/releases/download/2026.8.2/nothing":            404,
	} {
		if resp, _, _ := p.get(t, p.url+path, ""); resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, resp.StatusCode, want)
		}
	}
}

func TestArchive(t *testing.T) {
	p := publish(t, "darwin", "arm64")
	r, url, digest, _ := p.latest(t)
	_, b, err := p.get(t, url, "")
	if err != nil || digest != "sha256:"+sum(b) {
		t.Fatalf("%s %v", digest, err)
	}
	if strings.Contains(r.Body, sum(b)) || !strings.Contains(r.Body, p.name+": "+sum(p.program)) {
		t.Errorf("the text must list the inner program's sum:\n%s", r.Body)
	}
	zr, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	tr := tar.NewReader(zr)
	head, err := tr.Next()
	if err != nil || head.Name != "cloudflared" || head.Mode != 0o755 {
		t.Fatalf("%+v %v", head, err)
	}
	if inner, err := io.ReadAll(tr); err != nil || !bytes.Equal(inner, p.program) {
		t.Errorf("%d bytes inside, %v", len(inner), err)
	}
}

func TestFaults(t *testing.T) {
	p := publish(t, "windows", "arm64")
	_, url, digest, _ := p.latest(t)

	p.SetFault(releases.FaultTampered)
	if _, b, err := p.get(t, url, ""); err != nil || len(b) != len(p.program) || digest == "sha256:"+sum(b) {
		t.Errorf("tampered: %d bytes, %v", len(b), err)
	}
	p.SetFault(releases.FaultTruncated)
	if resp, b, err := p.get(t, url, ""); err == nil || resp.ContentLength != int64(len(p.program)) || len(b) != len(p.program)/2 {
		t.Errorf("truncated: %d of %d bytes, %v", len(b), resp.ContentLength, err)
	}
	p.SetFault(releases.FaultSlow)
	began := time.Now()
	if _, b, err := p.get(t, url, ""); err != nil || !bytes.Equal(b, p.program) || time.Since(began) < 100*time.Millisecond {
		t.Errorf("slow: %d bytes in %v, %v", len(b), time.Since(began), err)
	}
	p.SetFault(releases.FaultNoDigest)
	if r, _, digest, _ := p.latest(t); digest != "" || strings.Contains(r.Body, sum(p.program)) {
		t.Errorf("no digest: %q\n%s", digest, r.Body)
	}
	p.SetFault(releases.FaultBodyOnly)
	if r, _, digest, _ := p.latest(t); digest != "" || !strings.Contains(r.Body, sum(p.program)) {
		t.Errorf("body only: %q\n%s", digest, r.Body)
	}
	p.SetFault(releases.FaultOld)
	r, oldURL, _, _ := p.latest(t)
	if _, b, err := p.get(t, oldURL, ""); r.TagName != releases.OldVersion || err != nil || !bytes.Equal(b, p.program) {
		t.Errorf("old: %s, %d bytes, %v", r.TagName, len(b), err)
	}
	p.SetFault(releases.FaultRateLimited)
	resp, b, _ := p.get(t, p.url+"/repos/cloudflare/cloudflared/releases/latest", "")
	if resp.StatusCode != http.StatusForbidden || resp.Header.Get("X-Ratelimit-Remaining") != "0" || !strings.Contains(string(b), "rate limit exceeded") {
		t.Errorf("rate limited: %d %v %s", resp.StatusCode, resp.Header, b)
	}
	p.SetFault(releases.FaultNotFound)
	if resp, _, _ := p.get(t, url, ""); resp.StatusCode != http.StatusNotFound {
		t.Errorf("not found: %d", resp.StatusCode)
	}
	p.SetFault(releases.FaultNone)
	if _, b, err := p.get(t, url, ""); err != nil || !bytes.Equal(b, p.program) {
		t.Errorf("well again: %d bytes, %v", len(b), err)
	}
}

func TestNames(t *testing.T) {
	for platform, want := range map[string]string{
		"linux/amd64": "cloudflared-linux-amd64", "linux/arm": "cloudflared-linux-arm", "linux/386": "cloudflared-linux-386",
		"darwin/arm64": "cloudflared-darwin-arm64.tgz", "windows/amd64": "cloudflared-windows-amd64.exe", "windows/arm64": "cloudflared-windows-amd64.exe",
		"plan9/amd64": "",
	} {
		goos, goarch, _ := strings.Cut(platform, "/")
		got, err := releases.AssetName(goos, goarch)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q %v", platform, got, err)
		}
	}
	if _, err := releases.New(releases.Config{Program: filepath.Join(t.TempDir(), "none")}); err == nil {
		t.Error("a release without a program")
	}
}
