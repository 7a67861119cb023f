package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// PlexStep is step 7: Plex publishes its new address to apps.
type PlexStep struct {
	Server  PlexServer
	TV      PlexTV
	Visitor Visitor
	Now     func() time.Time
	Pace    float64
}

var _ Step = (*PlexStep)(nil)

// PlexDetail is what the page of step 7 shows beyond its checks.
type PlexDetail struct {
	Servers  []PlexFound
	Server   PlexFound
	Token    PlexToken
	Details  PlexDetails
	Remote   bool // Remote Access is on
	Relay    bool
	Proven   bool // plex.tv lists our address
	Resource PlexResource
}

// Info implements [Step].
func (*PlexStep) Info() Info { return Info{ID: IDPlex, Number: 7, Title: "Tell Plex its address"} }

// The preferences of Plex that matter here (python-plexapi settings list).
const (
	prefURLs   = "customConnections"
	prefRemote = "PublishServerOnPlexOnlineKey"
	prefRelay  = "RelayEnabled"
	prefSecure = "secureConnections"
	prefOpen   = "allowedNetworks"
	prefLAN    = "LanNetworksBandwidth"
)

type plexSeen struct {
	servers  []PlexFound
	server   PlexFound
	token    PlexToken
	details  PlexDetails
	prefs    map[string]string
	resource PlexResource
	through  VisitAnswer // /identity through the tunnel
}

// Inspect implements [Step].
func (p *PlexStep) Inspect(ctx context.Context, s Settings) (Finding, error) {
	if s.Host() == "" || s.PlexID == "" {
		return Finding{Blocked: "After step 5", Summary: "After step 5"}, nil
	}
	seen, err := p.observe(ctx, s)
	if err != nil {
		return Finding{}, err
	}
	return seen.finding(s, p.Now().Round(0), max(p.Pace, 1)), nil
}

func (p *PlexStep) observe(ctx context.Context, s Settings) (seen plexSeen, err error) {
	if seen.servers, err = p.Server.Find(ctx, s.PlexAddress); err != nil {
		return seen, fmt.Errorf("looking for Plex: %w", err)
	}
	seen.server = chosenServer(s, seen.servers)
	if seen.server.State != "ok" {
		return seen, nil
	}
	if seen.token, err = p.Server.Token(ctx, seen.server); err != nil || !seen.token.Have {
		return seen, err
	}
	var wg sync.WaitGroup
	var errs [2]error
	wg.Go(func() { seen.details, errs[0] = p.Server.Details(ctx, seen.server) })
	wg.Go(func() {
		seen.prefs, errs[1] = p.Server.Prefs(ctx, seen.server, prefURLs, prefRemote, prefRelay, prefSecure, prefOpen, prefLAN)
	})
	wg.Go(func() { seen.through, _ = p.Visitor.Get(ctx, s.Host(), "/identity", nil) })
	wg.Go(func() {
		// plex.tv out of reach is a check that waits, not an error of the step.
		seen.resource, _ = p.TV.Resources(ctx, s.PlexID)
	})
	wg.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return seen, fmt.Errorf("reading Plex’s settings: %w", err)
	}
	return seen, nil
}

// ourURL always carries the port: without one plex.tv publishes the port of
// Remote Access instead (truecharts#21836).
func ourURL(s Settings) string { return "https://" + s.Host() + ":443" }

// customURLs splits the preference. Plex ignores a value with a space after the comma.
func customURLs(pref string) []string {
	var out []string
	for _, u := range strings.Split(pref, ",") {
		if u = strings.TrimSpace(u); u != "" {
			out = append(out, u)
		}
	}
	return out
}

// isOurs reports whether a URL of the list means our host, with any port or none.
func isOurs(u, host string) bool {
	rest, ok := strings.CutPrefix(strings.ToLower(u), "https://")
	if !ok {
		return false
	}
	rest, _, _ = strings.Cut(rest, "/")
	name, _, _ := strings.Cut(rest, ":")
	return name == host
}

// withOurs puts our URL first and keeps the person's others in their order.
func withOurs(pref string, s Settings) string {
	out := []string{ourURL(s)}
	for _, u := range customURLs(pref) {
		if !isOurs(u, s.Host()) {
			out = append(out, u)
		}
	}
	return strings.Join(out, ",")
}

