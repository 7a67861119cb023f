// Package web serves the wizard on localhost. It knows requests, sessions and
// forms; it asks the engine, builds view models and renders one component. It
// knows neither Cloudflare nor Plex nor how anything is stored.
package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"example.test/wizard/locale/translation"
	"example.test/wizard/steps"
)

// Config is what the server needs.
type Config struct {
	Engine   *steps.Engine
	DNS      *steps.DNSStep      // for a zone file
	Security *steps.SecurityStep // for the dry run of an expression
	Undo     Undo
	Export   *steps.Export // nil without a take-away as code
	Before   *steps.Preflight
	Token    TokenKeeper
	Plex     PlexSignIn
	Words    steps.Words
	Email    func(ctx context.Context) (string, error) // the account’s own address
	Pictures Pictures
	Demo     *Demo // nil outside the demonstration

	Languages translation.Languages // besides English

	AllowHosts []string // host names beside localhost, 127.0.0.1 and [::1]
	SSH        string   // command that forwards the port from another computer; empty for none
	Computer   string   // "attic, Linux on amd64"
	Version    string   // with commit and date, for the foot of the page
	Release    string   // the bare version
	Support    string   // the line for whoever is asked for help
	// Newest asks which version is the newest; nil when this build has nobody to ask. It is called for a press of its button only.
	Newest func(context.Context) (steps.Published, error)
	Log    *slog.Logger
	Now    func() time.Time
	// Mine tells whether the user who runs the wizard made a connection of this computer, from one address to the other; nil where that cannot be told.
	Mine func(from, to netip.AddrPort) bool
	Stop func() // ends the program; it returns at once
	Used func() // told of every request of somebody who may use the wizard; nil for none
}

// Undo is the engine of the undo, which has one step of its own.
type Undo struct {
	Engine *steps.Engine
	Ticked *Ticked
}

// TokenKeeper holds the Cloudflare token in memory, and elsewhere when asked to.
type TokenKeeper interface {
	// ProveToken asks Cloudflare with this token what step 1 would find. Nothing
	// else uses it, and the one that is held stays in use.
	ProveToken(ctx context.Context, s steps.Settings, t steps.Secret) (steps.Finding, error)
	// SetToken takes a token in place of the one that is held. An error says what
	// of an earlier one could not be removed; the new one is in use all the same.
	SetToken(ctx context.Context, t steps.Secret) error
	HasToken() bool
	Where() string // in words: in memory, in the keyring …
	// Remember stores the token in the keyring of the system or, where there is
	// none, in an encrypted file.
	Remember(ctx context.Context) error
	// Forget removes the token from memory and from wherever it was remembered.
	Forget(ctx context.Context) error
}

// PlexSignIn is the sign-in at plex.tv.
type PlexSignIn interface {
	NewPin(ctx context.Context) (steps.Pin, error)
	PollPin(ctx context.Context, p steps.Pin) (steps.PinState, error)
	// UseToken tries a key that the person pasted; false is the server's no.
	UseToken(ctx context.Context, s steps.PlexFound, key steps.Secret) (bool, error)
	SignedIn() bool // the wizard has a sign-in of its own
	// SignOut ends it, never the server's, and makes sure that it is gone.
	SignOut(ctx context.Context) error
}

// Pictures takes and keeps the screenshot of step 6.
type Pictures interface {
	PNG(host string) ([]byte, bool)
}

// Demo is the control panel of the pretend world.
type Demo struct {
	Token  string
	Events []DemoEvent
	Do     func(event string) error
}

// DemoEvent is something that can be made to happen.
type DemoEvent struct{ Name, Title string }

// Server is the wizard's HTTP side.
type Server struct {
	Config
	guard    guard
	session  *sessions
	start    *startLink
	pin      pinKeeper
	canvases sync.Pool  // of *canvas
	trial    sync.Mutex // one token is tried at a time
	newest   newest
}

// New makes a server. Its start link is made by [Server.NewLink].
func New(c Config) *Server {
	return &Server{
		Config: c, guard: newGuard(c.AllowHosts), session: newSessions(c.Now), start: &startLink{now: c.Now},
	}
}

// NewLink makes a start key that works once, within half an hour. Those before
// it stop working.
func (s *Server) NewLink() string { return s.start.fresh() }

// BrowserLink makes a second key beside that of [Server.NewLink], for the command
// line of a browser. It works only for whom Config.Mine knows; using one of the
// two uses up both.
func (s *Server) BrowserLink() string { return s.start.forBrowser() }

// handler is one page: an error it returns becomes a page too.
type handler func(w http.ResponseWriter, r *http.Request) error

// fragment is the answer to a poll. A person who opens its address is led to
// the page that it belongs to.
func fragment(page string, h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !isFragment(r) {
			http.Redirect(w, r, page, http.StatusSeeOther)
			return nil
		}
		return h(w, r)
	}
}

// post reads the form before the page does, so that one that is too large or
// broken is refused and not taken for an empty one.
func (s *Server) post(h handler) http.HandlerFunc {
	return s.do(func(w http.ResponseWriter, r *http.Request) error {
		if err := readForm(r); err != nil {
			return fmt.Errorf("%w: %w", errForm, err)
		}
		return h(w, r)
	})
}

// do turns the one error a handler returns into a page.
func (s *Server) do(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.Log.InfoContext(r.Context(), "request failed", "path", r.URL.Path, "err", err)
			s.showProblem(w, r, err)
		}
	}
}
