package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.test/wizard/sim"
	"example.test/wizard/sim/cloudflare"
	"example.test/wizard/sim/dns"
	"example.test/wizard/steps"
	"example.test/wizard/store"
	"example.test/wizard/tools/walker"
)

// A life is one journey through a pretend world by a wizard that may die and be
// started again, with everything that must stay true meanwhile.
type life struct {
	t     *testing.T
	exe   string
	env   []string // of the wizard, besides Plex's key
	dir   string
	world *sim.World
	b     *boundaries
	p     *process
	v     *walker.Person

	starts                    int
	events                    int                                   // in the history, at the last look
	answers                   map[string]func(steps.Settings) error // what the person was told is kept
	secrets                   map[string]string                     // what must not be written anywhere, by what it is; those of tunnels besides
	before                    map[string]string                     // objects of others, by id
	prefs                     map[string]string                     // of Plex
	duplicates, lost, touched int

	mu    sync.Mutex
	leaks map[string]bool
}

// newLife starts the world. wrap stands before its services; by default it is
// that of the boundaries.
func newLife(t *testing.T, exe string, wrap ...func(*boundaries) func(string, http.Handler) http.Handler) *life {
	t.Helper()
	l := &life{t: t, exe: exe, dir: t.TempDir(), b: newBoundaries(t), answers: map[string]func(steps.Settings) error{}, leaks: map[string]bool{}}
	t.Cleanup(l.b.close)
	stand := l.b.wrap
	if len(wrap) > 0 {
		stand = wrap[0](l.b)
	}
	var err error
	if l.world, err = sim.Start(sim.Options{Dir: filepath.Join(l.dir, "world"), Speed: 3000, Connector: exe, Wrap: stand}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if l.p != nil {
			l.p.kill()
		}
		if err := l.world.Close(); err != nil {
			t.Error(err)
		}
	})
	l.settle()
	if err := sim.WriteFile(filepath.Join(l.dir, "world.json"), l.world.File()); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(l.tmp(), 0o700); err != nil {
		t.Fatal(err)
	}
	l.secrets = map[string]string{
		"the token": sim.DemoToken, "the server’s key": l.world.Plex.Token(), "the account’s key": l.world.Plex.AccountToken(), "the local key": l.world.Plex.LocalAdminToken(),
	}
	l.overlook()
	return l
}

// tmp is the wizard's folder for temporary files, and its children's.
func (l *life) tmp() string { return filepath.Join(l.dir, "tmp") }

// settle gives the account things of other people, and remembers them.
func (l *life) settle() {
	l.t.Helper()
	cf := l.world.Cloudflare
	var account []struct{ ID string }
	dashboard := func(method, path string, body, into any) {
		l.t.Helper()
		raw, err := cf.Dashboard(method, path, body)
		if err == nil && into != nil {
			err = json.Unmarshal(raw, into)
		}
		if err != nil {
			l.t.Fatal(err)
		}
	}
	type object = map[string]any
	dashboard("GET", "/accounts", nil, &account)
	pair := []string{"ada.ns.cloudflare.com", "rob.ns.cloudflare.com"}
	if err := l.world.DNS.Register(dns.Domain{Name: "other-films.com", NameServers: pair}); err != nil {
		l.t.Fatal(err)
	}
	zone := cf.SeedZone(cloudflare.Zone{Name: "other-films.com", Account: account[0].ID, Status: "active", NameServers: pair})
	dashboard("POST", "/zones/"+zone+"/dns_records", object{"type": "A", "name": "www", "content": "192.0.2.9", "ttl": 300}, nil)
	dashboard("POST", "/accounts/"+account[0].ID+"/cfd_tunnel", object{"name": "home-assistant", "config_src": "cloudflare"}, nil)
	l.before = l.objects()
	l.prefs = map[string]string{}
	for _, id := range []string{"FriendlyName", "PublishServerOnPlexOnlineKey", "RelayEnabled", "secureConnections", "allowedNetworks", "TranscoderQuality"} {
		l.prefs[id] = l.world.Plex.Preference(id)
	}
}

// start starts the wizard until it lives long enough to show a page.
func (l *life) start() {
	l.t.Helper()
	for {
		l.starts++
		if l.begin(); l.p.link == "" {
			l.afterDeath(l.p.said.String())
			continue
		}
		if l.v != nil {
			l.v.CloseIdleConnections()
		}
		l.v = newSurvivor(l.t, l.world, l.given, func(body []byte) { l.clean("a page", body) })
		err := l.v.SignIn(l.t.Context(), l.p.link)
		if err == nil {
			return
		}
		l.died(err)
	}
}

// begin starts the wizard; it may die at once.
func (l *life) begin() {
	l.t.Helper()
	l.p = startProcess(l.t, l.exe, l.b.l.Addr().String(), filepath.Join(l.dir, "data"), filepath.Join(l.dir, "world.json"), l.b.armed, append(slices.Clone(l.env), "TMPDIR="+l.tmp(), "PLEX_TOKEN="+l.world.Plex.Token())...)
}

// died takes the error of a wizard that was killed.
func (l *life) died(err error) {
	l.t.Helper()
	if !errors.Is(err, walker.ErrGone) {
		l.t.Fatalf("%v\n%s", err, tailOf(l.p.said.String()))
	}
	select {
	case <-l.p.ended:
	case <-time.After(mostTime):
		l.t.Fatalf("it does not answer, and lives: %v\n%s", err, l.p.said)
	}
	l.afterDeath(l.p.said.String())
}

