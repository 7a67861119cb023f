package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/securecookie"
	gorilla "github.com/gorilla/sessions"
)

// sessions keeps who may use the wizard. The cookie holds only a random id; what
// it means is held here, in memory, with keys of this process, so that a restart
// signs everyone out.
type sessions struct {
	store *gorilla.CookieStore
	name  string
	now   func() time.Time

	mu   sync.Mutex
	open map[string]*session
}

type session struct {
	since time.Time
	flash flash
	ids   []string // those that open it; the last is the newest
}

func newSessions(now func() time.Time) *sessions {
	store := gorilla.NewCookieStore(securecookie.GenerateRandomKey(32), securecookie.GenerateRandomKey(32))
	// Every field by hand: the store's own defaults are for other programs. Lax,
	// because plex.tv leads back here by a link. Not Secure, because this is http
	// on localhost. MaxAge 0 ends it with the browser.
	store.Options = &gorilla.Options{Path: "/", MaxAge: 0, HttpOnly: true, Secure: false, SameSite: http.SameSiteLaxMode}
	store.MaxAge(0)
	store.Options.MaxAge = 0
	for _, c := range store.Codecs {
		if sc, ok := c.(*securecookie.SecureCookie); ok {
			sc.SetSerializer(onlyID{})
		}
	}
	// The name differs per process, so that two wizards on two ports of one
	// computer do not overwrite each other: cookies ignore ports.
	return &sessions{store: store, name: "ptw-" + rand.Text()[:8], now: now, open: map[string]*session{}}
}

// onlyID writes the one value that the cookie holds. The package's own way, gob,
// explains its types anew with every cookie, which takes longer than the rest of
// a request.
type onlyID struct{}

var errCookie = errors.New("the cookie holds something else than an id")

// Serialize implements [securecookie.Serializer].
func (onlyID) Serialize(src any) ([]byte, error) {
	values, ok := src.(map[any]any)
	id, text := values["id"].(string)
	if !ok || !text || len(values) != 1 {
		return nil, errCookie
	}
	return []byte(id), nil
}

// Deserialize implements [securecookie.Serializer].
func (onlyID) Deserialize(src []byte, dst any) error {
	values, ok := dst.(*map[any]any)
	if !ok {
		return errCookie
	}
	*values = map[any]any{"id": string(src)}
	return nil
}

// find returns the session of a request, or nil. A request with a newer id ends
// the older ones.
func (s *sessions) find(r *http.Request) *session {
	c, err := s.store.Get(r, s.name)
	if err != nil {
		return nil
	}
	id, _ := c.Values["id"].(string)
	s.mu.Lock()
	defer s.mu.Unlock()
	ses := s.open[id]
	if ses == nil {
		return nil
	}
	for ses.ids[0] != id {
		delete(s.open, ses.ids[0])
		ses.ids = ses.ids[1:]
	}
	return ses
}

// begin opens a new session with a new id, and ends the one before it, so that
// an id planted beforehand is worth nothing.
func (s *sessions) begin(w http.ResponseWriter, r *http.Request) error {
	if old := s.find(r); old != nil {
		s.mu.Lock()
		for _, id := range old.ids {
			delete(s.open, id)
		}
		s.mu.Unlock()
	}
	return s.give(w, r, &session{since: s.now()})
}

// renew gives the session of a request a new id, before it may do more than
// until now: what a neighbour learnt of the old one is worth nothing then. The
// old id ends with the first request that brings the new one, because an answer
// may be lost, and other pages of the same browser may be asking meanwhile.
func (s *sessions) renew(w http.ResponseWriter, r *http.Request) error {
	if ses := s.find(r); ses != nil {
		return s.give(w, r, ses)
	}
	return nil // it ended while this request was under way
}

// give sends the browser a new id for a session.
func (s *sessions) give(w http.ResponseWriter, r *http.Request, ses *session) error {
	id := rand.Text()
	s.mu.Lock()
	ses.ids = append(ses.ids, id)
	s.open[id] = ses
	s.mu.Unlock()
	c := gorilla.NewSession(s.store, s.name) // that of the request goes on with the id that it came with
	options := *s.store.Options
	c.Options, c.Values = &options, map[any]any{"id": id}
	return c.Save(r, w)
}

// A flash is a sentence for the next page, with the mark that stands before it.
type flash struct {
	tone tone
	text string
}

// A tone is the mark of a note.
type tone string

// What a sentence after a press can be: it went well, it is good to know, or it did
// not go as the person meant it.
const (
	toneDone      tone = "done"
	toneInfo      tone = "info"
	toneAttention tone = "attention"
)

// setFlash leaves a sentence for the next page.
func (s *sessions) setFlash(r *http.Request, t tone, text string) {
	if ses := s.find(r); ses != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		ses.flash = flash{t, text}
	}
}

// takeFlash returns the sentence and forgets it.
func (s *sessions) takeFlash(r *http.Request) flash {
	ses := s.find(r)
	if ses == nil {
		return flash{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := ses.flash
	ses.flash = flash{}
	return f
}
