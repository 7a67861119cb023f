package connector_test

import (
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"example.test/wizard/clients/connector"
	"example.test/wizard/sim/releases"
	"example.test/wizard/steps"
)

func TestDownloadsThatGoWrong(t *testing.T) {
	for _, tc := range []struct {
		fault releases.Fault
		title string // of the problem; empty when it ends well
		parts string
	}{
		{releases.FaultTampered, "The download is not what its maker published", "release download sum!"},
		{releases.FaultNoDigest, "The download cannot be verified", "release!"},
		{releases.FaultBodyOnly, "", childParts},
		{releases.FaultTruncated, "", childParts},
		{releases.FaultOld, "This version of cloudflared is too old", "release!"},
		{releases.FaultNotFound, "GitHub does not tell which version is the newest", "release!"},
		{releases.FaultRateLimited, "GitHub asks this address to slow down", "release!"},
	} {
		t.Run(string(tc.fault), func(t *testing.T) {
			w := newWorld(t, releases.Config{})
			w.releases.SetFault(tc.fault)
			h := w.host(w.config())
			var p parts
			err := h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), p.report)
			if (err == nil) != (tc.title == "") || err != nil && steps.Explain(err).Title != tc.title {
				t.Errorf("%v", err)
			}
			if got := p.ended(); got != tc.parts {
				t.Errorf("parts: %s", got)
			}
			if err == nil {
				return
			}
			noSecrets(t, w.dir, err.Error(), fmt.Sprintf("%+v", steps.Explain(err)))
			if left := filesBelow(t, w.dir); left != "" {
				t.Errorf("left behind: %s", left)
			}
			w.releases.SetFault(releases.FaultNone)
			must(t, h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), p.report))
		})
	}
}

func filesBelow(t *testing.T, dir string) string {
	t.Helper()
	var out []string
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			out = append(out, strings.TrimPrefix(path, dir))
		}
		return err
	}))
	return strings.Join(out, " ")
}

// TestArchiveSums: for macOS the published digest is of the archive, the sum in
// the release's text of the program inside.
func TestArchiveSums(t *testing.T) {
	for _, tc := range []struct {
		fault releases.Fault
		parts string
	}{
		{releases.FaultNone, "release download sum unpack version place key service join"},
		{releases.FaultBodyOnly, "release download unpack sum version place key service join"},
		{releases.FaultTampered, "release download sum!"},
	} {
		w := newWorld(t, releases.Config{GOOS: "darwin", GOARCH: "arm64"})
		w.releases.SetFault(tc.fault)
		cfg := w.config()
		cfg.System = connector.System{GOOS: "darwin", GOARCH: "arm64"}
		var p parts
		_ = w.host(cfg).Install(t.Context(), steps.NewSecret(tokenFor(canary)), p.report)
		if got := p.ended(); got != tc.parts {
			t.Errorf("%q: parts: %s", tc.fault, got)
		}
	}
}

// TestDownloadIsGoneOnWith counts the ranges that are asked for, over two
// installations: what the first one has is not fetched again.
func TestDownloadIsGoneOnWith(t *testing.T) {
	w := newWorld(t, releases.Config{Program: executable(t)})
	var mu sync.Mutex
	var ranges []string
	cut := true
	front := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if strings.Contains(r.URL.Path, "/download/") {
			ranges = append(ranges, r.Header.Get("Range"))
			if cut {
				rw = &short{ResponseWriter: rw, left: 1 << 20}
			}
		}
		w.releases.ServeHTTP(rw, r)
	}))
	defer front.Close()
	cfg := w.config()
	cfg.Releases = front.URL
	h := w.host(cfg)
	err := h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), new(parts).report)
	if steps.Explain(err).Title != "The download broke off" {
		t.Fatalf("%v", err)
	}
	mu.Lock()
	if got := strings.Join(ranges, " "); got != " bytes=1048576- bytes=2097152- bytes=3145728-" {
		t.Errorf("ranges: %q", got)
	}
	ranges, cut = nil, false
	mu.Unlock()
	must(t, h.Install(t.Context(), steps.NewSecret(tokenFor(canary)), new(parts).report))
	if got := strings.Join(ranges, " "); got != "bytes=4194304-" {
		t.Errorf("the second time: %q", got)
	}
}

// short breaks the connection after some bytes.
type short struct {
	http.ResponseWriter
	left int
}

