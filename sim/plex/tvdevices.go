package plex

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
)

// device is a server as plex.tv knows it.
type device struct {
	ID            string        `json:"id"`
	Name          string        `json:"name"`
	Version       string        `json:"version"`
	PublicAddress string        `json:"publicAddress"`
	Token         string        `json:"token"`        // the server's own
	AccountToken  string        `json:"accountToken"` // the owner's, held by the server
	Running       bool          `json:"running"`
	SignedIn      bool          `json:"signedIn"` // a server that is not cannot speak to plex.tv
	Claimed       bool          `json:"claimed"`
	Created       time.Time     `json:"created"`
	Now           publication   `json:"now"`
	Later         []publication `json:"later,omitempty"`
}

// publication is what a server says of its addresses, visible from Due on.
type publication struct {
	Due           time.Time    `json:"due"`
	Connections   []Connection `json:"connections"`
	HTTPSRequired bool         `json:"httpsRequired"`
}

// announce enters a server. One that is known already keeps the connections
// that were published.
func (t *PlexTV) announce(d device, first []Connection) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.devices[d.ID]; ok {
		t.change(d)
		return
	}
	d.Created = t.cfg.Now()
	d.Now = publication{Due: d.Created, Connections: first}
	t.devices[d.ID] = &d
}

// update takes over what a server is, not where.
func (t *PlexTV) update(d device) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.change(d)
}

func (t *PlexTV) change(d device) {
	old, ok := t.devices[d.ID]
	if !ok {
		return
	}
	d.Created, d.Now, d.Later = old.Created, old.Now, old.Later
	t.devices[d.ID] = &d
}

func (t *PlexTV) forget(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.devices, id)
}

func (t *PlexTV) publish(id string, p publication) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if d, ok := t.devices[id]; ok {
		d.Later = append(d.Later, p)
	}
}

// settle makes visible what is due; the caller holds the lock.
func (t *PlexTV) settle(d *device) {
	var later []publication
	for _, p := range d.Later {
		switch {
		case p.Due.After(t.cfg.Now()):
			later = append(later, p)
		case !p.Due.Before(d.Now.Due):
			d.Now = p
		}
	}
	d.Later = later
}

// Connections is what plex.tv holds for a server at this moment.
func (t *PlexTV) Connections(machineIdentifier string) []Connection {
	t.mu.Lock()
	defer t.mu.Unlock()
	d, ok := t.devices[machineIdentifier]
	if !ok {
		return nil
	}
	t.settle(d)
	return slices.Clone(d.Now.Connections)
}

// accessToken is "a different set of tokens used to talk to PMS" (Plex's
// document): one for each account and server, good at that server only.
func (d *device) accessToken(a Account) string {
	sum := sha256.Sum256([]byte("access\x00" + d.Token + "\x00" + a.UUID))
	return hex.EncodeToString(sum[:10])
}

// ownToken tells whether the token is the server's own and valid at plex.tv.
func (d *device) ownToken(token string) bool {
	return token == d.Token && d.Claimed && d.SignedIn
}

// grant is an account token that came from a pin.
type grant struct {
	Account string `json:"account"` // user name
	Client  string `json:"client"`
}

// levelAt answers a server that asks whose token it was shown.
func (t *PlexTV) levelAt(token, id string) level {
	t.mu.Lock()
	defer t.mu.Unlock()
	if account, ok := t.accountOf(token); ok {
		return t.levelOf(account)
	}
	d, ok := t.devices[id]
	if !ok {
		return levelNone
	}
	for _, account := range t.accounts() {
		if token == d.accessToken(account) {
			return t.levelOf(account)
		}
	}
	return levelNone
}

func (t *PlexTV) levelOf(a Account) level {
	if a == t.cfg.Owner {
		return levelOwner
	}
	return levelShared
}

// accountOf tells whose token this is at plex.tv itself: one from a pin, the
// owner's that a server holds, or a server's own while it is claimed and signed
// in. The caller holds the lock.
func (t *PlexTV) accountOf(token string) (Account, bool) {
	if token == "" {
		return Account{}, false
	}
	if g, ok := t.tokens[token]; ok {
		return t.account(g.Account)
	}
	for _, d := range t.devices {
		if token == d.AccountToken && d.Claimed || d.ownToken(token) {
			return t.cfg.Owner, true
		}
	}
	return Account{}, false
}

func (t *PlexTV) accounts() []Account {
	return append([]Account{t.cfg.Owner}, t.cfg.Friends...)
}

func (t *PlexTV) account(username string) (Account, bool) {
	for _, a := range t.accounts() {
		if a.Username == username {
			return a, true
		}
	}
	return Account{}, false
}
