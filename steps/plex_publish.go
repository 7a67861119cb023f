package steps

import (
	"fmt"
	"strings"
	"time"
)

// publishPatience is how long plex.tv usually needs. After it Plex is asked to
// publish again; after a second time the person is asked to restart Plex; after
// a third, turning Remote Access over is offered, which helps some versions and
// opens a port of the router for a moment.
const publishPatience = time.Minute

func (seen plexSeen) published(s Settings, d *PlexDetail, f *Finding, now time.Time, pace float64) {
	c := Check{Name: "published", Title: "plex.tv tells your apps", Status: Wait, Detail: "Not yet. This usually takes less than a minute."}
	wrong, local := 0, false
	for _, conn := range seen.resource.Connections {
		local = local || conn.Local && !strings.HasPrefix(conn.Address, "172.17.") // Docker's own network, which nobody else reaches
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
		c.Fix = Fix{Title: "Restart Plex Media Server", Text: inShell(seen.server.Shell, "Some versions tell plex.tv only when they start. Nothing is lost; whatever plays now is interrupted."), Command: seen.server.Restart}
		if seen.server.Restart == "" {
			c.Fix.Text += " It runs on another computer: restart it there, on a NAS in its package center, in a container by its name."
		}
	case seen.tvErr != nil:
		c.Detail = "plex.tv does not answer at present. It is asked again."
	case wrong != 0:
		c.Detail = fmt.Sprintf("plex.tv tells port %d. It is being corrected.", wrong)
	case seen.resource.Found && !seen.resource.Online:
		c.Detail = "plex.tv does not see this server at present. It connects by itself."
	}
	if !d.Proven {
		f.Again = 3 * time.Second
		f.Heading, f.Summary = "Waiting for plex.tv to pick up the address", "Waiting for plex.tv"
		if !refreshed && now.Sub(s.Plex.Published) > patience {
			f.Actions = append(f.Actions, Action{ID: "refresh", Verb: Update, Auto: true, What: "Ask Plex to tell plex.tv again", To: s.Host()})
		}
		if refreshed && s.Plex.Toggled.Before(s.Plex.Refreshed) && now.Sub(s.Plex.Refreshed) > 2*patience && !seen.otherwise(s) {
			f.Actions = append(f.Actions, seen.turnOver(d.Remote))
		}
	}
	f.Checks = append(f.Checks, c)
	if d.Proven {
		f.Checks = append(f.Checks, homeWay(local), seen.ownTest())
		if c, ok := seen.otherURLs(s); ok {
			f.Checks = append(f.Checks, c)
		}
		f.Checks = append(f.Checks, seen.viewerCheck())
	}
}

// turnOver is the last rung of the ladder: some versions publish only when
// Remote Access is switched. It ends as it was.
func (seen plexSeen) turnOver(on bool) Action {
	a := Action{
		ID: "toggle", Verb: Update, What: "Turn Remote Access off and on again", From: "On", To: "On, after a moment off",
		Why: "Some versions of Plex tell plex.tv only then. What is played from outside at this moment is interrupted. Try a restart of Plex first.",
	}
	if !on {
		a.What, a.From, a.To = "Turn Remote Access on and off again", "Off", "Off, after a moment on"
		a.Why = "Some versions of Plex tell plex.tv only then. For a moment Plex may open a port of your router. Try a restart of Plex first."
	}
	a.Rows = []Row{{Label: "Remote Access", Values: []Value{{Text: a.To, Before: a.From}}}}
	return a
}

// otherwise reports whether Remote Access is not as the person had it: the way back
// is planned first.
func (seen plexSeen) otherwise(s Settings) bool {
	before, changed := s.Plex.Before[prefRemote]
	return changed && isOn(before) != isOn(seen.prefs[prefRemote]) && !s.Plex.RemoteAccessOff
}

// homeWay is whether apps at home are told a way that does not leave the house.
func homeWay(local bool) Check {
	c := Check{Name: "home-way", Title: "Apps at home have a short way", Status: Pass, Detail: "plex.tv tells them an address at home as well."}
	if !local {
		c.Status, c.Word = Warn, "None"
		c.Detail = "plex.tv tells no address at home, so apps at home take the tunnel too, and Plex may ask them for a pass."
		c.Fix = Fix{
			Title: "Let Plex be seen at home",
			Text:  "In a container, give Plex the network of its computer (host networking). Or add its address at home, such as http://192.168.1.20:32400, to Custom server access URLs. The wizard keeps it.",
		}
	}
	return c
}

// ownTest is what Plex's settings page says about reachability, which misleads
// in both directions.
func (seen plexSeen) ownTest() Check {
	c := Check{Name: "own-test", Title: "Plex’s own test does not count", Status: Pass, Word: "Ignore it"}
	c.Detail = fmt.Sprintf("Its settings may say “Not available outside your network” (at present: %s). That test looks for an open port, which a tunnel does not have. What counts is that plex.tv tells the address and that it answers.", nameOr(seen.details.Mapping, "nothing"))
	return c
}

// otherURLs is whether the person's own addresses still answer: apps go on
// trying one that is dead.
func (seen plexSeen) otherURLs(s Settings) (Check, bool) {
	c := Check{Name: "other-urls", Title: "Your other addresses", Status: Pass}
	var lines []string
	dead := false
	for _, u := range others(seen.prefs[prefURLs], s) {
		a, asked := seen.answers[u]
		switch {
		case !asked:
			continue
		case a.Err != "":
			dead = true
			lines = append(lines, u+" does not answer: "+a.Err)
		case a.ID != seen.server.ID:
			c.Status = Warn
			lines = append(lines, u+" leads to another server")
		default:
			lines = append(lines, u+" answers")
		}
	}
	if len(lines) == 0 {
		return c, false
	}
	c.Detail = strings.Join(lines, ". ") + "."
	if dead && c.Status == Pass {
		c.Status = Skip // it may answer elsewhere, such as in a VPN: nothing to be warned of for ever
	}
	if c.Status != Pass {
		c.Word = "Not all answer"
		c.Fix = Fix{Title: "Is it still needed?", Text: "Apps try every address of the list, and one that is dead makes them wait. Remove it in Plex under Settings, Network, if it is of no use any more. Asked from this computer; it may answer elsewhere. The wizard leaves it alone."}
	}
	return c, true
}
