package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// linkLife is how long a start link works.
const linkLife = 30 * time.Minute

// startLink is the one-time key that opens the wizard, in one form for the
// terminal and one for the browser that is begun with it.
type startLink struct {
	now func() time.Time

	mu     sync.Mutex
	keys   []startKey // using one uses up all
	until  time.Time
	failed int
	pause  time.Time
}

// startKey is a key of which only the hash is kept.
type startKey struct {
	hash [sha256.Size]byte
	// mine is a key that works only for the user who runs the wizard: it is on the
	// command line of a browser, where every user of this computer can read it.
	mine bool
}

// fresh makes a new key, in place of those before.
func (l *startLink) fresh() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keys, l.until = nil, l.now().Add(linkLife)
	return l.more(false)
}

// forBrowser makes one beside it.
func (l *startLink) forBrowser() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.more(true)
}

func (l *startLink) more(mine bool) string {
	key := rand.Text() // 130 bits
	l.keys = append(l.keys, startKey{sha256.Sum256([]byte(key)), mine})
	return key
}

type linkResult int

const (
	linkRight linkResult = iota
	linkWrong
	linkOld
	linkSlow  // too many wrong keys in a row
	linkOther // it was begun with a browser, and another user has it
)

// try uses the key up when it is right. mine tells whether the user who runs the
// wizard asks; it is asked only when that matters.
func (l *startLink) try(key string, mine func() bool) linkResult {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	sum := sha256.Sum256([]byte(key))
	i := slices.IndexFunc(l.keys, func(k startKey) bool { return subtle.ConstantTimeCompare(sum[:], k.hash[:]) == 1 })
	// Only wrong keys are slowed down: else whoever can reach the port could keep
	// the person out by guessing.
	if i < 0 {
		if now.Before(l.pause) {
			return linkSlow
		}
		if l.failed++; l.failed%10 == 0 {
			l.pause = now.Add(30 * time.Second)
		}
		return linkWrong
	}
	if now.After(l.until) {
		return linkOld
	}
	if l.keys[i].mine && !mine() {
		return linkOther
	}
	l.keys, l.failed = nil, 0
	return linkRight
}

// askedByUs reports whether a request was made by the user who runs the wizard,
// as far as this computer can tell.
func (s *Server) askedByUs(r *http.Request) bool {
	if s.Mine == nil {
		return true
	}
	server, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	to, terr := netip.ParseAddrPort(server.String())
	return err == nil && terr == nil && s.Mine(from, to)
}
