package steps_test

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"example.test/wizard/steps"
)

// plexServer is Plex Media Server on this computer.
type plexServer struct{ *world }

// tv is plex.tv.
type tv struct{ *world }

// visitor asks the public address from outside.
type visitor struct{ *world }

var (
	_ steps.PlexServer = plexServer{}
	_ steps.PlexTV     = tv{}
	_ steps.Visitor    = visitor{}
)

func (p plexServer) Find(context.Context, string) ([]steps.PlexFound, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return []steps.PlexFound{p.plex}, nil
}

func (p plexServer) Token(context.Context, steps.PlexFound) (steps.PlexToken, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.noToken {
		return steps.PlexToken{Reason: "permission-denied", Path: "/var/lib/plexmediaserver/Preferences.xml"}, nil
	}
	return steps.PlexToken{Have: true, From: "Preferences.xml"}, nil
}

func (p plexServer) Details(context.Context, steps.PlexFound) (steps.PlexDetails, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.details, nil
}

func (p plexServer) Prefs(_ context.Context, _ steps.PlexFound, ids ...string) (map[string]string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := map[string]string{}
	for _, id := range ids {
		out[id] = p.prefs[id]
	}
	return out, nil
}

func (p plexServer) SetPrefs(ctx context.Context, _ steps.PlexFound, prefs map[string]string) error {
	var ids []string
	for id := range prefs {
		ids = append(ids, id)
	}
	return p.change(ctx, "SetPrefs", strings.Join(ids, " "), func() {
		for id, v := range prefs {
			p.prefs[id] = v
		}
		p.publish()
	})
}

// publish is Plex telling plex.tv; the caller holds the lock.
func (w *world) publish() {
	if w.deaf > 0 {
		return
	}
	w.listed = []steps.PlexConnection{{URI: "https://192-168-1-2.x.plex.direct:32400", Protocol: "https", Address: "192.168.1.2", Port: 32400, Local: true}}
	for _, u := range strings.Split(w.prefs["customConnections"], ",") {
		if name, ok := strings.CutPrefix(u, "https://"); ok {
			name, _, _ = strings.Cut(name, ":")
			w.listed = append(w.listed, steps.PlexConnection{URI: u, Protocol: "https", Address: name, Port: 443})
		}
	}
}

func (p plexServer) RefreshReachability(ctx context.Context, _ steps.PlexFound) error {
	return p.change(ctx, "RefreshReachability", "", func() { p.deaf--; p.publish() })
}

// open reports whether Plex lets the peer in without a token; the caller holds the lock.
func (w *world) open() bool {
	local := netip.MustParseAddr("127.0.0.1")
	for _, part := range strings.Split(w.prefs["allowedNetworks"], ",") {
		if net, err := netip.ParsePrefix(part); err == nil && net.Contains(local) {
			return true
		}
	}
	return w.strangers || !w.plex.Claimed
}

func (p plexServer) Open(context.Context, steps.PlexFound) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open() && !p.strangers, nil // a hole for forged headers does not show here
}

func (p plexServer) Viewers(context.Context, steps.PlexFound) ([]steps.PlexViewer, error) {
	return nil, nil
}

func (p plexServer) Answers(_ context.Context, urls []string) map[string]steps.PlexAnswer {
	out := map[string]steps.PlexAnswer{}
	for _, u := range urls {
		out[u] = steps.PlexAnswer{ID: p.plex.ID}
	}
	return out
}

func (t tv) NewPin(context.Context) (steps.Pin, error)                  { return steps.Pin{}, nil }
func (t tv) PollPin(context.Context, steps.Pin) (steps.PinState, error) { return "waiting", nil }
func (t tv) SignOut(context.Context) error                              { return nil }

func (t tv) Resources(_ context.Context, id string) (steps.PlexResource, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return steps.PlexResource{Found: id == t.plex.ID, Owned: true, Name: "Attic", Online: true, Connections: slices.Clone(t.listed), Reading: t.read("plex.tv")}, nil
}

