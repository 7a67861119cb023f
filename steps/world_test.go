package steps_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	domain   = "example.com"
	host     = "copper-otter.example.com"
	plexID   = "d6a1c6bd0f1016e2a1033e1a1f1033aa00000001"
	tunnelID = "tunnel-1"
)

// A world behaves like Cloudflare, DNS, this computer and Plex together, in
// memory. Its parts lean on each other as the true ones do: a connector joins
// when its key fits, plex.tv lists what Plex was told.
type world struct {
	mu     sync.Mutex
	writes []string         // every change that was made, in order
	posts  map[string]int   // every change that was asked for, by call
	faults map[string]fault // by call, such as "CreateTunnel"
	serial int

	token    steps.Token
	tokenErr error
	accounts []steps.Account
	denied   map[string]bool // permissions by key
	email    string
	team     string // Zero Trust team domain
	apps     []steps.AccessApp

	zones     []steps.Zone
	records   map[string][]steps.CloudRecord // by zone id
	phases    map[string]steps.Ruleset
	settings  map[string]string
	fight     bool
	counts    []steps.Count
	tunnels   []steps.CloudTunnel
	ingress   map[string]steps.Ingress
	policies  []steps.AlertPolicy
	scanned   []zone.Record
	activated int // how often Cloudflare was asked to look

	parent     []string // name servers at the registry
	ds         []string
	signed     string // the DS record of Cloudflare's key
	unknownTo  bool   // the registry does not know the domain
	old        []zone.Record
	oldSilent  bool   // no old server answers
	offline    error  // of every question to the name system
	forgetful  string // a type of records that Cloudflare's servers do not answer yet
	searching  chan struct{}
	stubborn   bool // resolvers remember the old servers
	registered steps.Registration

	local  steps.LocalConnector
	left   steps.LocalConnector // what ran here before it was uninstalled
	leftAt time.Time
	others map[string][]steps.CloudConnector // of other computers, by tunnel
	way    steps.Egress
	newest string // release of the connector

	plex      steps.PlexFound
	prefs     map[string]string
	noToken   bool
	details   steps.PlexDetails
	listed    []steps.PlexConnection
	deaf      int // how often plex.tv must be told again before it lists
	strangers bool
	challenge bool
}

// A fault is what happens to a call that changes something.
type fault struct {
	kind string        // "lost": done, and the answer is lost; "dropped": not done, answer lost; "refused"; "too many": refused with 429; "killed before" and "killed after": the process dies
	hold chan struct{} // the call waits for it
	kill func()
	nth  int // the first call that it befalls; 0 for the next
	left int // how many calls it befalls; 0 for all
}

func newWorld() *world {
	w := &world{
		posts: map[string]int{}, faults: map[string]fault{}, denied: map[string]bool{}, records: map[string][]steps.CloudRecord{}, phases: map[string]steps.Ruleset{},
		settings: map[string]string{"browser_check": "on", "security_level": "medium", "min_tls_version": "1.0", "always_use_https": "off"},
		ingress:  map[string]steps.Ingress{}, prefs: map[string]string{"customConnections": "http://192.168.1.2:32400", "PublishServerOnPlexOnlineKey": "1", "RelayEnabled": "1", "secureConnections": "1", "allowedNetworks": "", "LanNetworksBandwidth": ""},
	}
	w.token = steps.Token{ID: "tok-1", Kind: "user", Last4: "••••••••wxyz", Status: "active", Reading: w.read("api.cloudflare.com")}
	w.accounts = []steps.Account{{ID: "acc-1", Name: "Home"}}
	w.email = "me@example.com"
	w.parent = []string{"ns1.old.example", "ns2.old.example"}
	w.old = []zone.Record{
		{Name: domain, Type: "A", TTL: 300, Content: "192.0.2.10"},
		{Name: domain, Type: "MX", TTL: 300, Content: "10 mail.example.com."},
		{Name: "mail." + domain, Type: "A", TTL: 300, Content: "192.0.2.25"},
		{Name: domain, Type: "TXT", TTL: 300, Content: `"v=spf1 mx -all"`},
	}
	w.registered = steps.Registration{Found: true, Registrar: "Namecheap, Inc.", Guide: steps.RegistrarGuide{Key: "namecheap", Name: "Namecheap"}, Expires: time.Date(2027, 5, 1, 0, 0, 0, 0, time.UTC)}
	w.way = steps.Egress{Names: true, TCP: true, UDP: true, API: true, Detail: map[string]string{}}
	w.plex = steps.PlexFound{Origin: "https://127.0.0.1:32400", ID: plexID, Version: "1.43.3", Claimed: true, State: "ok", Took: 3 * time.Millisecond, Reading: w.read("127.0.0.1")}
	w.details = steps.PlexDetails{Name: "Attic", Version: "1.43.3", SignedIn: true, Pass: true, Username: "me", Reading: w.read("127.0.0.1")}
	w.publish()
	return w
}

