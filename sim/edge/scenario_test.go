package edge_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"example.test/wizard/sim/edge"
)

func get(t *testing.T, c *http.Client, url string) (*http.Response, string) {
	t.Helper()
	resp, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

func TestRegistration(t *testing.T) {
	eachConnector(t, func(t *testing.T, run starter) {
		w := newWorld()
		e := start(t, w)
		r := run(t, e, w.token())
		c := connected(t, w, e, 2)
		if c.Version == "" || !strings.Contains(c.Arch, "_") || len(c.Features) == 0 || !c.RunAt.Equal(w.now) {
			t.Errorf("connector %+v", c)
		}
		if c.Conns[0].Colo == c.Conns[1].Colo || c.Conns[0].ID == c.Conns[1].ID {
			t.Errorf("the two connections are not at two places: %+v", c.Conns)
		}
		var ready struct {
			Status           int
			ReadyConnections int
			ConnectorID      string
		}
		eventually(t, "/ready", func() bool {
			resp, body := get(t, localClient(t), "http://"+r.metrics(t)+"/ready")
			return resp.StatusCode == http.StatusOK && json.Unmarshal([]byte(body), &ready) == nil && ready.ReadyConnections == 2
		})
		if ready.ConnectorID != c.ID || ready.Status != 200 {
			t.Errorf("/ready %+v, the edge knows %s", ready, c.ID)
		}
		resp, _ := get(t, visitorFor(t, e), "https://"+host+"/")
		if resp.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("without a configuration a visitor gets %d, want 503", resp.StatusCode)
		}
		if err := r.stop(); err != nil {
			t.Fatal(err)
		}
		if list := e.Connectors(tunnel); len(list) != 0 {
			t.Errorf("after its end the connector is still listed: %+v", list)
		}
	})
}

func localClient(t *testing.T) *http.Client {
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

func TestRefusedRegistration(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(*world)
		want  string
	}{
		"secret":  {func(w *world) { w.secret = []byte("another secret, also of 32 bytes") }, "Unauthorized: Invalid tunnel secret"},
		"deleted": {func(w *world) { w.deleted = true }, "Unauthorized: Failed to get tunnel"},
	} {
		t.Run(name, func(t *testing.T) {
			eachConnector(t, func(t *testing.T, run starter) {
				w := newWorld()
				token := w.token()
				w.set(tc.spoil)
				e := start(t, w)
				r := run(t, e, token)
				eventually(t, "the refusal in the log", r.log.has(tc.want))
				eventually(t, "a second attempt", func() bool { return strings.Count(r.log.String(), tc.want) >= 2 })
				if list := e.Connectors(tunnel); len(list) != 0 {
					t.Errorf("registered all the same: %+v", list)
				}
				if strings.Contains(r.log.String(), token) {
					t.Error("the log holds the token")
				}
			})
		})
	}
}

func TestConfigurationPush(t *testing.T) {
	eachConnector(t, func(t *testing.T, run starter) {
		named := func(name string) string {
			return origin(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, name) }))
		}
		w := newWorld()
		w.serve(4, named("four"))
		e := start(t, w)
		r := run(t, e, w.token())
		connected(t, w, e, 2)
		visitor := visitorFor(t, e)
		expect := func(want string) {
			t.Helper()
			eventually(t, want, func() bool { _, body := get(t, visitor, "https://"+host+"/"); return body == want })
		}
		expect("four")

		w.serve(5, named("five"))
		e.Push(tunnel)
		expect("five")

		w.serve(3, named("three"))
		e.Push(tunnel)
		w.set(func(w *world) {
			w.version, w.config = 6, json.RawMessage(`{"ingress":[{"hostname":"only.example","service":"http://127.0.0.1:1"}]}`)
		})
		e.Push(tunnel)
		eventually(t, "the error in the log", r.log.has("last ingress rule must match all"))
		expect("five")
		if c := e.Connectors(tunnel)[0]; c.ConfigVersion != 5 {
			t.Errorf("acknowledged version %d, want 5", c.ConfigVersion)
		}
		_, body := get(t, localClient(t), "http://"+r.metrics(t)+"/config")
		var config struct{ Version int }
		if err := json.Unmarshal([]byte(body), &config); err != nil || config.Version != 5 {
			t.Errorf("/config %s: %v", body, err)
		}
		resp, _ := get(t, visitor, "https://other.attic.example/")
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("the catch-all answers %d, want 404", resp.StatusCode)
		}
	})
}