// withoutOurs removes our URL and leaves the rest exactly as it was.
func withoutOurs(pref string, s Settings) string {
	parts := strings.Split(pref, ",")
	out := parts[:0]
	for _, u := range parts {
		if !isOurs(strings.TrimSpace(u), s.Host()) {
			out = append(out, u)
		}
	}
	return strings.Join(out, ",")
}

func listed(pref string, s Settings) bool {
	for _, u := range customURLs(pref) {
		if strings.EqualFold(strings.TrimSuffix(u, "/"), ourURL(s)) {
			return true
		}
	}
	return false
}

func isOn(v string) bool { return v == "1" || strings.EqualFold(v, "true") }

func (seen plexSeen) finding(s Settings, now time.Time, pace float64) Finding {
	d := &PlexDetail{
		Servers: seen.servers, Server: seen.server, Token: seen.token, Details: seen.details, Resource: seen.resource,
		Remote: isOn(seen.prefs[prefRemote]), Relay: isOn(seen.prefs[prefRelay]),
	}
	f := Finding{Detail: d}
	origin, _ := gateSeen{server: seen.server}.checks()
	f.Checks = append(f.Checks, origin[0])
	if seen.server.State != "ok" {
		f.Summary, f.Again = origin[0].Detail, 3*time.Second
		return f
	}
	f.Checks = append(f.Checks, seen.tokenCheck())
	if !seen.token.Have {
		f.Ask, f.Summary = "plex-signin", "Needs your sign-in at Plex"
		return f
	}
	f.Checks = append(f.Checks, seen.ownerCheck(), seen.passCheck())
	pref := Check{Name: "custom-url", Title: "Plex has the address", Detail: "Not yet"}
	answers := Check{Name: "through", Title: "Plex answers at the address", Status: Pass, Detail: "The same server, asked through the tunnel"}
	if seen.through.Status != 200 || !strings.Contains(seen.through.Body, s.PlexID) {
		if !listed(seen.prefs[prefURLs], s) {
			// Apps must not be told an address that does not work yet.
			return Finding{Blocked: "After step 6", Summary: "After step 6", Detail: d, Again: 10 * time.Second}
		}
		answers.Status, answers.Detail = Fail, "It does not, at present."
		answers.Fix = Fix{Text: "Step 6 tells why.", Link: Link{"Go to step 6", "/steps/url"}}
	}
	f.Checks = append(f.Checks, answers)
	if listed(seen.prefs[prefURLs], s) {
		pref.Status, pref.Detail = Pass, "Custom server access URLs: "+seen.prefs[prefURLs]
	} else {
		f.Actions = append(f.Actions, seen.urlAction(s))
		f.Summary = "Plex is to be told the address"
	}
	f.Checks = append(f.Checks, pref)
	if pref.Status == Pass {
		seen.published(s, d, &f, now, pace)
	}
	seen.choices(s, d, &f)
	f.Evidence = seen.cards(s)
	return f
}

func (seen plexSeen) tokenCheck() Check {
	t := seen.token
	c := Check{Name: "plex-token", Title: "The wizard may change Plex’s settings", Status: Pass, Detail: "With the key found in " + t.From}
	if t.Have {
		return c
	}
	c.Status = Skip
	switch t.Reason {
	case "permission-denied":
		c.Detail = "Plex’s key lies in a file that this user may not read: " + t.Path
	case "not-signed-in":
		c.Detail = "Plex on this computer is not signed in."
	case "parse-error":
		c.Detail = "The file with Plex’s key cannot be understood: " + t.Path
	default:
		c.Detail = "No key of Plex was found on this computer."
	}
	return c
}

func (seen plexSeen) ownerCheck() Check {
	c := Check{Name: "plex-account", Title: "Plex is signed in at plex.tv", Status: Pass, Detail: nameOr(seen.details.Username, "Signed in")}
	if !seen.details.SignedIn && !seen.resource.Online {
		c.Status, c.Detail = Fail, "It belongs to an account and is signed out, so plex.tv tells no app about it."
		c.Fix = Fix{Title: "Sign in to Plex on this computer", Text: "In Plex under Settings, General.", Link: Link{"Open Plex on this computer", "http://127.0.0.1:32400/web/index.html"}}
	}
	return c
}

