package plex

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// PlexTV pretends plex.tv, clients.plex.tv and the sign-in page of app.plex.tv,
// all at one address over plain HTTP.
type PlexTV struct {
	cfg Config
	mux *http.ServeMux

	gate   sync.Mutex // one start or stop at a time
	socket socket

	mu         sync.Mutex
	addr       string
	devices    map[string]*device // by machine identifier
	tokens     map[string]grant   // account tokens from claimed pins
	pins       map[int]*pin
	nextPin    int
	trouble    Trouble
	writes     int
	violations []string
}

// Trouble is how plex.tv misbehaves at the moment.
type Trouble struct {
	RateLimited int           `json:"rateLimited,omitempty"` // this many more calls are answered 429, code 1003
	Unavailable int           `json:"unavailable,omitempty"` // this many more calls are answered 503
	Slow        time.Duration `json:"slow,omitempty"`        // before every answer, divided by Speed
}

// StartPlexTV starts a plex.tv.
func StartPlexTV(cfg Config) (*PlexTV, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	t := &PlexTV{
		cfg: cfg, socket: socket{addr: cfg.Addr},
		devices: map[string]*device{}, tokens: map[string]grant{}, pins: map[int]*pin{}, nextPin: 564964751,
	}
	t.mux = t.routes()
	if err := t.Start(); err != nil {
		return nil, err
	}
	return t, nil
}

// Start opens the port again after Stop.
func (t *PlexTV) Start() error {
	t.gate.Lock()
	defer t.gate.Unlock()
	var h http.Handler = t
	if t.cfg.Wrap != nil {
		h = t.cfg.Wrap(t)
	}
	if err := t.socket.open(h, nil); err != nil {
		return err
	}
	t.mu.Lock()
	t.addr = t.socket.addr
	t.mu.Unlock()
	return nil
}

// Stop makes the port refuse: plex.tv is down. What the servers publish
// meanwhile is seen when it is back.
func (t *PlexTV) Stop() error {
	t.gate.Lock()
	defer t.gate.Unlock()
	if err := t.socket.close(); err != nil {
		return fmt.Errorf("stopping the pretend plex.tv: %w", err)
	}
	return nil
}

// Close ends it for good.
func (t *PlexTV) Close() error {
	t.gate.Lock()
	defer t.gate.Unlock()
	if err := t.socket.giveUp(); err != nil {
		return fmt.Errorf("closing the pretend plex.tv: %w", err)
	}
	return nil
}

// URL is the base address of the API and of the sign-in page.
func (t *PlexTV) URL() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return "http://" + t.addr
}

// Owner is the account that owns the servers.
func (t *PlexTV) Owner() Account {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cfg.Owner
}

// SetPass buys or ends the owner's Plex Pass.
func (t *PlexTV) SetPass(active bool) {
	t.mu.Lock()
	t.cfg.Owner.PlexPass = active
	t.mu.Unlock()
	t.cfg.Changed()
}

// SetTrouble changes how plex.tv behaves from now on.
func (t *PlexTV) SetTrouble(trouble Trouble) {
	t.mu.Lock()
	t.trouble = trouble
	t.mu.Unlock()
	t.cfg.Changed()
}

// Trouble returns how plex.tv misbehaves at present: of what is counted, what is left.
func (t *PlexTV) Trouble() Trouble {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.trouble
}

// Writes counts the state-changing calls that programs made and plex.tv
// accepted. What a person presses on the sign-in page does not count.
func (t *PlexTV) Writes() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.writes
}

// Violations lists what must never happen: signing out a server's own token,
// which would un-claim the server, or the owner's token that is not the
// program's own; and a token in a query, which ends in logs.
func (t *PlexTV) Violations() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.violations)
}

func (t *PlexTV) routes() *http.ServeMux {
	mux := http.NewServeMux()
	api := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, t.call(h)) }
	api("POST /api/v2/pins", t.createPin)
	api("GET /api/v2/pins/{id}", t.showPin)
	api("GET /api/v2/user", t.showUser)
	api("GET /api/v2/resources", t.showResources)
	api("DELETE /api/v2/users/signout", t.signOut)
	api("/", func(w http.ResponseWriter, r *http.Request) { answerTV(w, r, errNotFound) })
	mux.HandleFunc("GET /auth", t.showAuth)
	mux.HandleFunc("POST /auth", t.pressAuth)
	mux.HandleFunc("GET /link", t.showLink)
	mux.HandleFunc("POST /link", t.enterLink)
	return mux
}

// ServeHTTP implements http.Handler.
func (t *PlexTV) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t.mux.ServeHTTP(w, r)
}

// call stands before every function of the API: trouble first, then the client
// identifier without which plex.tv answers nothing.
func (t *PlexTV) call(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("X-Plex-Token") {
			t.violate("a token in the query of " + r.Method + " " + r.URL.Path)
		}
		wait, err := t.hinder()
		pause(r.Context().Done(), wait)
		if err == nil && clientOf(r) == "" {
			err = errNoClient
		}
		if err != nil {
			if errors.Is(err, errRateLimited) {
				w.Header().Set("Retry-After", t.retryAfter())
			}
			answerTV(w, r, err)
			return
		}
		next(w, r)
	}
}

// hinder uses up one call's worth of trouble.
func (t *PlexTV) hinder() (wait time.Duration, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	wait = scaled(t.trouble.Slow, t.cfg.Speed)
	switch {
	case t.trouble.RateLimited > 0:
		t.trouble.RateLimited--
		return wait, errRateLimited
	case t.trouble.Unavailable > 0:
		t.trouble.Unavailable--
		return wait, errUnavailable
	}
	return wait, nil
}

// retryAfter is 5 s of the pretend world's time, at least the 1 s that the
// header can say.
func (t *PlexTV) retryAfter() string {
	return xmlText(max(1, int(scaled(5*time.Second, t.cfg.Speed)/time.Second)))
}

func (t *PlexTV) violate(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.violations = append(t.violations, what)
}

func clientOf(r *http.Request) string {
	if id := r.Header.Get("X-Plex-Client-Identifier"); id != "" {
		return id
	}
	return r.URL.Query().Get("X-Plex-Client-Identifier")
}
