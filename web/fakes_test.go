package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// memory is a store that counts its writes.
type memory struct {
	mu      sync.Mutex
	set     steps.Settings
	intents []steps.Intent
	events  []steps.Event
	found   map[string]steps.Found
	writes  int
	broken  error // every reading of the settings fails with it
}

func (m *memory) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.writes
}

func (m *memory) now() steps.Settings {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.set
}

func (m *memory) Settings() (steps.Settings, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.set, m.broken
}

func (m *memory) ChangeSettings(change func(*steps.Settings) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.set
	if err := change(&s); err != nil {
		return err
	}
	m.set, m.writes = s, m.writes+1
	return nil
}

func (m *memory) Begin(in steps.Intent) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.intents, m.writes = append(m.intents, in), m.writes+1
	return nil
}

func (m *memory) Finish(in steps.Intent, ev steps.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.intents = slices.DeleteFunc(m.intents, func(o steps.Intent) bool { return o.Attempt == in.Attempt })
	m.events, m.writes = append(m.events, ev), m.writes+1
	return nil
}

func (m *memory) Intents() ([]steps.Intent, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.intents), nil
}

func (m *memory) Events() ([]steps.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.events), nil
}

func (m *memory) Found(domain string) (steps.Found, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.found[domain], nil
}

func (m *memory) SaveFound(domain string, f steps.Found) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.found[domain], m.writes = f, m.writes+1
	return nil
}

// fakeStep sees what a test lets it see. An action is carried out when gate is
// open, and is not proposed any more afterwards.
type fakeStep struct {
	info steps.Info

	mu      sync.Mutex
	find    func(steps.Settings) (steps.Finding, error)
	gate    chan struct{} // closed to let actions end; nil for at once
	opened  bool
	begun   int // actions that were begun
	fail    error
	tells   []steps.Part    // told of before the gate
	at      context.Context // of the action that was begun last, to tell more of it
	applied []string
	looks   int
}

func (f *fakeStep) looked() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.looks
}

func (f *fakeStep) set(find func(steps.Settings) (steps.Finding, error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.find = find
}

// hold keeps actions running until release.
func (f *fakeStep) hold() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gate = make(chan struct{})
}

func (f *fakeStep) release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gate != nil && !f.opened {
		f.opened = true
		close(f.gate)
	}
}

// atWork waits until n actions were begun.
func (f *fakeStep) atWork(t *testing.T, n int) {
	t.Helper()
	eventually(t, "work begins", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.begun >= n
	})
}

func (f *fakeStep) count() int { return len(f.done()) }

func (f *fakeStep) done() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.applied)
}

func (f *fakeStep) Info() steps.Info { return f.info }

func (f *fakeStep) Inspect(_ context.Context, s steps.Settings) (steps.Finding, error) {
	f.mu.Lock()
	f.looks++
	find, applied := f.find, slices.Clone(f.applied)
	f.mu.Unlock()
	out, err := find(s)
	out.Actions = slices.DeleteFunc(slices.Clone(out.Actions), func(a steps.Action) bool { return slices.Contains(applied, a.ID) })
	return out, err
}

func (f *fakeStep) Apply(ctx context.Context, s steps.Settings, a steps.Action) (steps.Settings, error) {
	f.mu.Lock()
	gate, fail, tells := f.gate, f.fail, f.tells
	f.mu.Unlock()
	for _, p := range tells {
		steps.Report(ctx, p)
	}
	f.mu.Lock()
	f.begun, f.at = f.begun+1, ctx
	f.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return s, ctx.Err()
		}
	}
	if fail != nil {
		return s, fail
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.applied = append(f.applied, a.ID)
	return s, nil
}

// counter counts changes of one fake.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}

func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

type fakeToken struct {
	counter
	held     steps.Secret
	prove    func(context.Context, steps.Settings) (steps.Finding, error)
	unset    error // of removing an earlier one
	kept     bool
	unable   error // of remembering
	unforget error
}

func (f *fakeToken) ProveToken(ctx context.Context, s steps.Settings, _ steps.Secret) (steps.Finding, error) {
	return f.prove(ctx, s)
}

func (f *fakeToken) SetToken(_ context.Context, t steps.Secret) error {
	f.add()
	f.held = t
	return f.unset
}
func (f *fakeToken) HasToken() bool { return !f.held.IsZero() }
func (f *fakeToken) Where() string  { return "In memory." }
func (f *fakeToken) Remember(context.Context) error {
	f.add()
	f.kept = f.unable == nil
	return f.unable
}

func (f *fakeToken) Forget(context.Context) error {
	f.add()
	f.held = steps.Secret{}
	return f.unforget
}

// fakeTV is plex.tv's sign-in.
type fakeTV struct {
	counter
	state steps.PinState
	polls int
	down  error

	key    steps.Secret // that was pasted last
	signed bool
}