func tailOf(s string) string { return s[max(0, len(s)-6000):] }

// given notes what the wizard has taken, so that it must not forget it.
func (l *life) given(form string, v url.Values) {
	keeps := func(what string, is func(steps.Settings) bool) {
		l.answers[what] = func(s steps.Settings) error {
			if !is(s) {
				return errors.New(what)
			}
			return nil
		}
	}
	switch {
	case v.Get("agree") != "":
		keeps("the consent", func(s steps.Settings) bool { return !s.Agreed.IsZero() })
	case v.Get("token") != "":
		l.answers["the token that was to be remembered"] = func(steps.Settings) error {
			_, err := os.Stat(filepath.Join(l.dir, "data", "token.sealed"))
			return err
		}
	case form == "/steps/dns/choose" && v.Get("domain") != "":
		keeps("the domain", func(s steps.Settings) bool { return s.Domain == sim.DemoDomain && s.Subdomain != "" })
	case form == "/steps/dns/choose" && v.Get("do") == "changed":
		keeps("that the name servers were changed", func(s steps.Settings) bool { return !s.Told.IsZero() })
	case form == "/steps/security/choose":
		keeps("the security choices", func(s steps.Settings) bool { return s.Security.Chosen })
	case form == "/steps/notifications/choose":
		email := v.Get("email")
		keeps("the address for mail", func(s steps.Settings) bool { return s.Alerts.Chosen && s.Alerts.Email == email })
	}
}

// afterDeath looks at what a killed wizard left behind.
func (l *life) afterDeath(said string) {
	l.t.Helper()
	data := filepath.Join(l.dir, "data")
	l.clean("what it printed", []byte(said))
	l.files(data)
	l.files(l.tmp())
	if _, err := os.Stat(filepath.Join(data, progressFile)); errors.Is(err, fs.ErrNotExist) {
		if len(l.answers) > 0 {
			l.t.Fatal("the progress is gone")
		}
		return
	}
	db, err := store.Open(filepath.Join(data, progressFile))
	if err != nil {
		l.t.Fatalf("the progress does not open: %v", err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			l.t.Error(err)
		}
	}()
	s, err := db.Settings()
	if err != nil {
		l.t.Fatal(err)
	}
	for _, kept := range l.answers {
		if err := kept(s); err != nil {
			l.lost++
			l.t.Errorf("an answer was lost: %v", err)
		}
	}
	events, err := db.Events()
	if err != nil || len(events) < l.events {
		l.t.Errorf("the history had %d entries and has %d: %v", l.events, len(events), err)
	}
	l.events = len(events)
}

// files looks for secrets in everything that was written.
func (l *life) files(dir string) {
	l.t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the connector, or a browser, ends a moment after the wizard
		}
		if err != nil || d.IsDir() || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err != nil || info.Size() > 4<<20 {
			return err // the connector's program
		}
		if name := filepath.Base(path); (name == "token" || strings.HasPrefix(name, ".key-")) && info.Mode().Perm() == 0o600 {
			return nil // the connector reads its key there, when it is whole, and only this user may
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			l.clean(filepath.Base(path), b)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.t.Error(err)
	}
}

// clean looks for secrets in one text.
func (l *life) clean(where string, text []byte) {
	for what, secret := range l.kept() {
		if secret != "" && bytes.Contains(text, []byte(secret)) && !l.told(where+what) {
			l.t.Errorf("%s is in %s", what, where)
		}
	}
}

func (l *life) told(leak string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.leaks[leak]
	l.leaks[leak] = true
	return before
}

// judge looks at the world in the end.
func (l *life) judge() {
	l.t.Helper()
	var states map[string]string
	// On a busy computer one look may not end in time; then it is taken again.
	eventually(l.t, func() bool {
		var err error
		if states, err = l.v.States(l.t.Context()); err != nil {
			l.t.Fatal(err)
		}
		return !slices.ContainsFunc(slices.Collect(maps.Values(states)), func(s string) bool { return s != "done" })
	})
	if len(states) == 0 {
		l.t.Error("the home page lists no step")
	}
	for step, state := range states {
		if state != "done" {
			if err := l.v.Open(l.t.Context(), "/steps/"+step); err != nil {
				l.t.Fatal(err)
			}
			l.t.Errorf("in the end step %s is %q: %s", step, state, l.v.Page().Says("main"))
		}
	}
	if err := l.v.Open(l.t.Context(), "/history"); err != nil {
		l.t.Fatal(err)
	}
	if _, err := os.Stat("/proc/self/environ"); err == nil {
		if found := l.children(); found < 2 {
			l.t.Errorf("only %d processes were found: the wizard and its connector are meant", found)
		}
	}
	l.p.kill()
	l.afterDeath(l.p.said.String())
	for _, twice := range l.twice() {
		l.duplicates++
		l.t.Errorf("twice: %s", twice)
	}
	after := l.objects()
	for id, was := range l.before {
		if after[id] != was {
			l.touched++
			l.t.Errorf("not ours, and changed: %s", difference(was, after[id]))
		}
	}
	for id, was := range l.prefs {
		if now := l.world.Plex.Preference(id); now != was {
			l.touched++
			l.t.Errorf("Plex had %s = %q and has %q", id, was, now)
		}
	}
	if got := l.world.Plex.Preference("customConnections"); !strings.Contains(got, "https://attic.lan:32400") || strings.Count(got, sim.DemoDomain) != 1 {
		l.t.Errorf("customConnections is %q", got)
	}
}