func (seen plexSeen) passCheck() Check {
	c := Check{Name: "plex-pass", Title: "Remote playback is allowed", Status: Pass, Detail: "This server’s owner has Plex Pass."}
	if !seen.details.Pass {
		c.Status, c.Word = Warn, "Needs a pass"
		c.Detail = "Since April 2025 Plex asks for Plex Pass, or for a Remote Watch Pass of each viewer, to play video from outside. Browsing works without."
		c.Fix = Fix{Text: "The tunnel counts as outside, whatever the way.", Link: Link{"Read about it at Plex", "https://support.plex.tv/articles/requirements-for-remote-playback-of-personal-media/"}}
	}
	return c
}

func (seen plexSeen) urlAction(s Settings) Action {
	before := seen.prefs[prefURLs]
	row := Row{Label: "Custom server access URLs", Values: []Value{{Text: ourURL(s), Code: true}}}
	for _, u := range customURLs(before) {
		if !isOurs(u, s.Host()) {
			row.Values = append(row.Values, Value{Text: u, Code: true, Note: "yours, kept"})
		}
	}
	return Action{
		ID: "set-url", Verb: Update, What: "Add the address to Plex’s settings", From: nameOr(before, "empty"), To: withOurs(before, s),
		Why: "plex.tv passes it on to your apps, so that they find the way by themselves.", Rows: []Row{row},
	}
}

// publishPatience is how long plex.tv usually needs; after it we ask Plex to
// publish again, and after twice that we ask the person to restart it.
const publishPatience = time.Minute

func (seen plexSeen) published(s Settings, d *PlexDetail, f *Finding, now time.Time, pace float64) {
	c := Check{Name: "published", Title: "plex.tv tells your apps", Status: Wait, Detail: "Not yet. This usually takes less than a minute."}
	wrong := 0
	for _, conn := range seen.resource.Connections {
		if !strings.EqualFold(conn.Address, s.Host()) || conn.Relay {
			continue
		}
		if conn.Port == 443 && conn.Protocol == "https" && !conn.Local {
			d.Proven = true
		} else {
			wrong = conn.Port
		}
	}
	patience := time.Duration(float64(publishPatience) / pace)
	refreshed := !s.Plex.Refreshed.IsZero() && !s.Plex.Refreshed.Before(s.Plex.Published)
	switch {
	case d.Proven:
		c.Status, c.Detail = Pass, ourURL(s)
		f.Heading, f.Summary = "Plex knows its new address", "Published: "+ourURL(s)
	case refreshed && now.Sub(s.Plex.Refreshed) > patience:
		c.Status, c.Detail = Fail, "plex.tv does not tell it, although Plex has it."
		if wrong != 0 {
			c.Detail = fmt.Sprintf("plex.tv tells port %d, although Plex has 443.", wrong)
		}
		c.Fix = Fix{Title: "Restart Plex Media Server", Text: "Some versions tell plex.tv only when they start. Nothing is lost; whatever plays now is interrupted.", Command: seen.server.Start}
	case wrong != 0:
		c.Detail = fmt.Sprintf("plex.tv tells port %d. It is being corrected.", wrong)
	case seen.resource.Found && !seen.resource.Online:
		c.Detail = "plex.tv does not see this server at present. It connects by itself."
	}
	if !d.Proven {
		f.Again = 3 * time.Second
		f.Heading, f.Summary = "plex.tv learns the address", "Waiting for plex.tv"
		if !refreshed && now.Sub(s.Plex.Published) > patience {
			f.Actions = append(f.Actions, Action{ID: "refresh", Verb: Update, Auto: true, What: "Ask Plex to tell plex.tv again", To: s.Host()})
		}
	}
	f.Checks = append(f.Checks, c)
}

// choices plans what the person chose beyond the address: only after it works.
func (seen plexSeen) choices(s Settings, d *PlexDetail, f *Finding) {
	if !d.Proven {
		return
	}
	if s.Plex.RemoteAccessOff && d.Remote {
		f.Actions = append(f.Actions, Action{ID: "remote-off", Verb: Update, What: "Turn Remote Access off", From: "On", To: "Off", Why: "The tunnel has taken its place. Your router can be closed.", Rows: []Row{{Label: "Remote Access", Values: []Value{{Text: "Off", Before: "On"}}}}})
	}
	if s.Plex.RelayOff && d.Relay {
		f.Actions = append(f.Actions, Action{ID: "relay-off", Verb: Update, What: "Turn Relay off", From: "On", To: "Off", Why: "No app uses the slow way unnoticed. If the tunnel is down, so is remote playback.", Rows: []Row{{Label: "Enable Relay", Values: []Value{{Text: "Off", Before: "On"}}}}})
	}
}

