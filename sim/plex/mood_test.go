package plex_test

import (
	"context"
	"encoding/xml"
	"net"
	"net/http"
	"testing"
	"time"

	"example.test/wizard/sim/plex"
)

func TestMaintenanceLastsForSomeRequests(t *testing.T) {
	w := newWorld(t, nil)
	must(t, w.server.SetMood(plex.Mood{Maintenance: 2}))
	for i, want := range []int{503, 503, 200} {
		r := w.pms("GET", "/identity", "")
		if r.StatusCode != want {
			t.Fatalf("request %d: %d", i, r.StatusCode)
		}
		if want != 503 {
			continue
		}
		var said struct {
			XMLName xml.Name `xml:"Response"`
			Title   string   `xml:"title,attr"`
			Status  string   `xml:"status,attr"`
		}
		r.xml(t, &said)
		if said.Title != "Maintenance" || said.Status != "Plex Media Server is currently running database migrations." {
			t.Errorf("%s", r.body)
		}
	}
	if w.server.Mood().Maintenance != 0 {
		t.Error("not used up")
	}
}

func TestStoppedServerRefuses(t *testing.T) {
	w := newWorld(t, nil)
	owner, addr := w.signIn("morgan"), w.server.Addr()
	refused := func() bool {
		c, err := net.DialTimeout("tcp", addr, time.Second)
		if err == nil {
			must(t, c.Close())
		}
		return err != nil
	}
	must(t, w.server.Stop())
	must(t, w.server.Stop())
	if mine, _ := w.mine(owner); !refused() || mine.Presence {
		t.Errorf("stopped, presence %v", mine.Presence)
	}
	must(t, w.server.Start())
	if r := w.pms("GET", "/identity", ""); r.StatusCode != 503 || w.server.Addr() != addr {
		t.Errorf("just started: %d at %s", r.StatusCode, w.server.Addr())
	}
	w.advance(3 * time.Second)
	if r := w.pms("GET", "/identity", ""); r.StatusCode != 200 {
		t.Errorf("3 s later: %d", r.StatusCode)
	}
	if mine, _ := w.mine(owner); !mine.Presence {
		t.Error("plex.tv did not see it come back")
	}
	must(t, w.server.SetMood(plex.Mood{Refuse: true}))
	if mine, _ := w.mine(owner); !refused() || !mine.Presence {
		t.Errorf("a refusing port is not a stopped service: presence %v", mine.Presence)
	}
	must(t, w.server.Restart())
	if !refused() {
		t.Error("the mood is over after a restart")
	}
	must(t, w.server.SetMood(plex.Mood{}))
	if refused() {
		t.Error("still refusing")
	}
}

func TestNoHTTPS(t *testing.T) {
	w := newWorld(t, nil)
	must(t, w.server.SetMood(plex.Mood{NoHTTPS: true}))
	if _, err := w.try("GET", w.server.URL()+"/identity", nil, nil); err == nil {
		t.Error("HTTPS answered")
	}
	if r := w.do("GET", "http://"+w.server.Addr()+"/identity", nil, nil); r.StatusCode != 200 {
		t.Errorf("HTTP: %d", r.StatusCode)
	}
}

func TestOtherServer(t *testing.T) {
	w := newWorld(t, nil)
	const other = "ffffffffffffffffffffffffffffffffffffffff"
	must(t, w.server.SetMood(plex.Mood{OtherID: other}))
	for _, path := range []string{"/identity", "/media/providers"} {
		var got struct {
			MediaContainer struct{ MachineIdentifier string }
		}
		w.pms("GET", path, w.server.Token()).json(t, &got)
		if got.MediaContainer.MachineIdentifier != other {
			t.Errorf("%s: %+v", path, got)
		}
	}
}

func TestSlow(t *testing.T) {
	w := newWorld(t, func(c *plex.ServerConfig) { c.Speed = 10 })
	must(t, w.server.SetMood(plex.Mood{Slow: time.Second}))
	start := time.Now()
	w.pms("GET", "/identity", "")
	if took := time.Since(start); took < 100*time.Millisecond {
		t.Errorf("took %v", took)
	}
	must(t, w.server.SetMood(plex.Mood{Slow: time.Hour}))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", w.server.URL()+"/identity", nil)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := w.client.Do(req); err == nil {
		must(t, res.Body.Close())
		t.Error("answered in time")
	}
}

func TestSilentConnectionDoesNotHoldTheServer(t *testing.T) {
	w := newWorld(t, nil)
	c, err := net.Dial("tcp", w.server.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	w.pms("GET", "/identity", "") // others are served meanwhile
	start := time.Now()
	must(t, w.server.Stop())
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("stopping took %v", took)
	}
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("the connection outlived the server")
	}
}

func TestChangedIsCalledForEveryChange(t *testing.T) {
	calls := 0
	var server *plex.Server
	w := newWorld(t, func(c *plex.ServerConfig) {
		c.Changed = func() {
			calls++
			if _, err := server.Snapshot(); err != nil { // no lock may be held
				t.Error(err)
			}
			server.GDMAddr()
		}
	})
	server = w.server
	for name, act := range map[string]func(){
		"put":        func() { w.pms("PUT", "/:/prefs?RelayEnabled=0", w.server.Token()) },
		"refresh":    func() { w.pms("PUT", "/myplex/refreshReachability", w.server.Token()) },
		"mood":       func() { must(t, w.server.SetMood(plex.Mood{Maintenance: 1})) },
		"publishing": func() { w.server.SetPublishing(plex.PublishNever) },
		"sessions":   func() { w.server.SetSessions(nil) },
		"restart":    func() { must(t, w.server.Restart()) },
	} {
		before := calls
		act()
		if calls == before {
			t.Errorf("%s: not called", name)
		}
		must(t, w.server.SetMood(plex.Mood{}))
		w.advance(time.Minute)
	}
	before := calls
	w.pms("PUT", "/:/prefs?RelayEnabled=0", w.server.Token())
	if calls != before {
		t.Error("called although nothing changed")
	}
}