func (w *world) read(source string) steps.Reading {
	return steps.Reading{At: time.Now().Round(0), Source: source, Ray: "8f0"}
}

func (w *world) id(kind string) string {
	w.serial++
	return fmt.Sprintf("%s-%d", kind, w.serial)
}

// change makes one change, or what the fault makes of it.
func (w *world) change(ctx context.Context, call, what string, do func()) error {
	w.mu.Lock()
	w.posts[call]++
	f, faulty := w.faults[call]
	if faulty && w.posts[call] < f.nth {
		f, faulty = fault{}, false
	}
	if faulty && f.left > 0 {
		if f.left--; f.left == 0 {
			delete(w.faults, call)
		} else {
			w.faults[call] = f
		}
	}
	w.mu.Unlock()
	if f.hold != nil {
		select {
		case <-f.hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	service := &steps.ServiceError{Service: "Cloudflare", Call: "POST " + call, Ray: "8f1"}
	switch f.kind {
	case "killed before":
		f.kill()
		return errDead
	case "dropped":
		service.Unclear = true
		return service
	case "refused":
		service.Status, service.Code, service.Message = 400, 1004, "no"
		return service
	case "too many":
		service.Status, service.Code, service.Wait = 429, 971, 5*time.Minute
		return service
	}
	w.mu.Lock()
	do()
	w.writes = append(w.writes, call+" "+what)
	w.mu.Unlock()
	switch f.kind {
	case "lost":
		service.Unclear, service.Err = true, context.DeadlineExceeded
		return service
	case "killed after":
		f.kill()
		return errDead
	}
	return nil
}

func (w *world) fail(call string, f fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults[call] = f
}

func (w *world) heal(call string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.faults, call)
}

func (w *world) asked(call string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.posts[call]
}

func (w *world) changes() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.writes)
}

// with changes the world behind everybody's back.
func (w *world) with(do func(w *world)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	do(w)
}

// A rig is an engine with all nine steps in a world.
type rig struct {
	*steps.Engine
	w     *world
	store *memory
	steps []steps.Step
	woke  atomic.Int64    // how often a sleep was noticed
	skew  *atomic.Int64   // added to the clock that the engine sees, in nanoseconds
	lists func() []string // what the undo lists, for a test that compares; nil for none
}

func (r *rig) now() time.Time { return time.Now().Add(time.Duration(r.skew.Load())) }

