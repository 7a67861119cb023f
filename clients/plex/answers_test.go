package plex_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.test/wizard/clients/plex"
	simplex "example.test/wizard/sim/plex"
)

// Every address that the person has in Plex is tried as an app would, without a
// token, and says why it does not answer.
func TestAnswers(t *testing.T) {
	other := &handler{id: "another-server", f: http.NotFound}
	elsewhere := httptest.NewServer(other)
	defer elsewhere.Close()
	away := httptest.NewServer(http.RedirectHandler(elsewhere.URL+"/identity", http.StatusFound))
	defer away.Close()
	w := newWorld(t, func(_ *simplex.ServerConfig, cfg *plex.Config) { cfg.Token = secret("canary-env") })
	mine := "http://" + w.server.Addr()
	want := map[string]struct{ id, says string }{
		mine:                         {w.server.MachineIdentifier(), ""},
		mine + "/":                   {w.server.MachineIdentifier(), ""},
		"https://" + w.server.Addr(): {"", "certificate"}, // apps would not take it either
		elsewhere.URL:                {"another-server", ""},
		away.URL:                     {"", "302"},
		"http://127.0.0.1:1":         {"", "refused"},
		"http://nobody.invalid":      {"", "nobody knows the name"},
		"http://169.254.169.254":     {"", "link-local"},
		"ftp://nas":                  {"", "not an address"},
		"nonsense":                   {"", "not an address"},
	}
	var urls []string
	for u := range want {
		urls = append(urls, u)
	}
	got := w.Answers(t.Context(), urls)
	if len(got) != len(want) {
		t.Errorf("%d answers to %d", len(got), len(want))
	}
	for u, c := range want {
		if a := got[u]; a.ID != c.id || (a.Err == "") != (c.says == "") || !strings.Contains(a.Err, c.says) {
			t.Errorf("%s: %+v, want %+v", u, a, c)
		}
	}
	if shown := other.tokens(); len(shown) > 0 {
		t.Errorf("shown %q", shown)
	}
	many := make([]string, 0, 12)
	for i := range 12 {
		many = append(many, mine+strings.Repeat("/", i))
	}
	if got := w.Answers(t.Context(), many); got[many[11]].Err == "" {
		t.Error("twelve addresses are all tried")
	}
}

// A second server on this computer is known by Plex's own discovery only, and
// is offered beside the first.
func TestFindBeside(t *testing.T) {
	w := newWorld(t, func(sc *simplex.ServerConfig, _ *plex.Config) { sc.GDMAddr, sc.FriendlyName = "127.0.0.1:0", "Cellar" })
	first := httptest.NewServer(&handler{id: "first", f: http.NotFound})
	defer first.Close()
	cfg := w.cfg
	cfg.Address, cfg.GDM = "", []string{w.server.GDMAddr()}
	c := w.another(cfg)
	plex.SetUsual(c, strings.TrimPrefix(first.URL, "http://"))
	list, err := c.Find(t.Context(), "")
	if err != nil || len(list) != 2 {
		t.Fatalf("Find = %+v, %v; want two", list, err)
	}
	names := map[string]string{list[0].ID: list[0].Name, list[1].ID: list[1].Name}
	if names["first"] != "" || names[w.server.MachineIdentifier()] != "Cellar" {
		t.Errorf("%v", names)
	}
}