// answers follows a request from DNS to Plex.
func (v visitor) answers(name string) (identity steps.VisitAnswer, reached bool) {
	a := steps.VisitAnswer{Path: "/identity", Header: map[string]string{}}
	z, ok := v.active()
	i := slices.IndexFunc(v.records[z.ID], func(r steps.CloudRecord) bool { return r.Name == name })
	if !ok || i < 0 {
		a.Layer, a.Err = "dns", "no such host"
		return a, false
	}
	if v.challenge {
		a.Status, a.Header["cf-mitigated"] = 403, "challenge"
		return a, false
	}
	tunnel := strings.TrimSuffix(v.records[z.ID][i].Content, ".cfargotunnel.com")
	if !v.alive(tunnel) {
		a.Status, a.Body = 530, "error code: 1033"
		return a, false
	}
	for _, r := range v.ingress[tunnel].Rules {
		wild, isWild := strings.CutPrefix(r.Host, "*")
		switch {
		case r.Host != "" && r.Host != name && !(isWild && strings.HasSuffix(name, wild)):
			continue
		case r.Service != v.plex.Origin:
			a.Status = 404
			return a, false
		case v.plex.State != "ok":
			a.Status = 502
			return a, false
		}
		a.Status, a.Header["x-plex-protocol"], a.Body = 200, "1.0", `<MediaContainer machineIdentifier="`+v.plex.ID+`"/>`
		return a, true
	}
	a.Status = 404
	return a, false
}

func (v visitor) Visit(_ context.Context, name string, _ steps.VisitWant) (steps.Visit, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	out := steps.Visit{Reading: v.read("https://" + name)}
	var reached bool
	out.Identity, reached = v.answers(name)
	if out.Identity.Layer == "" {
		out.TLS = steps.TLSSeen{OK: true, Issuer: "Google Trust Services", Expires: time.Now().Add(60 * 24 * time.Hour)}
	}
	if !reached {
		return out, nil
	}
	root := 401
	if v.open() {
		root = 200
	}
	answer := steps.VisitAnswer{Path: "/", Status: root, Header: map[string]string{"x-plex-protocol": "1.0"}}
	out.ServerID, out.Root, out.Spoofed = v.plex.ID, answer, []steps.VisitAnswer{answer, answer}
	out.Web, out.WebSocket, out.Cache = steps.VisitAnswer{Status: v.rules("/web/index.html", 200)}, v.rules("/:/websockets/notifications", 101), []string{"BYPASS", "BYPASS"}
	if len(v.phases[steps.PhaseCache].Rules) == 0 {
		out.Cache = []string{"MISS", "HIT"}
	}
	return out, nil
}

func (v visitor) Get(_ context.Context, name, _ string, _ map[string]string) (steps.VisitAnswer, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	a, _ := v.answers(name)
	return a, nil
}

func (v visitor) SignedIn(_ context.Context, name, plexID string) (steps.VisitAnswer, steps.SignedIn, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	a, reached := v.answers(name)
	if !reached || v.noToken || v.plex.ID != plexID {
		return a, steps.SignedIn{}, nil
	}
	if status := v.rules("/media/providers", 200); status != 200 {
		return a, steps.SignedIn{Status: status}, nil
	}
	return a, steps.SignedIn{Status: 200, ServerID: v.plex.ID}, nil
}

// rules is the status of a path: 403 when a rule blocks what begins like it.
func (v visitor) rules(path string, otherwise int) int {
	for _, r := range v.phases[steps.PhaseCustom].Rules {
		_, rest, _ := strings.Cut(r.Expression, `starts_with(http.request.uri.path, "`)
		prefix, _, found := strings.Cut(rest, `"`)
		if found && r.Enabled && strings.HasPrefix(path, prefix) {
			return 403
		}
	}
	return otherwise
}

func (v visitor) Trace(context.Context, string) (string, string, error) { return "GB", "LHR", nil }
func (v visitor) Picture(context.Context, string) ([]byte, bool, error) { return nil, false, nil }