// quiet keeps the engine's log out of the tests' output.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func newRig(w *world, store *memory) *rig {
	r := &rig{w: w, store: store, skew: new(atomic.Int64)}
	c, net, box, plex := cloud{w}, internet{w}, box{w}, plexServer{w}
	r.steps = []steps.Step{
		&steps.AccountStep{API: c, Permissions: permissions(), TokenLink: "https://dash.cloudflare.com/profile/api-tokens", Now: r.now},
		&steps.DNSStep{Zones: c, Records: c, DNS: net, Registry: net, Store: store, Now: r.now, Pace: 1},
		&steps.CacheStep{Rules: c, Analytics: c, Plans: c, Now: r.now},
		&steps.TunnelStep{Tunnels: c, Host: box, Computer: box, Now: r.now},
		&steps.HostnameStep{Tunnels: c, Records: c, DNS: net, Host: box, Plex: plex},
		&steps.URLStep{Visitor: visitor{w}, DNS: net, Tunnels: c, Plex: plex},
		&steps.PlexStep{Server: plex, TV: tv{w}, Viewers: plex, Addresses: plex, Visitor: visitor{w}, Now: r.now, Pace: 1},
		&steps.SecurityStep{Rules: c, Settings: c, Analytics: c, Visitor: visitor{w}, Plex: plex, Access: c, Tunnels: c, Plans: c, Records: c, Now: r.now},
		&steps.NotificationsStep{Alerts: c, Tokens: c},
	}
	r.Engine = steps.New(steps.Config{Steps: r.steps, Store: store, Log: quiet(), Now: r.now, Pace: 1})
	return r
}

func permissions() []steps.Permission {
	return []steps.Permission{
		{Key: "zone", Type: "edit", Name: "Zone: Zone: Edit", For: "step 2"},
		{Key: "dns", Type: "edit", Name: "Zone: DNS: Edit", Zone: true, For: "steps 2 and 5"},
		{Key: "argotunnel", Type: "edit", Name: "Account: Cloudflare Tunnel: Edit", For: "steps 4 and 5"},
		{Key: "user_details", Type: "read", Name: "User: User Details: Read", For: "step 9", Soft: true},
	}
}

func (r *rig) step(id steps.ID) steps.Step {
	return r.steps[slices.IndexFunc(r.steps, func(s steps.Step) bool { return s.Info().ID == id })]
}

// bubble runs a test with a clock of its own, in which no sleep takes time.
func bubble(t *testing.T, s steps.Settings, do func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(newWorld(), newMemory(s))
		defer r.close(t)
		do(t, r)
	})
}

func (r *rig) close(t *testing.T) {
	t.Helper()
	if err := r.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

// look takes a fresh look that must succeed.
func (r *rig) look(t *testing.T, id steps.ID) steps.Seen {
	t.Helper()
	r.Forget()
	seen, err := r.Look(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if seen.Problem != nil {
		t.Fatalf("looking at %s: %v", id, seen.Problem)
	}
	for _, complaint := range steps.Sound(seen.Finding) {
		if id == steps.IDUndo {
			break // it is not in the list of steps, and its page gives the reasons
		}
		t.Errorf("%s: %s", id, complaint)
	}
	return seen
}

// run confirms the plan of a step as it is and waits for the job.
func (r *rig) run(t *testing.T, id steps.ID) steps.Job {
	t.Helper()
	r.start(t, id)
	return r.wait(t, id)
}

func (r *rig) start(t *testing.T, id steps.ID) {
	t.Helper()
	seen := r.look(t, id)
	if err := r.Start(t.Context(), id, seen.Plan); err != nil {
		t.Fatalf("starting %s (%s): %v", id, planOf(seen.Finding), err)
	}
}

// wait waits for the end of the job of a step.
func (r *rig) wait(t *testing.T, id steps.ID) steps.Job {
	t.Helper()
	for range 100_000 {
		if j, ok := r.Job(id); ok && !j.Running() {
			return j
		}
		time.Sleep(10 * time.Millisecond) // of the bubble's clock
	}
	t.Fatal("the job does not end")
	return steps.Job{}
}

func (r *rig) settings(t *testing.T) steps.Settings {
	t.Helper()
	s, err := r.Settings()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (r *rig) update(t *testing.T, change func(s *steps.Settings)) {
	t.Helper()
	if err := r.Update(func(s *steps.Settings) error { change(s); return nil }); err != nil {
		t.Fatal(err)
	}
}

func planOf(f steps.Finding) string {
	var out []string
	for _, a := range f.Actions {
		name := a.ID
		if a.Auto {
			name += " (auto)"
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}
