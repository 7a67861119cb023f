package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.test/wizard/steps/beside"
)

// PlexStep is step 7: Plex publishes its new address to apps.
type PlexStep struct {
	Server    PlexServer
	TV        PlexTV
	Viewers   PlexViewers
	Addresses PlexAddresses
	Visitor   Visitor
	Now       func() time.Time
	Pace      float64
}

var _ Step = (*PlexStep)(nil)

// PlexDetail is what the page of step 7 shows beyond its checks.
type PlexDetail struct {
	Servers  []PlexFound
	Server   PlexFound
	Token    PlexToken
	Details  PlexDetails
	Remote   bool // Remote Access is on
	Proven   bool // plex.tv lists our address
	Works    bool // and it answers, also an app that is signed in
	Switches []PlexSwitch
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
	inside   SignedIn    // and with a key
	tvErr    error       // plex.tv out of reach is a check that waits, not an error of the step

	viewers    []PlexViewer
	viewersErr error
	answers    map[string]PlexAnswer // by URL, those of the person
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
	if seen.token, err = p.Server.Token(ctx, seen.server); err != nil {
		return seen, err
	}
	if !seen.token.Have {
		if seen.token.Reason == "refused" { // whose server is it?
			seen.resource, seen.tvErr = p.TV.Resources(ctx, seen.server.ID)
		}
		return seen, nil
	}
	var wg beside.Group
	var errs [2]error
	wg.Go(func() { seen.details, errs[0] = p.Server.Details(ctx, seen.server) })
	wg.Go(func() {
		seen.prefs, errs[1] = p.Server.Prefs(ctx, seen.server, prefURLs, prefRemote, prefRelay, prefSecure, prefOpen, prefLAN)
	})
	wg.Go(func() { seen.through, seen.inside, _ = p.Visitor.SignedIn(ctx, s.Host(), s.PlexID) })
	wg.Go(func() { seen.resource, seen.tvErr = p.TV.Resources(ctx, s.PlexID) })
	wg.Go(func() { seen.viewers, seen.viewersErr = p.Viewers.Viewers(ctx, seen.server) })
	wg.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return seen, fmt.Errorf("reading Plex’s settings: %w", err)
	}
	if urls := others(seen.prefs[prefURLs], s); len(urls) > 0 {
		seen.answers = p.Addresses.Answers(ctx, urls)
	}
	return seen, nil
}

func isOn(v string) bool { return v == "1" || strings.EqualFold(v, "true") }

func (seen plexSeen) finding(s Settings, now time.Time, pace float64) Finding {
	d := &PlexDetail{
		Servers: seen.servers, Server: seen.server, Token: seen.token, Details: seen.details, Resource: seen.resource,
		Remote: isOn(seen.prefs[prefRemote]),
	}
	f := Finding{Detail: d}
	origin, _ := gateSeen{server: seen.server}.checks()
	f.Checks = append(f.Checks, origin[0])
	if seen.server.State != "ok" {
		f.Summary, f.Again, f.Unsure = origin[0].Detail, 3*time.Second, []string{AnyAction}
		return f
	}
	f.Checks = append(f.Checks, seen.tokenCheck())
	if !seen.token.Have || seen.strangeToTV() {
		f.Ask, f.Summary, f.Unsure = "plex-signin", "Needs your sign-in at Plex", []string{AnyAction}
		return f
	}
	f.Checks = append(f.Checks, seen.ownerCheck(), seen.passCheck())
	pref := Check{Name: "custom-url", Title: "Plex has the address", Detail: "Not yet"}
	answers := seen.insideCheck(s)
	if seen.through.Status != 200 || !strings.Contains(seen.through.Body, s.PlexID) {
		if !listed(seen.prefs[prefURLs], s) {
			// Apps must not be told an address that does not work yet.
			return Finding{Blocked: "After step 6", Summary: "After step 6", Detail: d, Again: 10 * time.Second}
		}
		answers.Status, answers.Detail = Fail, "Plex does not answer there, at present."
		answers.Fix = Fix{Text: "Step 6 tells why.", Link: Link{"Go to step 6", "/steps/url"}}
	}
	f.Checks = append(f.Checks, answers)
	switch {
	case listed(seen.prefs[prefURLs], s):
		pref.Status, pref.Detail = Pass, "Custom server access URLs: "+seen.prefs[prefURLs]
	case answers.Status == Pass: // apps must not be told an address that refuses them
		f.Actions = append(f.Actions, seen.urlAction(s))
		f.Summary = "Ready to tell Plex the address"
	default:
		f.Summary, f.Again, f.Unsure = answers.Detail, 10*time.Second, []string{"set-url"}
	}
	f.Checks = append(f.Checks, pref)
	if pref.Status == Pass {
		seen.published(s, d, &f, now, pace)
	}
	d.Works = d.Proven && answers.Status == Pass
	seen.choices(s, d, &f)
	f.Evidence = seen.cards(s)
	return f
}

// insideCheck tells how Plex takes an app at the address that is signed in.
func (seen plexSeen) insideCheck(s Settings) Check {
	c := Check{Name: "through", Title: "Plex answers at the address", Status: Pass, Detail: "The same server, asked through the tunnel"}
	switch in := seen.inside; {
	case in.Status == 0 && in.Err == "": // without a key there is nothing more to ask
	case in.Status == 200 && in.ServerID == s.PlexID:
		c.Detail = "The same server, asked through the tunnel, and it lets in an app that is signed in"
	case in.Status == 200:
		c.Status, c.Detail = Fail, "Something other than this Plex answers apps that are signed in."
		c.Fix = Fix{Title: "Look at what stands in between", Text: "Another route of the tunnel, or a rule at Cloudflare, may catch some paths of the address.", Link: Link{"Go to step 6", "/steps/url"}}
	default:
		c.Status, c.Detail = Fail, "Plex answers, but an app that is signed in does not get in ("+nameOr(in.Err, fmt.Sprint(in.Status))+")."
		c.Fix = Fix{Title: "Look at what stands in between", Text: "A rule at Cloudflare may block some paths of the address.", Link: Link{"Go to step 6", "/steps/url"}}
	}
	return c
}

func (seen plexSeen) urlAction(s Settings) Action {
	before := seen.prefs[prefURLs]
	row := Row{Label: "Custom server access URLs", Values: []Value{{Text: ourURL(s), Code: true}}}
	for _, u := range customURLs(before) {
		if !mine(u, s) {
			row.Values = append(row.Values, Value{Text: u, Code: true, Note: "yours, kept"})
		}
	}
	return Action{
		ID: "set-url", Undo: true, Verb: Update, What: "Add the address to Plex’s settings", From: nameOr(before, "empty"), To: withOurs(before, s),
		Why: "plex.tv passes it on to your apps, so that they find the way by themselves.", Rows: []Row{row},
	}
}