func (seen plexSeen) cards(s Settings) []Evidence {
	secure := map[string]string{"0": "Required", "1": "Preferred", "2": "Disabled"}[seen.prefs[prefSecure]]
	urls := Row{Label: "Custom server access URLs"}
	for _, u := range customURLs(seen.prefs[prefURLs]) {
		v := Value{Text: u, Code: true}
		if !isOurs(u, s.Host()) {
			v.Note = "yours, kept"
		}
		urls.Values = append(urls.Values, v)
	}
	if len(urls.Values) == 0 {
		urls = Text("Custom server access URLs", "Empty")
	}
	network := Evidence{
		Card: "plex-network", Title: "As Plex shows it now", Place: "Settings › " + nameOr(seen.details.Name, "Server") + " › Network", Reading: seen.details.Reading,
		Rows: []Row{
			Text("Secure connections", nameOr(secure, "Preferred")), urls, Text("LAN Networks", nameOr(seen.prefs[prefLAN], "Empty")),
			Text("Enable Relay", onOff(isOn(seen.prefs[prefRelay]))),
			Text("List of IP addresses and networks that are allowed without auth", nameOr(seen.prefs[prefOpen], "Empty")),
			Text("Remote Access", onOff(isOn(seen.prefs[prefRemote]))),
		},
		Open: Link{"Open in Plex", "https://app.plex.tv/desktop/#!/settings/server"},
	}
	if !seen.resource.Found {
		return []Evidence{network}
	}
	tv := Evidence{
		Card: "plex-tv", Title: "As plex.tv tells your apps", Place: "Connections of the server " + nameOr(seen.resource.Name, seen.details.Name), Reading: seen.resource.Reading,
		Head: []string{"Address", "Port", "Kind"},
	}
	for _, c := range seen.resource.Connections {
		kind := "Remote"
		switch {
		case c.Relay:
			kind = "Relay"
		case c.Local:
			kind = "At home"
		}
		tv.Table = append(tv.Table, []string{c.Address, fmt.Sprint(c.Port), kind})
	}
	return []Evidence{network, tv}
}

// Apply implements [Step].
func (p *PlexStep) Apply(ctx context.Context, s Settings, a Action) (Settings, error) {
	all, err := p.Server.Find(ctx, s.PlexAddress)
	if err != nil {
		return s, fmt.Errorf("looking for Plex: %w", err)
	}
	server := chosenServer(s, all)
	if server.State != "ok" {
		return s, &Problem{Title: "Plex does not answer any more", Text: "Nothing was changed.", Fix: "Start it and look again."}
	}
	now := p.Now().Round(0)
	switch a.ID {
	case "set-url":
		s, err = p.change(ctx, s, server, prefURLs, func(old string) string { return withOurs(old, s) })
		s.Plex.Published = now
	case "refresh":
		if err = p.Server.RefreshReachability(ctx, server); Unclear(err) {
			err = nil // asking twice would say nothing more; plex.tv shows whether it helped
		}
		s.Plex.Refreshed = now
	case "remote-off":
		s, err = p.change(ctx, s, server, prefRemote, func(string) string { return "0" })
	case "relay-off":
		s, err = p.change(ctx, s, server, prefRelay, func(string) string { return "0" })
	default:
		err = fmt.Errorf("step plex has no action %q", a.ID)
	}
	return s, err
}

// change writes one preference and keeps what stood there before our first change.
func (p *PlexStep) change(ctx context.Context, s Settings, server PlexFound, id string, to func(old string) string) (Settings, error) {
	prefs, err := p.Server.Prefs(ctx, server, id)
	if err != nil {
		return s, fmt.Errorf("reading %s: %w", id, err)
	}
	want := to(prefs[id])
	if prefs[id] == want {
		return s, nil
	}
	s.Plex.Before = keepBefore(s.Plex.Before, id, prefs[id])
	if err := p.Server.SetPrefs(ctx, server, map[string]string{id: want}); err != nil {
		return s, fmt.Errorf("changing %s: %w", id, err)
	}
	return s, nil
}
