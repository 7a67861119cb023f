package computer

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestNameAndSystem(t *testing.T) {
	b := New(Config{})
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Name(); got == "" || strings.Contains(got, ".") || !strings.HasPrefix(host, got) {
		t.Errorf("name is %q, host name is %q", got, host)
	}
	if got := b.System(); !strings.HasSuffix(got, " on "+runtime.GOARCH) {
		t.Errorf("system is %q", got)
	}
	for in, want := range map[[2]string]string{
		{"linux", "amd64"}: "Linux on amd64", {"darwin", "arm64"}: "macOS on arm64", {"windows", "386"}: "Windows on 386", {"plan9", "arm"}: "plan9 on arm",
	} {
		if got := system(in[0], in[1]); got != want {
			t.Errorf("%v: %q, want %q", in, got, want)
		}
	}
}

func TestMayInstall(t *testing.T) {
	for name, c := range map[string]struct {
		r   rights
		ok  bool
		how string
	}{
		"root":                  {rights{goos: "linux", elevated: true}, true, "as root"},
		"sudoer":                {rights{goos: "linux", groups: []string{"m", "sudo"}, sudo: true}, true, "sudo"},
		"wheel without sudo":    {rights{goos: "freebsd", groups: []string{"wheel"}}, false, "no sudo"},
		"nobody":                {rights{goos: "linux", groups: []string{"m"}, sudo: true}, false, "not an administrator"},
		"Mac administrator":     {rights{goos: "darwin", groups: []string{"staff", "admin"}}, true, "password"},
		"Mac user":              {rights{goos: "darwin", groups: []string{"staff"}, sudo: true}, false, "this Mac"},
		"Windows elevated":      {rights{goos: "windows", elevated: true}, true, "administrator"},
		"Windows administrator": {rights{goos: "windows", groups: []string{"Administrators"}}, true, "permission"},
		"Windows user":          {rights{goos: "windows"}, false, "not an administrator"},
	} {
		b := New(Config{})
		b.user = func() rights { return c.r }
		if ok, how := b.MayInstall(t.Context()); ok != c.ok || !strings.Contains(how, c.how) {
			t.Errorf("%s: %v, %q; want %v, %q", name, ok, how, c.ok, c.how)
		}
	}
}

func TestLookUpNoticesSudo(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no sudo to look for")
	}
	for tool, want := range map[string]bool{"sudo": true, "pkexec": true, "doas": false} {
		got := lookUp(func(name string) (string, error) {
			if name == tool {
				return "/usr/bin/" + name, nil
			}
			return "", errors.New("not here")
		})
		if got.sudo != want || got.elevated != (os.Geteuid() == 0) || got.goos != runtime.GOOS {
			t.Errorf("with %s: %+v", tool, got)
		}
	}
}

func TestClockSkew(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ skew, want time.Duration }{
		"right":      {0, 0},
		"ahead":      {10 * time.Minute, 10 * time.Minute},
		"behind":     {-3 * time.Hour, -3 * time.Hour},
		"within 1 s": {300 * time.Millisecond, 0},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodHead {
				t.Errorf("%s is asked for", r.Method)
			}
			w.Header().Set("Date", now.Format(http.TimeFormat))
			w.WriteHeader(http.StatusUnauthorized) // any answer carries the time
		}))
		b := New(Config{Cloudflare: srv.URL + "/client/v4", Now: func() time.Time { return now.Add(c.skew) }})
		got, err := b.ClockSkew(t.Context())
		if err != nil || (got-c.want).Abs() > time.Second || c.want == 0 && got != 0 {
			t.Errorf("%s: %v, %v; want about %v", name, got, err, c.want)
		}
		b.Close()
		srv.Close()
	}
}

// A clock that is years off makes every certificate look invalid, and the
// check whose purpose is to say so must not fail on that.
func TestClockSkewThatCertificatesDoNotSurvive(t *testing.T) {
	srv := httptest.NewTLSServer(http.NotFoundHandler())
	defer srv.Close()
	srv.Config.ErrorLog = nil
	cert := srv.Certificate()
	roots := srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	for name, c := range map[string]struct{ at, edge time.Time }{
		"years behind": {cert.NotBefore.AddDate(-3, 0, 0), cert.NotBefore},
		"years ahead":  {cert.NotAfter.AddDate(3, 0, 0), cert.NotAfter},
	} {
		b := New(Config{Cloudflare: srv.URL, RootCAs: roots, Now: func() time.Time { return c.at }})
		if got, err := b.ClockSkew(t.Context()); err != nil || got != c.at.Sub(c.edge) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, c.at.Sub(c.edge))
		}
		b.Close()
	}
}

func TestClockSkewWithoutAnAnswer(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header()["Date"] = nil }))
	b := New(Config{Cloudflare: srv.URL + "/?canary"})
	defer b.Close()
	if _, err := b.ClockSkew(t.Context()); err == nil {
		t.Error("no date, and no error")
	}
	srv.Close()
	if _, err := b.ClockSkew(t.Context()); err == nil || strings.Contains(err.Error(), "canary") {
		t.Errorf("no server: %v", err)
	}
}
