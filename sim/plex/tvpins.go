package plex

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// pin is one attempt to sign in: a program makes it, a person allows it at
// plex.tv, the program fetches the token.
type pin struct {
	ID      int       `json:"id"`
	Code    string    `json:"code"`
	Strong  bool      `json:"strong"`
	Client  string    `json:"client"`
	Product string    `json:"product"`
	Device  string    `json:"device"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Token   string    `json:"token,omitempty"` // empty until somebody allows it
}

// Lifetimes as recorded answers show them.
const (
	strongLifetime = 30 * time.Minute
	shortLifetime  = 15 * time.Minute
)

// POST /api/v2/pins?strong=true
func (t *PlexTV) createPin(w http.ResponseWriter, r *http.Request) {
	strong, _ := strconv.ParseBool(r.URL.Query().Get("strong")) // absent means a short code
	now := t.cfg.Now()
	p := &pin{
		Code: pick(shortLetters, 4), Strong: strong, Client: clientOf(r),
		Product: r.Header.Get("X-Plex-Product"), Device: r.Header.Get("X-Plex-Device-Name"), Created: now,
	}
	life := shortLifetime
	if strong {
		p.Code, life = pick(codeLetters, 25), strongLifetime
	}
	if t.cfg.PinLifetime > 0 {
		life = t.cfg.PinLifetime
	}
	p.Expires = now.Add(life)

	t.mu.Lock()
	t.nextPin++
	p.ID = t.nextPin
	t.pins[p.ID] = p
	t.writes++
	n := p.node(now)
	t.mu.Unlock()
	t.cfg.Changed()
	answer(w, r, http.StatusCreated, n, bare)
}

// GET /api/v2/pins/{id}: only for the client that made it.
func (t *PlexTV) showPin(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.Atoi(r.PathValue("id")) // no pin has the number 0
	t.mu.Lock()
	p, ok := t.livePin(id)
	if !ok || p.Client != clientOf(r) {
		t.mu.Unlock()
		answerTV(w, r, errNoPin)
		return
	}
	n := p.node(t.cfg.Now())
	t.mu.Unlock()
	answer(w, r, http.StatusOK, n, bare)
}

// livePin finds a pin that has not expired; the caller holds the lock.
func (t *PlexTV) livePin(id int) (*pin, bool) {
	p, ok := t.pins[id]
	if ok && !t.cfg.Now().Before(p.Expires) {
		delete(t.pins, id)
		return nil, false
	}
	return p, ok
}

// pinByCode finds a live pin; the caller holds the lock.
func (t *PlexTV) pinByCode(code string) (*pin, bool) {
	for id := range t.pins {
		if p, ok := t.livePin(id); ok && p.Code == code {
			return p, true
		}
	}
	return nil, false
}

func (p *pin) node(now time.Time) node {
	var token any
	if p.Token != "" {
		token = p.Token
	}
	return node{
		name: "pin",
		attrs: []attr{
			{"id", p.ID},
			{"code", p.Code},
			{"product", p.Product},
			{"trusted", false},
			{"qr", "https://plex.tv/api/v2/pins/qr/" + p.Code},
			{"clientIdentifier", p.Client},
			{"expiresIn", int(p.Expires.Sub(now) / time.Second)},
			{"createdAt", stamp(p.Created)},
			{"expiresAt", stamp(p.Expires)},
			{"authToken", token},
			{"newRegistration", nil},
		},
		kids: []node{{name: "location", shape: shapeObject, attrs: []attr{
			{"code", "GB"}, {"country", "United Kingdom"}, {"city", "London"}, {"time_zone", "Europe/London"},
		}}},
	}
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// Allow is the person's yes on the sign-in page: the pin with this code gets a
// token of the account.
func (t *PlexTV) Allow(code, username string) error {
	t.mu.Lock()
	err := t.allow(code, username)
	t.mu.Unlock()
	if err == nil {
		t.cfg.Changed()
	}
	return err
}

func (t *PlexTV) allow(code, username string) error {
	account, ok := t.account(username)
	if !ok {
		return fmt.Errorf("pretend plex.tv: no account %q", username)
	}
	p, ok := t.pinByCode(code)
	if !ok {
		return fmt.Errorf("pretend plex.tv: %w", errNoPin)
	}
	p.Token = newToken(20)
	t.tokens[p.Token] = grant{Account: account.Username, Client: p.Client}
	return nil
}

// deny is the person's no: the pin is gone, as if it had expired. What the real
// one answers to the program after a no is not known.
func (t *PlexTV) deny(code string) {
	t.mu.Lock()
	if p, ok := t.pinByCode(code); ok {
		delete(t.pins, p.ID)
	}
	t.mu.Unlock()
	t.cfg.Changed()
}
