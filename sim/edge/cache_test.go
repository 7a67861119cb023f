package edge_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.test/wizard/sim/edge"
)

// tunnelled starts an edge with a connector in front of an origin.
func tunnelled(t *testing.T, w *world, h http.Handler, change ...func(*edge.Config)) *edge.Edge {
	t.Helper()
	w.serve(1, origin(t, h))
	e := start(t, w, change...)
	standIn(t, e, w.token())
	connected(t, w, e, 1)
	return e
}

func TestCacheStatus(t *testing.T) {
	var asked atomic.Int32
	w := newWorld()
	e := tunnelled(t, w, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if cc := r.URL.Query().Get("cc"); cc != "" {
			rw.Header().Set("Cache-Control", cc)
		}
		if r.URL.Query().Has("cookie") {
			rw.Header().Set("Set-Cookie", "a=b")
		}
		rw.Header().Set("Content-Type", "text/plain")
		size := 10
		if r.URL.Query().Has("big") {
			size = 2 << 20
		}
		_, _ = io.WriteString(rw, strings.Repeat("x", size))
	}))
	visitor := visitorFor(t, e)
	for _, tc := range []struct {
		path  string
		set   func(*world)
		want  []string
		asked int
	}{
		{"/web/index.html", nil, []string{"DYNAMIC", "DYNAMIC"}, 2},
		{"/identity", nil, []string{"DYNAMIC", "DYNAMIC"}, 2},
		{"/web/main.js", nil, []string{"MISS", "HIT", "HIT"}, 1},
		{"/web/main.js?v=2", nil, []string{"MISS", "HIT"}, 1},
		{"/no-store.png?cc=no-store", nil, []string{"BYPASS", "BYPASS"}, 2},
		{"/cookie.png?cookie", nil, []string{"BYPASS", "BYPASS"}, 2},
		{"/big.png?big", nil, []string{"MISS", "MISS"}, 2},
		{"/short.css?cc=max-age=60", nil, []string{"MISS", "HIT"}, 1},
		{"/short.css?cc=max-age=60", func(w *world) { w.now = w.now.Add(time.Minute) }, []string{"EXPIRED", "HIT"}, 1},
		{"/web/main.js", func(w *world) { w.verdict.CacheBypass = true }, []string{"BYPASS", "BYPASS"}, 2},
		{"/web/index.html", nil, []string{"DYNAMIC"}, 1},
	} {
		if tc.set != nil {
			w.set(tc.set)
		}
		asked.Store(0)
		var got []string
		for range tc.want {
			resp, body := get(t, visitor, "https://"+host+tc.path)
			got = append(got, resp.Header.Get("Cf-Cache-Status"))
			if strings.Trim(body, "x") != "" || len(body) < 10 {
				t.Errorf("%s: body %.20q", tc.path, body)
			}
			if hit := w.lastHit(t); !strings.EqualFold(hit.CacheStatus, got[len(got)-1]) && hit.Path == tc.path {
				t.Errorf("%s: the log says %s", tc.path, hit.CacheStatus)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(tc.want) || int(asked.Load()) != tc.asked {
			t.Errorf("%s: %v with %d questions to the origin, want %v with %d", tc.path, got, asked.Load(), tc.want, tc.asked)
		}
	}
}

func TestCachedRange(t *testing.T) {
	w := newWorld()
	e := tunnelled(t, w, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { io.WriteString(rw, "0123456789") }))
	visitor := visitorFor(t, e)
	get(t, visitor, "https://"+host+"/a.js")
	req, err := http.NewRequest(http.MethodGet, "https://"+host+"/a.js", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Range", "bytes=2-4")
	resp, err := visitor.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusPartialContent || string(b) != "234" || resp.Header.Get("Cf-Cache-Status") != "HIT" {
		t.Errorf("%d %q %s", resp.StatusCode, b, resp.Header.Get("Cf-Cache-Status"))
	}
}