func TestVisitorRequest(t *testing.T) {
	eachConnector(t, func(t *testing.T, run starter) {
		type seen struct {
			Host, Method, Path, Body string
			Header                   http.Header
		}
		var got seen
		w := newWorld()
		w.serve(1, origin(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			got = seen{r.Host, r.Method, r.URL.RequestURI(), string(b), r.Header}
			rw.Header().Set("X-Plex-Protocol", "1.0")
			rw.Header().Add("Set-Cookie", "a=1")
			rw.Header().Add("Set-Cookie", "b=2; Path=/")
			rw.WriteHeader(http.StatusTeapot)
			fmt.Fprint(rw, "short and stout")
		})))
		e := start(t, w)
		run(t, e, w.token())
		c := connected(t, w, e, 1)
		for _, h2 := range []bool{false, true} {
			visitor := visitorFor(t, e, func(tr *http.Transport) { tr.ForceAttemptHTTP2 = h2 })
			req, err := http.NewRequest(http.MethodPost, "https://"+host+"/a%2Fb?q=1&r", strings.NewReader("hello"))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Forwarded-For", "198.51.100.1")
			req.Close = !h2 // must not end the tunnel's connection
			resp, err := visitor.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode != http.StatusTeapot || string(body) != "short and stout" || (resp.ProtoMajor == 2) != h2 {
				t.Errorf("HTTP/%d answer %d %q %v", resp.ProtoMajor, resp.StatusCode, body, err)
			}
			for name, want := range map[string]string{"Server": "cloudflare", "Cf-Cache-Status": "DYNAMIC", "X-Plex-Protocol": "1.0", "Content-Length": "15"} {
				if resp.Header.Get(name) != want {
					t.Errorf("answer's %s is %q, want %q", name, resp.Header.Get(name), want)
				}
			}
			if len(resp.Header["Set-Cookie"]) != 2 || !strings.HasSuffix(resp.Header.Get("Cf-Ray"), "-LHR") {
				t.Errorf("answer's headers %v", resp.Header)
			}
			if got.Host != host || got.Method != "POST" || got.Path != "/a%2Fb?q=1&r" || got.Body != "hello" {
				t.Errorf("origin saw %+v", got)
			}
			for name, want := range map[string]string{
				"X-Forwarded-For": "198.51.100.1, 203.0.113.10", "X-Forwarded-Proto": "https", "Cf-Connecting-Ip": "203.0.113.10", "Cf-Ipcountry": "GB",
				"Cf-Ray": resp.Header.Get("Cf-Ray"), "Cf-Warp-Tag-Id": c.ID, "Connection": "",
			} {
				if g := got.Header.Get(name); g != want {
					t.Errorf("origin's %s is %q, want %q", name, g, want)
				}
			}
			hit := w.lastHit(t)
			if hit.Status != http.StatusTeapot || hit.Bytes != 15 || hit.CacheStatus != "dynamic" || hit.Action != edge.ActionAllow || hit.Host != host || hit.Path != "/a/b" {
				t.Errorf("hit %+v", hit)
			}
		}
	})
}

func TestOriginDown(t *testing.T) {
	eachConnector(t, func(t *testing.T, run starter) {
		w := newWorld()
		w.serve(1, "https://127.0.0.1:1")
		e := start(t, w)
		visitor := visitorFor(t, e)
		resp, body := get(t, visitor, "https://"+host+"/")
		if resp.StatusCode != 530 || body != "error code: 1033" {
			t.Errorf("without a connector: %d %q", resp.StatusCode, body)
		}
		r := run(t, e, w.token())
		connected(t, w, e, 1)
		resp, body = get(t, visitor, "https://"+host+"/")
		if resp.StatusCode != 502 || body != "error code: 502" || resp.Header.Get("Server") != "cloudflare" {
			t.Errorf("with a dead origin: %d %q", resp.StatusCode, body)
		}
		const reason = "Unable to reach the origin service"
		eventually(t, "the reason in the log", r.log.has(reason))
		if n := strings.Count(r.log.String(), reason); n != 1 {
			t.Errorf("one request reached the connector %d times", n)
		}
	})
}

func TestDropAndReturn(t *testing.T) {
	eachConnector(t, func(t *testing.T, run starter) {
		w := newWorld()
		w.serve(1, origin(t, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { io.WriteString(rw, "here") })))
		e := start(t, w)
		run(t, e, w.token())
		before := connected(t, w, e, 2)
		e.RefuseConnections(true)
		e.DropConnections(tunnel)
		if list := e.Connectors(tunnel); len(list) != 0 {
			t.Fatalf("still connected: %+v", list)
		}
		visitor := visitorFor(t, e)
		if resp, _ := get(t, visitor, "https://"+host+"/"); resp.StatusCode != 530 {
			t.Errorf("while it is away: %d", resp.StatusCode)
		}
		e.RefuseConnections(false)
		after := connected(t, w, e, 2)
		if after.ID != before.ID || after.Conns[0].ID == before.Conns[0].ID {
			t.Errorf("before %+v, after %+v", before, after)
		}
		if _, body := get(t, visitor, "https://"+host+"/"); body != "here" {
			t.Errorf("after its return: %q", body)
		}
	})
}

func TestGracefulStop(t *testing.T) {
	eachConnector(t, func(t *testing.T, run starter) {
		begun, goOn := make(chan struct{}), make(chan struct{})
		w := newWorld()
		w.serve(1, origin(t, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			io.WriteString(rw, "first ")
			_ = http.NewResponseController(rw).Flush()
			close(begun)
			<-goOn
			io.WriteString(rw, "last")
		})))
		e := start(t, w)
		r := run(t, e, w.token())
		connected(t, w, e, 2)
		resp, err := visitorFor(t, e).Get("https://" + host + "/slow")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		<-begun
		stopped := make(chan error, 1)
		go func() { stopped <- r.stop() }()
		eventually(t, "the goodbye", func() bool { return len(e.Connectors(tunnel)) == 0 })
		other, _ := get(t, visitorFor(t, e), "https://"+host+"/")
		if other.StatusCode != 530 {
			t.Errorf("a new visitor during the goodbye gets %d, want 530", other.StatusCode)
		}
		close(goOn)
		body, err := io.ReadAll(resp.Body)
		if err != nil || string(body) != "first last" {
			t.Errorf("the answer under way became %q, %v", body, err)
		}
		if err := <-stopped; err != nil {
			t.Errorf("end: %v", err)
		}
	})
}
