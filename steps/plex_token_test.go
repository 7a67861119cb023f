package steps

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Every reason why there is no key, or none that plex.tv takes, has words of its own.
func TestReasonsForNoKey(t *testing.T) {
	texts := map[string]bool{}
	for _, reason := range []string{"permission-denied", "not-signed-in", "parse-error", "refused", "not-installed"} {
		texts[plexSeen{token: PlexToken{Reason: reason, Path: "/p"}}.tokenCheck().Detail] = true
	}
	texts[plexSeen{token: PlexToken{Reason: "refused", From: "plex.tv sign-in"}}.tokenCheck().Detail] = true
	texts[plexSeen{token: PlexToken{Reason: "refused", From: "plex.tv sign-in"}, resource: PlexResource{Found: true, Owner: "Morgan"}}.tokenCheck().Detail] = true
	for _, seen := range []plexSeen{
		{token: PlexToken{Have: true, Local: true, From: ".LocalAdminToken"}, tvErr: noKeyAtTV()},
		{token: PlexToken{Have: true, Local: true, From: "what you pasted"}, tvErr: noKeyAtTV()},
		{token: PlexToken{Have: true, From: "registry"}, tvErr: noKeyAtTV()},
		{token: PlexToken{Have: true, Local: true}, resource: PlexResource{Found: true, Owner: "Robin"}},
	} {
		seen.details.SignedIn = true
		texts[seen.tokenCheck().Detail] = true
	}
	if len(texts) != 11 {
		t.Errorf("%v", texts)
	}
}

// noKeyAtTV is plex.tv's 401, as the client wraps it.
func noKeyAtTV() error {
	return &Problem{Title: "x", Err: &ServiceError{Service: "plex.tv", Call: "GET /api/v2/resources", Status: 401}}
}

// The line to paste shows the key of the file that could not be read, whatever
// its path, and holds no secret itself.
func TestReadKey(t *testing.T) {
	for from, want := range map[PlexToken]string{
		{From: "Preferences.xml", Path: "/var/lib/a b/Preferences.xml"}: `sudo sed -n 's/.*PlexOnlineToken="\([^"]*\)".*/\1/p' '/var/lib/a b/Preferences.xml'`,
		{From: "Preferences.xml", Path: "/it's/Preferences.xml"}:        `sudo sed -n 's/.*PlexOnlineToken="\([^"]*\)".*/\1/p' '/it'\''s/Preferences.xml'`,
		{From: ".LocalAdminToken", Path: "/p/.LocalAdminToken"}:         `sudo cat '/p/.LocalAdminToken'`,
		{From: "registry"}:                          `(Get-ItemProperty "HKCU:\Software\Plex, Inc.\Plex Media Server").PlexOnlineToken`,
		{From: "com.plexapp.plexmediaserver.plist"}: "defaults read com.plexapp.plexmediaserver PlexOnlineToken",
		{From: "Preferences.xml", Path: `C:\x`}:     "",
	} {
		if got := readKey(from); got != want {
			t.Errorf("%+v: %s", from, got)
		}
	}
	if _, err := exec.LookPath("sed"); err != nil {
		t.Skip("no sed")
	}
	path := filepath.Join(t.TempDir(), "it's a folder", "Preferences.xml")
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("<?xml version=\"1.0\"?>\n<Preferences a=\"b\" PlexOnlineToken=\"abc-123_x\" c=\"d\"/>\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	line := strings.TrimPrefix(readKey(PlexToken{From: "Preferences.xml", Path: path}), "sudo ")
	out, err := exec.Command("sh", "-c", line).Output()
	if err != nil || strings.TrimSpace(string(out)) != "abc-123_x" {
		t.Errorf("%s\nshows %q, %v", line, out, err)
	}
}
