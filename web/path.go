package web

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
	"example.test/wizard/web/templates"
)

// A stretch is one of the three parts of the way from the apps to Plex.
type stretch struct {
	state string // "done", "waiting", "problem", "todo"
	word  string // what was read of it; empty for the state's own word
}

// way is what was just seen of the whole way.
type way struct {
	address, tunnel, origin stretch // the last one's word stands at Plex
	edge, connector         string  // what was read of Cloudflare and of the connector
}

// pathView draws the way to Plex from the latest looks. Step 6 asks through all of
// it and knows where it stops; what it could not ask is drawn by the step that
// makes that stretch.
func (s *Server) pathView(set steps.Settings, all []listed) templates.Path {
	none := "not yet"
	if unseen(set, all) {
		none = "not looked at"
	}
	p := draw(wayOf(all), none)
	if set.Domain != "" {
		p.AddressName = zone.ToUnicode(set.Domain)
	}
	if name, _, ok := strings.Cut(s.Computer, ","); ok {
		p.Home = "This computer, " + name
	}
	return p
}

// draw words a way. none is said of what is not there or was not looked at.
func draw(w way, none string) templates.Path {
	words := map[string]string{"done": "works", "waiting": "waiting", "problem": "does not work", "todo": none}
	word := func(s stretch) string { return or(s.word, words[s.state]) }
	told := func(s stretch) string {
		switch {
		case s.word == notLooked:
			return notLooked
		case s.word == "" || s.state == "todo":
			return words[s.state]
		}
		return words[s.state] + ", " + strings.TrimPrefix(s.word, "Waiting: ")
	}
	return templates.Path{
		Address: w.address.state, Tunnel: w.tunnel.state, Origin: w.origin.state, AddressName: "Your address", TunnelName: "Tunnel", Home: "This computer",
		AddressWord: word(w.address), EdgeWord: or(w.edge, none), TunnelWord: word(w.tunnel), ConnectorWord: or(w.connector, words[w.tunnel.state]), PlexWord: word(w.origin),
		Label: fmt.Sprintf("The way from your apps to Plex. From your apps to Cloudflare: %s. Through the tunnel to this computer: %s. From the connector to Plex: %s.", told(w.address), told(w.tunnel), told(w.origin)),
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// wayOf puts together what was just seen.
func wayOf(all []listed) way {
	w := way{address: drawn(all, steps.IDURL), tunnel: tunnelSeen(all), origin: originSeen(all), connector: connectorWord(fresh(all, steps.IDTunnel))}
	if w.address.state == "todo" && stateOf(all, steps.IDDNS) == steps.StateWaiting {
		w.address = stretch{state: "waiting"}
		if d, ok := fresh(all, steps.IDDNS).Detail.(*steps.DNSDetail); ok && d.Of > 0 {
			w.address.word = fmt.Sprintf("Waiting: %d of %d see it", d.Sees, d.Of)
		}
	}
	f := fresh(all, steps.IDURL)
	if d, ok := f.Detail.(*steps.URLDetail); ok {
		w.asked(f, d)
	}
	if w.edge == "" && settled(stateOf(all, steps.IDDNS)) {
		w.edge = "has your domain"
	}
	// What a stranger gets at the address once its route is down hides the reason.
	if fresh(all, steps.IDHostname).Check("signin").Status == steps.Fail {
		w.origin = stretch{"problem", strangersIn}
	}
	return w
}

// strangersIn is said of a Plex that asks for no sign-in.
const strangersIn = "lets strangers in"

// asked takes over what step 6 found on the way: where it stops, and that what lies
// before that point works.
func (w *way) asked(f steps.Finding, d *steps.URLDetail) {
	if st := judged(f, []string{"dns", "tls", "cloudflare"}, "cache", "web"); st != "" {
		w.address = stretch{state: st, word: addressWord(st, d)}
	}
	if st := judged(f, []string{"tunnel"}); st != "" && st != w.tunnel.state {
		w.tunnel = stretch{state: st}
		if st == "problem" {
			w.tunnel.word, w.connector = "no connection", or(w.connector, "does not answer")
		}
	}
	if st := judged(f, []string{"origin", "same"}, "signin"); st != "" {
		w.origin = stretch{state: st, word: plexWord(st, d)}
		if st != "done" && d.Broken == "origin" {
			w.connector = "got the request"
		}
	}
	if passed(f, "cloudflare") {
		w.edge = "answers"
		if at := dataCenter(d.Visit.Ray); at != "" {
			w.edge = "answers at " + at
		}
	} else if passed(f, "tls") {
		w.edge = "certificate ready"
	}
}

// judged is the state of a stretch by the layers of step 6 that lie on it: it works
// when all that must be are, and is at fault when any of them is. Empty when the way
// stops before it.
func judged(f steps.Finding, must []string, also ...string) string {
	works := true
	for _, name := range append(slices.Clone(must), also...) {
		switch f.Check(name).Status {
		case steps.Fail:
			return "problem"
		case steps.Wait:
			return "waiting"
		case steps.Skip:
			works = works && !slices.Contains(must, name)
		}
	}
	if works {
		return "done"
	}
	return ""
}

func addressWord(state string, d *steps.URLDetail) string {
	switch {
	case state == "done":
		return roundTrip(d.Visit.RTT)
	case d.Broken == "tls" && d.Visit.Identity.Layer == "connect", d.Broken == "cloudflare" && d.Visit.Identity.Status == 0:
		return "no answer"
	}
	return map[string]string{
		"dns": "not known yet", "tls": "no certificate", "cloudflare": "does not get through", "cache": "copies are kept", "web": "the page is rewritten",
	}[d.Broken]
}

func plexWord(state string, d *steps.URLDetail) string {
	switch status := d.Visit.Identity.Status; {
	case state == "done":
		return answersIn(d.Plex)
	case d.Broken == "origin" && state == "waiting":
		return "is starting"
	case d.Broken == "origin" && (status == 502 || status == 504 || status == 524):
		return "does not answer"
	case d.Broken == "origin":
		return fmt.Sprintf("answers %d", status)
	case d.Broken == "same":
		return "another server"
	case d.Broken == "signin" && state == "waiting":
		return "no clear answer"
	case d.Broken == "signin":
		return strangersIn
	}
	return ""
}

// tunnelSeen is the stretch that step 4 makes.
func tunnelSeen(all []listed) stretch {
	f := fresh(all, steps.IDTunnel)
	joined, health := f.Check("connector"), f.Check("healthy")
	switch {
	case joined.Status == steps.Pass && health.Status == steps.Pass:
		return stretch{"done", health.Detail}
	case joined.Status == steps.Pass && health.Status == steps.Warn:
		return stretch{"done", "some fail"}
	}
	return drawn(all, steps.IDTunnel)
}

// connectorWord is what was read of the connector: its version when it runs.
func connectorWord(f steps.Finding) string {
	d, ok := f.Detail.(*steps.TunnelDetail)
	switch {
	case !ok:
	case d.Local.Running && d.Local.Version != "" && passed(f, "service"):
		return "version " + d.Local.Version
	case d.Local.Installed && !d.Local.Running:
		return "does not run"
	}
	return ""
}

// originSeen is the stretch that step 5 makes: a route, and a Plex that answers.
func originSeen(all []listed) stretch {
	f := fresh(all, steps.IDHostname)
	plex := f.Check("origin")
	word := ""
	if d, ok := f.Detail.(*steps.HostnameDetail); ok {
		if i := slices.IndexFunc(d.Servers, func(p steps.PlexFound) bool { return p.State == "ok" && p.Origin == d.Origin }); i >= 0 {
			word = answersIn(d.Servers[i])
		}
	}
	switch {
	case plex.Status == steps.Fail:
		return stretch{"problem", "does not answer"}
	case plex.Status == steps.Wait:
		return stretch{"waiting", "is starting"}
	case plex.Status != steps.Skip && passed(f, "route"):
		return stretch{"done", word}
	case plex.Status != steps.Skip && f.Check("signin").Status == steps.Fail:
		return stretch{"problem", strangersIn}
	case plex.Status != steps.Skip:
		return stretch{"todo", word}
	}
	return drawn(all, steps.IDHostname)
}

// notLooked is said of a stretch whose step could not be looked at.
const notLooked = "not looked at"

// drawn is a stretch by the state of its step. A look that failed, or that did not
// end in time, has seen nothing; one that failed for want of the token is worded for
// the whole drawing.
func drawn(all []listed, id steps.ID) stretch {
	i := slices.IndexFunc(all, func(l listed) bool { return l.seen.Info.ID == id })
	if i < 0 {
		return stretch{state: "todo"}
	}
	switch l := all[i]; {
	case l.seen.Problem != nil && !errors.Is(l.seen.Problem, steps.ErrNoToken), l.seen.Old:
		return stretch{"todo", notLooked}
	case settled(l.state):
		return stretch{state: "done"}
	case l.state == steps.StateWaiting, l.state == steps.StateProblem:
		return stretch{state: string(l.state)}
	}
	return stretch{state: "todo"}
}

// answersIn says how quickly a Plex answered on this computer.
func answersIn(p steps.PlexFound) string {
	switch ms := p.Took.Milliseconds(); {
	case p.State != "ok":
		return ""
	case ms == 0:
		return "answers"
	default:
		return fmt.Sprintf("answers in %d ms", ms)
	}
}

// roundTrip is the middle one of several round trips; empty without any.
func roundTrip(all []time.Duration) string {
	if len(all) == 0 {
		return ""
	}
	return fmt.Sprintf("%d ms", max(slices.Sorted(slices.Values(all))[len(all)/2].Milliseconds(), 1))
}

// dataCenter is the place in a Ray ID, such as LHR: Cloudflare names its data
// centers after airports. Empty when the id names none.
func dataCenter(ray string) string {
	_, at, ok := strings.Cut(ray, "-")
	if !ok || len(at) != 3 || strings.ToUpper(at) != at {
		return ""
	}
	return at
}

// whereItStops is the drawing on the page of step 6; nil when the whole way works.
func (v *stepView) whereItStops(d *steps.URLDetail) *templates.Path {
	if d.Broken == "" {
		return nil
	}
	all := v.s.list()
	for i := range all {
		if all[i].seen.Info.ID == v.seen.Info.ID {
			all[i].seen, all[i].state = v.seen, v.seen.State()
		}
	}
	p := v.s.pathView(v.set, all)
	p.Title = "Where it stops"
	if v.seen.Finding.Check(d.Broken).Status == steps.Wait {
		p.Title = "How far it gets"
	}
	return &p
}
