package plex_test

import (
	"bytes"
	"testing"
	"time"

	"example.test/wizard/sim/plex"
)

func TestSnapshotAndRestore(t *testing.T) {
	old := newWorld(t, func(c *plex.ServerConfig) { c.Publishing = plex.PublishSlowly })
	token := old.signIn("morgan")
	pending := old.newPin("?strong=true")
	must(t, old.server.SetPreferences(map[string]string{"customConnections": "https://" + host + ":443"}))
	must(t, old.server.SetMood(plex.Mood{Maintenance: 1}))
	old.server.SetSessions([]plex.Session{{Title: "x", Location: "lan"}})
	serverState, tvState := snapshot(t, old.server.Snapshot), snapshot(t, old.tv.Snapshot)

	w := newWorld(t, nil)
	must(t, w.tv.Restore(tvState))
	must(t, w.server.Restore(serverState))
	for name, pair := range map[string][2][]byte{
		"server":  {serverState, snapshot(t, w.server.Snapshot)},
		"plex.tv": {tvState, snapshot(t, w.tv.Snapshot)},
	} {
		if !bytes.Equal(pair[0], pair[1]) {
			t.Errorf("%s:\n%s\n%s", name, pair[0], pair[1])
		}
	}
	if w.server.MachineIdentifier() != old.server.MachineIdentifier() || preferencesFile(t, w.server.DataDir())["PlexOnlineToken"] != old.server.Token() {
		t.Error("identity or token did not come along")
	}
	if r := w.pms("GET", "/", token); r.StatusCode != 503 {
		t.Errorf("the mood did not come along: %d", r.StatusCode)
	}
	if r := w.pms("GET", "/", token); r.StatusCode != 200 {
		t.Errorf("the token from before: %d", r.StatusCode)
	}
	leaf := w.do("GET", w.server.URL()+"/identity", nil, nil).TLS.PeerCertificates[0]
	if err := leaf.VerifyHostname("a." + w.server.Preference("CertificateUUID") + ".plex.direct"); err != nil {
		t.Error(err)
	}
	if w.published() {
		t.Error("published too early")
	}
	w.advance(10 * time.Second)
	if !w.published() {
		t.Error("the publication on its way was lost")
	}
	must(t, w.tv.Allow(pending.Code, "morgan"))
	if next := w.newPin(""); next.ID <= pending.ID {
		t.Errorf("pin %d after %d", next.ID, pending.ID)
	}
}

func TestRestoredServerTakesTheOtherIdentity(t *testing.T) {
	old, w := newWorld(t, nil), newWorld(t, nil)
	before := w.server.MachineIdentifier()
	must(t, w.server.Restore(snapshot(t, old.server.Snapshot)))
	if w.tv.Connections(before) != nil || w.tv.Connections(old.server.MachineIdentifier()) == nil {
		t.Error("plex.tv knows the server by its former identity, or not by the new one")
	}
}

func TestRestoreRefusesNonsense(t *testing.T) {
	w := newWorld(t, nil)
	before := snapshot(t, w.server.Snapshot)
	for _, text := range []string{"", "[]", `{"prefs":{"foo":"1"}}`} {
		if w.server.Restore([]byte(text)) == nil {
			t.Errorf("restored %q", text)
		}
	}
	if w.tv.Restore([]byte("[]")) == nil {
		t.Error("plex.tv restored a list")
	}
	if !bytes.Equal(before, snapshot(t, w.server.Snapshot)) {
		t.Error("a refused snapshot changed something")
	}
}

func snapshot(t *testing.T, take func() ([]byte, error)) []byte {
	t.Helper()
	b, err := take()
	if err != nil {
		t.Fatal(err)
	}
	return b
}