func (f *fakeTV) NewPin(context.Context) (steps.Pin, error) {
	f.add()
	if f.down != nil {
		return steps.Pin{}, f.down
	}
	f.state = "waiting"
	return steps.Pin{ID: 7, Code: "abcd", URL: "https://app.plex.tv/auth#?code=abcd", Expires: time.Date(2026, time.November, 22, 16, 12, 0, 0, time.UTC)}, nil
}

func (f *fakeTV) PollPin(_ context.Context, p steps.Pin) (steps.PinState, error) {
	f.polls++
	if p.ID != 7 {
		return "", errors.New("no such pin")
	}
	return f.state, f.down
}

func (f *fakeTV) UseToken(_ context.Context, _ steps.PlexFound, key steps.Secret) (bool, error) {
	f.add()
	f.key = key
	return key.Reveal() == canary, f.down
}

func (f *fakeTV) SignedIn() bool { return f.signed }

func (f *fakeTV) SignOut(context.Context) error {
	f.add()
	if f.down == nil {
		f.signed = false
	}
	return f.down
}

type fakeDemo struct {
	counter
	events []string
	err    error
}

func (f *fakeDemo) do(event string) error {
	f.add()
	f.events = append(f.events, event)
	return f.err
}

// fakeDNS answers for one record at the old servers, and reads zone files of
// lines such as "www A 192.0.2.1".
type fakeDNS struct {
	steps.DNS // whatever else is asked is a fault of the test
}

func (fakeDNS) Delegation(context.Context, string) (steps.Delegation, error) {
	return steps.Delegation{Exists: true, NS: []string{"ns1.old.test"}}, nil
}

func (fakeDNS) Answers(_ context.Context, _ []string, name, rtype string) ([]zone.Answer, error) {
	if name == "lost.example.com" {
		return nil, &net.OpError{Op: "dial", Net: "udp", Err: errors.New("network is unreachable")}
	}
	if name == "shop.example.com" && rtype == "A" {
		return []zone.Answer{{Records: []zone.Record{{Name: name, Type: rtype, Content: "192.0.2.7"}}}}, nil
	}
	if name == "good._domainkey.example.com" && rtype == "TXT" {
		return []zone.Answer{{Rcode: "NOERROR", Records: []zone.Record{{Name: name, Type: rtype, Content: `"v=DKIM1; p=x"`}}}}, nil
	}
	return nil, nil
}

func (fakeDNS) ReadZoneFile(r io.Reader, origin string) ([]zone.Record, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var out []zone.Record
	for n, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		f := strings.Fields(line)
		if len(f) != 3 {
			return nil, fmt.Errorf("line %d: %q is no record", n+1, line)
		}
		out = append(out, zone.Record{Name: f[0] + "." + origin, Type: f[1], Content: f[2]})
	}
	return out, nil
}

// fakeRules tries expressions as Cloudflare's dry run does.
type fakeRules struct {
	steps.Rulesets
	counter
	tried []string
	down  error
}

func (*fakeRules) Ruleset(_ context.Context, _, phase string) (steps.Ruleset, error) {
	return steps.Ruleset{ID: "r1", Phase: phase}, nil
}

func (f *fakeRules) AddRule(_ context.Context, _ string, _ steps.Ruleset, r steps.Rule, _ int, dry bool) error {
	if !dry {
		f.add()
	}
	f.tried = append(f.tried, r.Expression)
	if f.down != nil {
		return f.down
	}
	if strings.Contains(r.Expression, "nonsense") {
		return &steps.ServiceError{Service: "Cloudflare", Call: "POST /rules", Status: 400, Code: 20127, Message: "unknown identifier nonsense", Pointer: "/expression"}
	}
	return nil
}

type twoWords struct{}

func (twoWords) Pair() (string, error) { return "storeroom-parachute", nil }

type onePicture struct{}

func (onePicture) PNG(host string) ([]byte, bool) {
	return []byte("\x89PNG\r\n\x1a\n"), host == "plex.example.com"
}

// noPlex, openWay and attic are what the page "Before you start" looks at.
type noPlex struct{ steps.PlexServer }

func (noPlex) Find(context.Context, string) ([]steps.PlexFound, error) {
	return []steps.PlexFound{{State: "none"}}, nil
}

type openWay struct{ steps.ConnectorHost }

func (openWay) PreCheck(context.Context) (steps.Egress, error) {
	return steps.Egress{Names: true, TCP: true, UDP: true, API: true}, nil
}

type attic struct{ steps.Computer }

func (attic) System() string                                   { return "Linux on amd64" }
func (attic) MayInstall(context.Context) (bool, string)        { return true, "By sudo." }
func (attic) ClockSkew(context.Context) (time.Duration, error) { return 0, nil }

// fakeGitHub counts how often it is asked for the newest version.
type fakeGitHub struct {
	counter
	got steps.Published
	err error
}

func (f *fakeGitHub) newest(context.Context) (steps.Published, error) {
	f.add()
	return f.got, f.err
}
