package e2e_test

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.test/wizard/sim"
)

// moment is a boundary of step 4 at which the wizard is killed.
type moment struct {
	name   string
	before string // the request to Cloudflare that is about to be carried out
	after  string // the one that was carried out and is not answered
	file   string // below the wizard's folder, that has come
	late   string // what comes after the file, which is there for a moment only
	sent   int    // bytes of the program that were sent, of more
	joined bool   // the connector is at the edge
}

func moments() []moment {
	return []moment{
		{name: "before the tunnel is made", before: "POST /cfd_tunnel"},
		{name: "after the tunnel was made", after: "POST /cfd_tunnel"},
		{name: "before the key is handed out", before: "GET /token"},
		{name: "after the key was handed out", after: "GET /token"},
		{name: "in the download", sent: 1 << 20},
		{name: "when the program is whole", file: "connector/download/cloudflared", late: "connector/cloudflared"},
		{name: "when the program is in place", file: "connector/cloudflared"},
		{name: "when the key is there", file: "connector/token"},
		{name: "when it has joined", joined: true},
	}
}

// TestKilledInStepFour kills the wizard at every boundary of step 4 and starts
// it again. In the end there is one tunnel, one connector, and a key that works.
func TestKilledInStepFour(t *testing.T) {
	t.Parallel()
	for _, m := range moments() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			// A moment that was missed is sought again. What must hold after a death holds
			// after one that came too late, too.
			const tries = 3
			for n := 1; !killedAt(t, m) && !t.Failed(); n++ {
				if n == tries {
					t.Logf("missed %d times: on this computer the moment is too short", tries)
					return
				}
			}
		})
	}
}

// killedAt kills the wizard at a moment, starts it again, and looks at what has become
// of it. It reports whether the moment was met.
func killedAt(t *testing.T, m moment) (met bool) {
	t.Helper()
	dir := t.TempDir()
	var victim atomic.Pointer[wizard]
	var once sync.Once
	dead := make(chan struct{})
	kill := func() {
		once.Do(func() {
			w := victim.Load()
			_ = w.cmd.Process.Kill() // it may be dead already
			<-w.ended
			close(dead)
		})
	}
	hits := func(call, method, path string) bool {
		verb, end, _ := strings.Cut(call, " ")
		return call != "" && verb == method && strings.HasSuffix(path, end)
	}
	o := &outside{t: t, file: filepath.Join(dir, "addresses.json"), calls: &calls{}}
	var err error
	o.World, err = sim.Start(sim.Options{Dir: filepath.Join(dir, "world"), Speed: 300, Connector: shared.binary, Wrap: func(name string, h http.Handler) http.Handler {
		h = o.calls.wrap(name, h)
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			method, path := r.Method, r.URL.Path
			if hits(m.before, method, path) {
				kill()
			}
			if m.sent > 0 && name == "releases" && strings.Contains(path, "/download/") {
				select {
				case <-dead: // the one that was started again gets all of it
				default:
					rw = &cut{ResponseWriter: rw, left: m.sent, then: kill}
				}
			}
			h.ServeHTTP(rw, r)
			if hits(m.after, method, path) {
				kill()
			}
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
	w := start(t, data, "-world", o.file)
	victim.Store(w)
	r := read(t, w)
	r.walk(o, r.isAt("/steps/dns")) // the token is there
	r.open("/steps/tunnel")
	_ = r.Next(t.Context()) // the wizard may be dead before it answers
	met = true
	watch(t, dead, kill, func() bool {
		there := func(file string) bool {
			_, err := os.Stat(filepath.Join(data, file))
			return err == nil
		}
		switch {
		case m.file == "":
			return m.joined && o.connectors() > 0
		case m.late != "" && there(m.late):
			met = false
			return true
		}
		return there(m.file)
	})
	made := len(o.Cloudflare.TunnelIDs())

	w = start(t, data, "-world", o.file)
	r = read(t, w)
	r.open("/steps/account")
	r.next()
	r.until("/steps/tunnel", "a plan, or all done", func() bool {
		if r.Has(`form[action="/steps/tunnel/apply"]`) {
			r.next()
		}
		return r.status("healthy") == "pass" && r.status("connector") == "pass"
	})
	if ids := o.Cloudflare.TunnelIDs(); len(ids) != 1 {
		t.Errorf("%d tunnels, %d when it was killed", len(ids), made)
	}
	if n := o.connectors(); n != 1 {
		t.Errorf("%d connectors at the edge", n)
	}
	if all := processesOf(t, filepath.Join(data, "connector", "cloudflared")); runtime.GOOS == "linux" && len(all) != 1 {
		t.Errorf("the processes %v run the connector", all)
	}
	info, err := os.Stat(filepath.Join(data, "connector", "token"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v %v", info, err)
	}
	if left, _ := filepath.Glob(filepath.Join(data, "connector", ".*")); len(left) > 0 {
		t.Errorf("left lying: %q", left)
	}
	return met
}

// cut sends so many bytes and no more.
type cut struct {
	http.ResponseWriter
	left int
	then func()
}

func (c *cut) Write(p []byte) (int, error) {
	if len(p) <= c.left {
		c.left -= len(p)
		return c.ResponseWriter.Write(p)
	}
	_, _ = c.ResponseWriter.Write(p[:c.left])
	_ = http.NewResponseController(c.ResponseWriter).Flush()
	c.then()
	panic(http.ErrAbortHandler)
}

// watch kills when is says so, as soon as can be seen, and waits for the end.
func watch(t *testing.T, dead chan struct{}, kill func(), is func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(patience); ; {
		select {
		case <-dead:
			return
		case <-deadline:
			t.Fatal("the moment never came")
		case <-tick.C:
			if is() {
				kill()
				return
			}
		}
	}
}

// connectors counts those at the edge, of all tunnels.
func (o *outside) connectors() (n int) {
	for _, id := range o.Cloudflare.TunnelIDs() {
		n += len(o.Edge.Connectors(id))
	}
	return n
}

// processesOf lists the processes that run a program.
func processesOf(t *testing.T, program string) (out []string) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range all {
		if at, err := os.Readlink(link); err == nil && at == program {
			out = append(out, link)
		}
	}
	return out
}
