package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// boundaries are the moments at which the wizard can die: before and after each
// call to the outside and each commit. Moments that are alike are one boundary,
// whose name has ids and numbers left out.
type boundaries struct {
	t    *testing.T
	l    net.Listener
	wg   sync.WaitGroup
	dies func(name string, nth int) bool // whether to die there

	mu      sync.Mutex
	reached map[string]int    // by name: how often
	order   []string          // names in the order of their first time
	words   map[string]string // names that differ from run to run
	during  string            // the change that was begun last
	attempt int               // how many were begun
	kill    func()            // nil while the wizard is down
	over    bool              // nobody dies any more
}

func newBoundaries(t *testing.T) *boundaries {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &boundaries{t: t, l: l, reached: map[string]int{}, words: map[string]string{}, dies: func(string, int) bool { return false }}
	b.wg.Go(b.listen)
	return b
}

func (b *boundaries) close() {
	_ = b.l.Close()
	b.wg.Wait()
}

// listen hears of commits.
func (b *boundaries) listen() {
	for {
		c, err := b.l.Accept()
		if err != nil {
			return
		}
		b.wg.Go(func() {
			defer c.Close()
			line, err := bufio.NewReader(c).ReadString('\n')
			when, what, _ := strings.Cut(strings.TrimSpace(line), " ")
			if when == "learn" {
				word, as, _ := strings.Cut(what, " ")
				b.learn(word, as)
				_, _ = io.WriteString(c, "go on\n")
				return
			}
			if when == "before" {
				b.begun(what)
			}
			if err == nil && !b.reach(b.plain(what), when) {
				_, _ = io.WriteString(c, "go on\n")
			}
		})
	}
}

// claim counts a moment, and tells whether the wizard is to die there. What else
// it does meanwhile goes on, as it would.
func (b *boundaries) claim(what, when string) (kill func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kill == nil || b.over {
		return nil // sent by one that is being killed already, or that may live on: nobody is left to die there
	}
	name := when + " " + what
	if b.reached[name]++; b.reached[name] == 1 {
		b.order = append(b.order, name)
	}
	if !b.dies(name, b.reached[name]) {
		return nil
	}
	kill, b.kill = b.kill, nil
	return kill
}

// begun notes which change the calls that follow belong to.
func (b *boundaries) begun(what string) {
	if in, ok := strings.CutPrefix(what, "commit: intent "); ok {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.during, b.attempt = in, b.attempt+1
	}
}

func (b *boundaries) reach(what, when string) (dead bool) {
	kill := b.claim(what, when)
	if kill != nil {
		kill()
	}
	return kill != nil
}

// armed lets the wizard die by kill from now on.
func (b *boundaries) armed(kill func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kill = kill
}

// allow ends the dying.
func (b *boundaries) allow() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = true
}

// learn makes a word that differs from run to run read the same.
func (b *boundaries) learn(word, as string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if word != "" {
		b.words[word] = as
	}
}

func (b *boundaries) names() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.order)
}

// wrap stands before a service. After the call the wizard dies without having
// heard the answer.
func (b *boundaries) wrap(service string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" || strings.Contains(r.URL.Path, "/download/") && r.Method == http.MethodHead {
			h.ServeHTTP(w, r)
			return
		}
		what := callName(service, r)
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			b.mu.Lock()
			what += ", for " + b.during
			b.mu.Unlock()
		}
		what = b.plain(what)
		if b.reach(what, "before") {
			panic(http.ErrAbortHandler)
		}
		if kill := b.claim(what, "after"); kill != nil {
			h.ServeHTTP(httptest.NewRecorder(), r)
			kill()
			panic(http.ErrAbortHandler)
		}
		h.ServeHTTP(w, r)
	})
}

// callName names a call; a change also by what it is about, a query by its keys.
func callName(service string, r *http.Request) string {
	name := service + ": " + r.Method + " " + r.URL.Path
	var keys []string
	for k, vs := range r.URL.Query() {
		if k == "name" || k == "type" {
			k += "=" + strings.Join(vs, ",")
		}
		if !strings.HasPrefix(k, "X-Plex") {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	name += " " + strings.Join(keys, "&")
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Body == nil {
		return name
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
	if err != nil {
		return name
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var about map[string]any
	if json.Unmarshal(body, &about) != nil {
		return name
	}
	for _, key := range []string{"name", "description", "action", "type", "alert_type", "value"} {
		if s, ok := about[key].(string); ok {
			name += " " + key + "=" + s
		}
	}
	if q, ok := about["query"].(string); ok { // GraphQL
		name += " " + strings.Join(regexp.MustCompile(`[A-Za-z]+(AdaptiveGroups|Adaptive)`).FindAllString(q, -1), ",")
	}
	return name
}

var variable = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}|[0-9a-f]{20,}|[0-9]+`)

// plain leaves out what differs from run to run.
func (b *boundaries) plain(name string) string {
	b.mu.Lock()
	for word, as := range b.words {
		name = strings.ReplaceAll(name, word, as)
	}
	b.mu.Unlock()
	return strings.TrimSpace(variable.ReplaceAllString(name, "N"))
}
