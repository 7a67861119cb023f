package cloudflare

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// basePath is where the API lives, as at api.cloudflare.com.
const basePath = "/client/v4"

// maxBody is the largest request body that is read, in bytes.
const maxBody = 4 << 20

// API is the pretend service. Make one with New; it is safe for concurrent use.
type API struct {
	cfg    Config
	routes []route
	faults Faults
	limit  limiter

	mu    sync.Mutex
	state *state
	looks map[string]*look             // zone id -> when Cloudflare looks at the parent next
	ended map[string]map[string]ending // tunnel id -> connector id -> what was seen of it last

	requests atomic.Int64
	writes   atomic.Int64
}

// New makes an API without accounts; seed it, or restore a snapshot.
func New(cfg Config) *API {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Speed <= 0 {
		cfg.Speed = 1
	}
	if cfg.RateLimit <= 0 {
		cfg.RateLimit = 1200
	}
	a := &API{cfg: cfg, state: &state{}, looks: map[string]*look{}, ended: map[string]map[string]ending{}}
	a.limit = limiter{max: cfg.RateLimit, window: a.life(5 * time.Minute), seen: map[string]*window{}}
	a.routes = routes()
	return a
}

// Faults is where tests make calls go wrong.
func (a *API) Faults() *Faults { return &a.faults }

// Requests counts every request that arrived, whatever became of it.
func (a *API) Requests() int { return int(a.requests.Load()) }

// Writes counts the calls that changed something.
func (a *API) Writes() int { return int(a.writes.Load()) }

// now is the world's time as the service would write it.
func (a *API) now() time.Time { return a.cfg.Now().UTC().Round(0).Truncate(time.Microsecond) }

// life turns a delay of real life into one of this world.
func (a *API) life(d time.Duration) time.Duration { return time.Duration(float64(d) / a.cfg.Speed) }

// ServeHTTP answers one call of the API.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.requests.Add(1)
	w.Header().Set("Cf-Ray", randomHex(8)+"-LHR")
	w.Header().Set("Server", "cloudflare")
	path, ok := strings.CutPrefix(r.URL.Path, basePath)
	if !ok {
		write(w, answer{}, noRoute(r.URL.Path))
		return
	}
	fault, hit := a.faults.take(r.Method, path)
	if hit && fault.before(w, r) {
		return
	}
	if refused := a.limit.count(w.Header(), bearer(r), a.now()); refused != nil {
		write(w, answer{}, refused)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		write(w, answer{}, fail(http.StatusRequestEntityTooLarge, 6008, "Request body is too large"))
		return
	}
	ans, err := a.do(request{method: r.Method, path: path, query: r.URL.Query(), header: r.Header, body: body})
	if hit && fault.after(w, ans, err) {
		return
	}
	write(w, ans, err)
}

// request is a call, however it came in.
type request struct {
	method, path string
	query        map[string][]string
	header       http.Header
	body         []byte
	owner        bool // the person in the dashboard: every permission, every account
}

// do routes and performs a call, keeps its result if it succeeded, and tells the
// world of it.
func (a *API) do(r request) (answer, error) {
	a.Look()
	rt, params, err := a.match(r.method, r.path)
	if err != nil {
		return answer{}, err
	}
	c := &call{api: a, request: r, params: params, now: a.now()}
	if rt.prepare != nil {
		rt.prepare(c)
	}
	ans, changed, err := a.perform(rt, c)
	if err != nil {
		return answer{}, err
	}
	if !changed {
		return ans, nil
	}
	if !r.owner {
		a.writes.Add(1)
	}
	for _, f := range c.after {
		f()
	}
	a.changed()
	return ans, nil
}

// perform runs a handler under the lock. A write works on a copy of the state,
// which takes the place of the old one only if the handler succeeds.
func (a *API) perform(rt route, c *call) (ans answer, changed bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c.observe()
	reads := c.method == http.MethodGet || rt.reads
	c.st = a.state
	if !reads {
		if c.st, err = a.state.clone(); err != nil {
			return answer{}, false, err
		}
	}
	if err := c.admit(rt); err != nil {
		return answer{}, false, err
	}
	if ans, err = rt.handle(c); err != nil {
		return answer{}, false, err
	}
	if ans.result, err = freeze(ans.result); err != nil { // the state must not be read outside the lock
		return answer{}, false, err
	}
	if reads || c.dryRun {
		return ans, false, nil
	}
	a.state = c.st
	return ans, true, nil
}

// changed tells the world that something is different now.
func (a *API) changed() {
	if a.cfg.Changed != nil {
		a.cfg.Changed()
	}
}

// randomHex draws n random bytes and writes them in hexadecimal.
func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand.Read
	return hex.EncodeToString(b)
}

// newID draws an identifier of the service's usual form: 32 hex digits.
func newID() string { return randomHex(16) }

// newUUID draws a random UUID (RFC 9562, version 4).
func newUUID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails: crypto/rand.Read
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