func (s *short) Write(p []byte) (int, error) {
	if len(p) <= s.left {
		s.left -= len(p)
		return s.ResponseWriter.Write(p)
	}
	_, _ = s.ResponseWriter.Write(p[:s.left])
	_ = http.NewResponseController(s.ResponseWriter).Flush()
	panic(http.ErrAbortHandler)
}

// quota lets some bytes pass and then fails, as a full disk does.
type quota struct {
	io.Writer
	left int
	err  error
}

func (q *quota) Write(p []byte) (int, error) {
	if len(p) > q.left {
		return 0, &fs.PathError{Op: "write", Path: "x", Err: q.err}
	}
	q.left -= len(p)
	return q.Writer.Write(p)
}

func TestDisksThatDoNotTakeIt(t *testing.T) {
	w := newWorld(t, releases.Config{GOOS: "darwin", GOARCH: "amd64"}) // two files are written: the archive, and the program in it
	for _, tc := range []struct {
		name  string
		file  int // which file fails, counted from 1
		err   error
		title string
		parts string
	}{
		{"full while downloading", 1, syscall.ENOSPC, "The disk is full", "release download!"},
		{"full while unpacking", 2, syscall.ENOSPC, "The disk is full", "release download sum unpack!"},
		{"forbidden", 1, syscall.EACCES, "The wizard may not write there", "release download!"},
		{"read-only", 1, syscall.EROFS, "The disk is read-only", "release download!"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n := 0
			cfg := w.config()
			cfg.DataDir = t.TempDir()
			cfg.System = connector.System{GOOS: "darwin", GOARCH: "amd64", Writer: func(to io.Writer) io.Writer {
				if n++; n == tc.file {
					return &quota{to, 60, tc.err}
				}
				return to
			}}
			var p parts
			err := w.host(cfg).Install(t.Context(), steps.NewSecret(tokenFor(canary)), p.report)
			if got := steps.Explain(err).Title; got != tc.title || p.ended() != tc.parts {
				t.Errorf("%q after %s: %v", got, p.ended(), err)
			}
			if left := filesBelow(t, cfg.DataDir); left != "" {
				t.Errorf("left behind: %s", left)
			}
		})
	}
}

func TestFolderThatCannotBeMade(t *testing.T) {
	w := newWorld(t, releases.Config{})
	cfg := w.config()
	cfg.DataDir = filepath.Join(w.dir, "file")
	must(t, os.WriteFile(cfg.DataDir, nil, 0o600))
	err := w.host(cfg).Install(t.Context(), steps.NewSecret(tokenFor(canary)), new(parts).report)
	if got := steps.Explain(err).Title; got != "A file cannot be written" {
		t.Errorf("%q: %v", got, err)
	}
}

func TestPlatforms(t *testing.T) {
	for _, tc := range []struct {
		system connector.System
		asset  string // empty when there is none
	}{
		{connector.System{GOOS: "linux", GOARCH: "amd64"}, "cloudflared-linux-amd64"},
		{connector.System{GOOS: "linux", GOARCH: "arm64"}, "cloudflared-linux-arm64"},
		{connector.System{GOOS: "linux", GOARCH: "arm", GOARM: "7"}, "cloudflared-linux-armhf"},
		{connector.System{GOOS: "linux", GOARCH: "arm", GOARM: "6"}, "cloudflared-linux-arm"},
		{connector.System{GOOS: "linux", GOARCH: "386"}, "cloudflared-linux-386"},
		{connector.System{GOOS: "linux", GOARCH: "riscv64"}, ""},
		{connector.System{GOOS: "darwin", GOARCH: "arm64"}, "cloudflared-darwin-arm64.tgz"},
		{connector.System{GOOS: "darwin", GOARCH: "amd64"}, "cloudflared-darwin-amd64.tgz"},
		{connector.System{GOOS: "windows", GOARCH: "amd64"}, "cloudflared-windows-amd64.exe"},
		{connector.System{GOOS: "windows", GOARCH: "arm64"}, "cloudflared-windows-amd64.exe"},
		{connector.System{GOOS: "windows", GOARCH: "386"}, "cloudflared-windows-386.exe"},
		{connector.System{GOOS: "freebsd", GOARCH: "amd64"}, ""},
	} {
		got, err := connector.AssetName(tc.system)
		if got != tc.asset || (err != nil) != (tc.asset == "") {
			t.Errorf("%+v: %q %v", tc.system, got, err)
		}
		if s := tc.system; s.GOARM == "" && err == nil {
			if theirs, err := releases.AssetName(s.GOOS, s.GOARCH); theirs != got {
				t.Errorf("%+v: published as %q %v", s, theirs, err)
			}
		}
	}
}
