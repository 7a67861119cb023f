package e2e_test

import (
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"example.test/wizard/sim"
)

// call is one request that reached a pretend service.
type call struct {
	service, method, path string
	status                int
}

// calls remembers the requests of the wizard that are not plain reads.
type calls struct {
	mu  sync.Mutex
	all []call
}

func (c *calls) wrap(service string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet || r.Method == http.MethodHead || r.URL.Path == "/client/v4/graphql" {
			h.ServeHTTP(w, r)
			return
		}
		s := &status{ResponseWriter: w, code: http.StatusOK}
		method, path := r.Method, r.URL.Path
		defer func() { // also when the reply is lost
			c.mu.Lock()
			defer c.mu.Unlock()
			c.all = append(c.all, call{service, method, path, s.code})
		}()
		h.ServeHTTP(s, r)
	})
}

func (c *calls) list() []call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.all)
}

// status notes the code of an answer.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap is for [http.ResponseController].
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// outside is a pretend world in the process of the test, where it can be made to
// misbehave.
type outside struct {
	*sim.World
	t     *testing.T
	file  string // leads the wizard there
	calls *calls
}

// newOutside starts a world, or goes on with the one in the folder.
func newOutside(t *testing.T, dir string) *outside {
	t.Helper()
	o := &outside{t: t, file: filepath.Join(dir, "addresses.json"), calls: &calls{}}
	var err error
	if o.World, err = sim.Start(sim.Options{Dir: filepath.Join(dir, "world"), Speed: 300, Connector: shared.binary, Wrap: o.calls.wrap}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.close)
	if err := sim.WriteFile(o.file, o.File()); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *outside) close() {
	if o.World == nil {
		return
	}
	if err := o.World.Close(); err != nil {
		o.t.Errorf("closing the world: %v", err)
	}
	o.World = nil
}

// nameServersChange is what the person does at the registrar.
func (o *outside) nameServersChange() {
	o.t.Helper()
	if err := o.Do("ns"); err != nil {
		o.t.Fatal(err)
	}
}
