package visitor_test

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.test/wizard/clients/visitor"
	"example.test/wizard/sim/edge"
	"example.test/wizard/steps"
)

// TestSignedIn: Plex lets an app in that is signed in, through the whole tunnel,
// and refuses a key that is not its own.
func TestSignedIn(t *testing.T) {
	key := ""
	w := newWorld(t, func(c *visitor.Config) { c.Key = func(string) steps.Secret { return steps.NewSecret(key) } })
	id := w.plex.MachineIdentifier()
	for _, tt := range []struct {
		name, key, id string
		mood          edge.Mood
		want          steps.SignedIn
	}{
		{"its own key", w.plex.Token(), id, edge.MoodNormal, steps.SignedIn{Status: 200, ServerID: id}},
		{"another key", "not-a-key", id, edge.MoodNormal, steps.SignedIn{Status: 401}},
		{"no key", "", id, edge.MoodNormal, steps.SignedIn{}},
		{"another server", w.plex.Token(), "another", edge.MoodNormal, steps.SignedIn{}},
		{"another site", w.plex.Token(), id, edge.MoodOtherOrigin, steps.SignedIn{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			key = tt.key
			w.edge.SetMood(host, tt.mood)
			identity, in, err := w.SignedIn(t.Context(), host, tt.id)
			if err != nil || in != tt.want || identity.Status != 200 {
				t.Errorf("%+v, %+v, %v", in, identity, err)
			}
		})
	}
	if _, _, err := w.SignedIn(t.Context(), "no host/", id); err == nil {
		t.Error("anything is a host")
	}
}

// TestKeyOfSignedInGoesNowhereElse: it is in a header of one request to one
// server, and neither followed elsewhere nor repeated in what is kept.
func TestKeyOfSignedInGoesNowhereElse(t *testing.T) {
	const canary = "canary-of-the-key"
	var asked []string
	srv := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.String()+" "+r.Header.Get("X-Plex-Token"))
		if r.URL.Path == "/identity" {
			fmt.Fprint(rw, `{"MediaContainer":{"machineIdentifier":"plex-1"}}`)
			return
		}
		http.Redirect(rw, r, "https://elsewhere.example/"+canary, http.StatusFound)
	}))
	t.Cleanup(srv.Close)
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	v := visitor.New(visitor.Config{Connect: srv.Listener.Addr().String(), RootCAs: roots, Key: func(string) steps.Secret { return steps.NewSecret(canary) }})
	identity, in, err := v.SignedIn(t.Context(), "example.com", "plex-1")
	if want := "[/identity  /media/providers " + canary + "]"; err != nil || in.Status != http.StatusFound || fmt.Sprint(asked) != want {
		t.Errorf("%+v, %v, asked %v", in, err, asked)
	}
	if strings.Contains(fmt.Sprint(identity, in), canary) {
		t.Errorf("the key is kept: %+v %+v", identity, in)
	}
}
