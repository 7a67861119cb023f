package e2e_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"example.test/wizard/sim"
	"example.test/wizard/sim/edge"
	"example.test/wizard/sim/releases"
)

// TestInstallationsThatFail lets the installation of step 4 fail in every way
// that the world can bring about. Each time the page must name what happened and
// what to do, and nothing half-installed may be left.
func TestInstallationsThatFail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var forged atomic.Bool
	o := &outside{t: t, file: filepath.Join(dir, "addresses.json"), calls: &calls{}}
	var err error
	o.World, err = sim.Start(sim.Options{Dir: filepath.Join(dir, "world"), Speed: 300, Connector: shared.binary, Wrap: func(name string, h http.Handler) http.Handler {
		h = o.calls.wrap(name, h)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !forged.Load() || !strings.HasSuffix(r.URL.Path, "/token") || !strings.Contains(r.URL.Path, "cfd_tunnel") {
				h.ServeHTTP(w, r)
				return
			}
			got := httptest.NewRecorder()
			h.ServeHTTP(got, r)
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(withAnotherSecret(got.Body.Bytes()))
		})
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.close)
	if err := sim.WriteFile(o.file, o.File()); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	r := read(t, start(t, data, "-world", o.file))
	r.walk(o, r.isAt("/steps/dns")) // the token is there
	place := filepath.Join(data, "connector")
	fault := func(f releases.Fault) func() { return func() { o.Releases.SetFault(f) } }
	calm := fault(releases.FaultNone)
	for _, c := range []struct {
		name     string
		do, undo func()
		title    string // of the note
		fix      string // in it
	}{
		{"tampered", fault(releases.FaultTampered), calm, "The download is not what its maker published", "Try again"},
		{"no digest", fault(releases.FaultNoDigest), calm, "The download cannot be verified", "install cloudflared by hand"},
		{"too old", fault(releases.FaultOld), calm, "This version of cloudflared is too old", "Try again later"},
		{"GitHub knows none", fault(releases.FaultNotFound), calm, "GitHub does not tell which version is the newest", "api.github.com"},
		{"GitHub refuses", fault(releases.FaultRateLimited), calm, "GitHub asks this address to slow down", "in an hour"},
		{"no folder can be made", func() {
			must(t, os.RemoveAll(place))
			must(t, os.WriteFile(place, []byte("in the way"), 0o600))
		}, func() { must(t, os.Remove(place)) }, "A file cannot be written", "details"},
		{"wrong key", func() { forged.Store(true) }, func() { forged.Store(false) }, "Cloudflare does not accept the key of the tunnel", "fetches a new key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := *r
			r.t = t
			c.do()
			defer c.undo()
			r.until("/steps/tunnel", "a plan", func() bool { return r.Has(`form[action="/steps/tunnel/apply"] [data-next]`) })
			r.next()
			r.until("/steps/tunnel", c.title, func() bool { return strings.Contains(r.text(".note--problem"), c.title) })
			if text := r.text(".note--problem"); !strings.Contains(text, c.fix) {
				t.Errorf("the note does not say what to do: %s", text)
			}
			if !r.Has("[data-next]") || r.status("service") != "skip" {
				t.Errorf("next action %v, service %q", r.Has("[data-next]"), r.status("service"))
			}
			for _, name := range []string{"cloudflared", "token"} {
				if _, err := os.Stat(filepath.Join(place, name)); err == nil {
					t.Errorf("%s was left behind", name)
				}
			}
			if all := processesOf(t, filepath.Join(place, "cloudflared")); len(all) > 0 {
				t.Errorf("the processes %v run on", all)
			}
		})
	}
	for _, reach := range []edge.Reach{edge.Refused, edge.Silent} {
		t.Run("port 7844 "+string(reach), func(t *testing.T) {
			r := *r
			r.t = t
			must(t, o.Edge.Block7844(reach, reach))
			r.until("/steps/tunnel", "the port is blocked", func() bool { return r.status("port") == "fail" })
			if text := r.text(`[data-check="port"]`); !strings.Contains(text, "allow outbound TCP and UDP 7844") {
				t.Errorf("the row says: %s", text)
			}
			must(t, o.Edge.Block7844(edge.Open, reach)) // only UDP is blocked
			r.until("/steps/tunnel", "TCP alone", func() bool { return r.status("port") == "warn" })
			must(t, o.Edge.Block7844(edge.Open, edge.Open))
			r.until("/steps/tunnel", "the port is open", func() bool { return r.status("port") == "pass" })
		})
	}
	// A download that breaks off once is gone on with, and all ends well.
	o.Releases.SetFault(releases.FaultTruncated)
	r.until("/steps/tunnel", "a plan", func() bool { return r.Has(`form[action="/steps/tunnel/apply"] [data-next]`) })
	r.next()
	r.until("/steps/tunnel", "the tunnel is up", func() bool { return r.status("healthy") == "pass" && r.status("connector") == "pass" })
	if n := len(o.Cloudflare.TunnelIDs()); n != 1 || o.connectors() != 1 {
		t.Errorf("%d tunnels, %d connectors", n, o.connectors())
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// withAnotherSecret spoils the key in an answer, as one that was changed meanwhile.
func withAnotherSecret(answer []byte) []byte {
	var in struct{ Result string }
	var key map[string]string
	raw, err := base64.StdEncoding.DecodeString(resultOf(answer, &in))
	if err != nil || json.Unmarshal(raw, &key) != nil {
		return answer
	}
	key["s"] = base64.StdEncoding.EncodeToString([]byte("another secret, of 32 bytes too!"))
	raw, _ = json.Marshal(key) // strings cannot fail
	return bytes.ReplaceAll(answer, []byte(in.Result), []byte(base64.StdEncoding.EncodeToString(raw)))
}

func resultOf(answer []byte, into *struct{ Result string }) string {
	_ = json.Unmarshal(answer, into) // an answer without a key stays as it is
	return into.Result
}
