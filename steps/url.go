package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/steps/beside"
)

// URLStep is step 6: the address is asked from outside, layer by layer.
type URLStep struct {
	Visitor  Visitor
	DNS      DNS
	Tunnels  Tunnels
	Plex     PlexServer
	Pictures Pictures
}

// Pictures keeps the screenshot of the card for the page that shows it.
type Pictures interface {
	// Picture returns where the latest picture of host is served, or "" while
	// there is none. soon says that one is being taken.
	Picture(host string) (path string, soon bool)
}

var _ Step = (*URLStep)(nil)

// URLDetail is what the page of step 6 shows beyond its checks.
type URLDetail struct {
	Host   string
	Broken string // the first layer that does not work: "dns", "tls", "cloudflare", "tunnel", "origin", …; empty when all do
	Visit  Visit
	Plex   PlexFound // as it answers on this computer
	Soon   bool      // a picture is being taken
}

// Info implements [Step].
func (*URLStep) Info() Info { return Info{ID: IDURL, Number: 6, Title: "Check the address"} }

type urlSeen struct {
	ingress Ingress
	server  PlexFound
	public  []Sighting
	visit   Visit
	shot    string
	soon    bool
}

// Inspect implements [Step].
func (u *URLStep) Inspect(ctx context.Context, s Settings) (Finding, error) {
	if s.TunnelID == "" || s.Host() == "" {
		return Finding{Blocked: "After step 5", Summary: "After step 5"}, nil
	}
	var seen urlSeen
	var err error
	if seen.ingress, err = u.Tunnels.Ingress(ctx, s.AccountID, s.TunnelID); err != nil {
		return Finding{}, fmt.Errorf("reading the tunnel’s routes: %w", err)
	}
	if _, have := ourRule(seen.ingress, s.Host()); !have {
		return u.before(ctx, s, seen.ingress)
	}
	var wg beside.Group
	var visitErr, findErr error
	wg.Go(func() {
		var all []PlexFound
		all, findErr = u.Plex.Find(ctx, s.PlexAddress)
		seen.server = chosenServer(s, all)
		if seen.server.State == "ok" {
			_, _ = u.Plex.Token(ctx, seen.server) // so that the visitor has a key for the WebSocket
		}
	})
	wg.Go(func() { seen.public, _ = u.DNS.AddressesSeen(ctx, s.Host()) })
	wg.Go(func() { seen.visit, visitErr = u.Visitor.Visit(ctx, s.Host(), VisitWant{PlexID: s.PlexID}) })
	wg.Wait()
	if err := errors.Join(visitErr, findErr); err != nil {
		return Finding{}, fmt.Errorf("visiting https://%s: %w", s.Host(), err)
	}
	if u.Pictures != nil && seen.visit.Web.Status == 200 {
		seen.shot, seen.soon = u.Pictures.Picture(s.Host())
	}
	return seen.finding(s), nil
}

func (seen urlSeen) finding(s Settings) Finding {
	d := &URLDetail{Host: s.Host(), Visit: seen.visit, Plex: seen.server, Soon: seen.soon && seen.visit.Web.Status == 200}
	f := Finding{Detail: d}
	for _, layer := range seen.layers(s) {
		if d.Broken != "" {
			layer.Status, layer.Word, layer.Detail, layer.Fix = Skip, "Not looked at", "Looked at when the layer above works", Fix{}
		} else if layer.Status == Fail || layer.Status == Wait {
			d.Broken = layer.Name
			f.Summary = layer.Detail
		}
		f.Checks = append(f.Checks, layer)
	}
	if seen.hole() && seen.visit.ServerID != "" {
		f.Actions = append(f.Actions, routeDown(s))
	}
	switch d.Broken {
	case "":
		f.Heading, f.Summary = "The address works, and it is your Plex", "Works: https://"+s.Host()
		f.Again = 5 * time.Minute
		if d.Soon {
			f.Again = 2 * time.Second
		}
	case "dns":
		f.Heading, f.Again = "Waiting for the new address to become known", 5*time.Second
	case "cache":
		f.Heading, f.Again = "The address works, but Cloudflare keeps copies", 10*time.Second
	case "origin":
		f.Heading, f.Again = "Everything works up to this computer. Plex does not answer", 5*time.Second
	default:
		f.Heading, f.Again = "The address does not work yet", 10*time.Second
	}
	if seen.hole() {
		f.Heading = "Plex would let strangers in"
	}
	f.Evidence = []Evidence{seen.card(s)}
	return f
}

// layers judges one layer after another, from the outside in.
func (seen urlSeen) layers(s Settings) []Check {
	return []Check{
		seen.dnsLayer(), seen.tlsLayer(), seen.cloudflareLayer(), seen.tunnelLayer(), seen.originLayer(s), seen.sameLayer(s),
		seen.signinLayer(), seen.cacheLayer(), seen.socketLayer(), seen.webLayer(),
	}
}

func (seen urlSeen) dnsLayer() Check {
	c := Check{Name: "dns", Title: "DNS"}
	see, of := 0, 0
	for _, r := range seen.public {
		if r.Local || r.Err != "" {
			continue
		}
		of++
		if len(r.Values) > 0 {
			see++
		}
	}
	switch {
	case seen.visit.Identity.Layer == "dns" || see == 0 && of > 0:
		c.Status, c.Detail = Wait, fmt.Sprintf("%d of %d resolvers know the address. The rest follow by themselves once step 2 is done.", see, of)
	case see == 0:
		c.Status, c.Detail = Pass, "It was found, although no public resolver answered this computer"
	default:
		c.Status, c.Detail = Pass, fmt.Sprintf("%d of %d public resolvers lead to Cloudflare", see, of)
	}
	return c
}

func (seen urlSeen) tlsLayer() Check {
	t := seen.visit.TLS
	c := Check{Name: "tls", Title: "Certificate", Status: Pass}
	if t.OK {
		c.Detail = fmt.Sprintf("Issued by %s, valid until %s", t.Issuer, locale.Date(t.Expires))
		if !seen.visit.At.IsZero() && t.Expires.Sub(seen.visit.At) < 7*24*time.Hour {
			c.Status, c.Word = Warn, "Ends soon"
			c.Fix = Fix{Text: "Cloudflare renews it by itself. If it has not in two days, look under SSL/TLS, Edge Certificates."}
		}
		return c
	}
	c.Status, c.Detail = Fail, nameOr(t.Err, "No certificate was shown")
	c.Fix = Fix{Title: "Wait up to 15 minutes", Text: "Cloudflare makes the certificate when the domain becomes active. If it stays away, look under SSL/TLS, Edge Certificates.", Link: Link{"Open Cloudflare", "https://dash.cloudflare.com/"}}
	if seen.visit.Identity.Layer == "connect" {
		c.Detail = "The address does not accept connections: " + seen.visit.Identity.Err
		c.Fix = Fix{Text: "Check the network connection of this computer."}
	}
	return c
}

func (seen urlSeen) cloudflareLayer() Check {
	c := Check{Name: "cloudflare", Title: "Cloudflare", Status: Pass, Detail: "Answers, asks for no puzzle and no sign-in page of its own"}
	v := seen.visit.Identity
	to := v.Header["location"]
	switch {
	case v.Status == 0:
		c.Status, c.Detail = Fail, "No answer: "+nameOr(v.Err, "the connection broke")
		c.Fix = Fix{Title: "Check the network connection of this computer", Text: "The wizard looks again by itself."}
	case v.Header["cf-mitigated"] == "challenge", (v.Status == 403 || v.Status == 503) && strings.Contains(v.Body, "Just a moment"):
		c.Status, c.Detail = Fail, "Cloudflare asks visitors to solve a puzzle, which Plex apps cannot solve."
		c.Fix = Fix{Title: "Turn Bot Fight Mode and Under Attack mode off", Text: "No rule can make an exception on the free plan.", Link: Link{"Go to step 8", "/steps/security"}}
	case strings.Contains(to, ".cloudflareaccess.com"):
		c.Status, c.Detail = Fail, "A sign-in page of Cloudflare Access stands in front. Plex apps cannot pass it."
		c.Fix = Fix{Title: "Remove the Access application for this address", Link: Link{"Open Access in Cloudflare", "https://dash.cloudflare.com/?to=/:account/one/access-controls/apps"}}
	case v.Status == 403 && strings.Contains(v.Body, "error code: 1000"):
		c.Status, c.Detail = Fail, "The address’s record leads to an address of Cloudflare itself (1000)."
		c.Fix = Fix{Title: "Another record answers for the address", Link: Link{"Go to step 5", "/steps/hostname"}}
	case v.Status == 403:
		c.Status, c.Detail = Fail, "Cloudflare refuses this computer (403)."
		c.Fix = Fix{Title: "A security rule blocks you", Text: "Look at the rules in step 8. Is your country on the list of allowed ones?", Link: Link{"Go to step 8", "/steps/security"}}
	case v.Status == 530 && strings.Contains(v.Body, "1016"):
		c.Status, c.Detail = Fail, "The address’s record leads to a tunnel that is gone (1016)."
		c.Fix = Fix{Link: Link{"Go to step 5", "/steps/hostname"}}
	case v.Status == 521 || v.Status == 522 || v.Status == 523 || v.Status == 525 || v.Status == 526:
		c.Status, c.Detail = Fail, fmt.Sprintf("Cloudflare does not use the tunnel (%d).", v.Status)
		c.Fix = Fix{Title: "Another record answers for the address", Link: Link{"Go to step 5", "/steps/hostname"}}
	}
	return c
}

func (seen urlSeen) tunnelLayer() Check {
	c := Check{Name: "tunnel", Title: "Tunnel", Status: Pass, Detail: "The connector on this computer took the request"}
	v := seen.visit.Identity
	if v.Status == 530 {
		c.Status, c.Detail = Fail, "No connector is connected (530, error 1033)."
		c.Fix = Fix{Title: "Start the connector", Text: "Step 4 tells how.", Link: Link{"Go to step 4", "/steps/tunnel"}}
	}
	return c
}

func (seen urlSeen) originLayer(s Settings) Check {
	c := Check{Name: "origin", Title: "Plex on this computer", Status: Pass, Detail: "It answered through the tunnel"}
	if seen.server.State == "ok" {
		c.Detail = fmt.Sprintf("%s answered in %d ms", seen.server.Origin, seen.server.Took.Milliseconds())
	}
	v := seen.visit.Identity
	switch {
	case v.Status == 502 || v.Status == 504 || v.Status == 524:
		c.Status, c.Detail = Fail, fmt.Sprintf("The connector got no answer from Plex (%d).", v.Status)
	case v.Status == 503:
		c.Status, c.Detail = Wait, "Plex is starting, or updating its database."
		return c
	case v.Status == 401:
		c.Status, c.Detail = Fail, "Something between the tunnel and Plex asks for a sign-in of its own."
	case v.Status >= 400 && v.Status != 403:
		c.Status, c.Detail = Fail, fmt.Sprintf("Behind the tunnel, the answer was %d.", v.Status)
	default:
		return c
	}
	c.Fix = Fix{Title: "Start Plex again", Command: seen.server.Start, Text: inShell(seen.server.Shell, "The wizard looks again by itself.")}
	if seen.server.State == "ok" {
		c.Fix = Fix{Title: "The route may lead elsewhere", Text: "Plex answers on this computer at " + seen.server.Origin + ".", Link: Link{"Go to step 5", "/steps/hostname"}}
	}
	return c
}

func (seen urlSeen) sameLayer(s Settings) Check {
	c := Check{Name: "same", Title: "It is this Plex", Status: Pass, Detail: "The same server id, here and through the tunnel"}
	want := nameOr(s.PlexID, seen.server.ID)
	if seen.visit.ServerID != want || seen.visit.Identity.Header["x-plex-protocol"] == "" {
		c.Status, c.Detail = Fail, "Another server or website answers at the address."
		c.Fix = Fix{Title: "Look at the route and at the record", Text: "Another route of the tunnel may match first.", Link: Link{"Go to step 5", "/steps/hostname"}}
	}
	return c
}

// hole reports whether Plex answered a stranger. Where the server id says that it
// is Plex, any whole page counts; elsewhere only one that bears Plex's mark.
func (seen urlSeen) hole() bool {
	return slices.ContainsFunc(append([]VisitAnswer{seen.visit.Root}, seen.visit.Spoofed...), func(a VisitAnswer) bool {
		marked := a.Header["x-plex-protocol"] != "" || strings.Contains(a.Body, "MediaContainer")
		whole := seen.visit.ServerID != "" && a.Err == "" && a.Body != ""
		return a.Status == 200 && (marked || whole)
	})
}

func (seen urlSeen) signinLayer() Check {
	c := Check{Name: "signin", Title: "Sign-in is required", Status: Pass, Word: "Strangers stay out", Detail: "401 without a token, also with forged forwarding headers"}
	if seen.hole() {
		c.Status, c.Word = Fail, ""
		c.Detail = "Plex answered without a sign-in. The wizard takes the route down at once, so that nobody gets in."
		c.Fix = Fix{Title: "Empty “List of IP addresses and networks that are allowed without auth”", Text: "In Plex under Settings, Network; step 5 offers it as a plan.", Link: Link{"Go to step 5", "/steps/hostname"}}
		return c
	}
	for _, a := range append([]VisitAnswer{seen.visit.Root}, seen.visit.Spoofed...) {
		if a.Status != 401 && a.Status != 403 {
			c.Status, c.Word, c.Detail = Wait, "", "This probe got no clear answer. It is asked again."
		}
	}
	return c
}

func (seen urlSeen) cacheLayer() Check {
	c := Check{Name: "cache", Title: "Nothing is cached", Status: Pass, Detail: strings.Join(seen.visit.Cache, ", then ")}
	if len(seen.visit.Cache) == 0 {
		c.Status, c.Detail = Skip, "These requests got no answer"
	}
	for _, st := range seen.visit.Cache {
		switch strings.ToUpper(st) {
		case "BYPASS", "DYNAMIC", "NONE":
		case "": // of no worth as a proof: a rule or the connection may have answered in its place
			if c.Status == Pass {
				c.Status, c.Word, c.Detail = Skip, "Not proven", "Cloudflare did not say what its cache did with these requests. Step 3 shows the rule."
			}
		default:
			c.Status, c.Word, c.Detail = Fail, "", "Cloudflare keeps copies: "+keptCopies(seen.visit.Cache)
			c.Fix = Fix{Title: "Turn caching off", Link: Link{"Go to step 3", "/steps/cache"}}
		}
	}
	return c
}

// keptCopies lists what Cloudflare said of its cache, in order.
func keptCopies(said []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(said), func(st string) bool { return st == "" }), ", then ")
}

func (seen urlSeen) socketLayer() Check {
	c := Check{Name: "websocket", Title: "Live updates", Status: Pass, Detail: "WebSocket opened"}
	switch seen.visit.WebSocket {
	case 101:
	case 0:
		c.Status, c.Detail = Skip, "WebSocket was not tried"
	case 401:
		c.Status, c.Word, c.Detail = Skip, "Not proven", "Plex asks for a sign-in, and the wizard has no key for it until step 7."
	default:
		c.Status, c.Word, c.Detail = Warn, "Works without", fmt.Sprintf("WebSocket does not pass (%d). Playing works; the dashboard of Plex updates more slowly.", seen.visit.WebSocket)
		c.Fix = Fix{Text: "In Cloudflare, under Network, turn WebSockets on."}
	}
	return c
}

func (seen urlSeen) webLayer() Check {
	c := Check{Name: "web", Title: "The web app loads", Status: Pass, Detail: "/web/index.html, not rewritten on the way"}
	switch {
	case seen.visit.Web.Status != 200:
		c.Status, c.Detail = Warn, fmt.Sprintf("/web/index.html answered %d. Apps do not need it.", seen.visit.Web.Status)
	case seen.visit.Rewritten:
		c.Status, c.Detail = Fail, "Cloudflare rewrites the page (Rocket Loader), which breaks it."
		c.Fix = Fix{Title: "Turn rewriting off for this address", Link: Link{"Go to step 8", "/steps/security"}}
	}
	return c
}

func (seen urlSeen) card(s Settings) Evidence {
	v := seen.visit
	e := Evidence{
		Card: "url", Title: "Your Plex as the internet sees it", URL: "https://" + s.Host() + "/web/index.html", Reading: v.Reading, Shot: seen.shot,
		Open: Link{"Open the address", "https://" + s.Host() + "/web/index.html"},
	}
	if v.Identity.Status != 200 {
		e.Rows = append(e.Rows, Text("Answer", answerText(v.Identity)))
	} else {
		if v.Name != "" {
			e.Rows = append(e.Rows, Text("Server", v.Name))
		}
		e.Rows = append(e.Rows, Code("Server id", v.ServerID))
		if seen.server.Version != "" {
			e.Rows = append(e.Rows, Text("Version", "Plex Media Server "+seen.server.Version))
		}
	}
	if v.TLS.OK {
		e.Rows = append(e.Rows, Text("Certificate", v.TLS.Issuer+", valid until "+locale.Date(v.TLS.Expires)))
	}
	if len(v.RTT) > 0 {
		e.Rows = append(e.Rows, Text("Round trip", fmt.Sprintf("%s ms, %d times", locale.Decimal(float64(median(v.RTT).Microseconds())/1000), len(v.RTT))))
	}
	if v.Bytes >= 100<<10 && v.Took > 0 {
		e.Rows = append(e.Rows, Text("Sample", fmt.Sprintf("%.0f Mbit/s down, in a test of %d KB", float64(v.Bytes)*8/1e6/v.Took.Seconds(), v.Bytes/1024)))
	}
	return e
}

func answerText(a VisitAnswer) string {
	if a.Status == 0 {
		return "None: " + nameOr(a.Err, "the connection broke")
	}
	return fmt.Sprint(a.Status)
}

func median(ds []time.Duration) time.Duration {
	sorted := append([]time.Duration(nil), ds...)
	for i := range sorted {
		for j := i; j > 0 && sorted[j] < sorted[j-1]; j-- {
			sorted[j], sorted[j-1] = sorted[j-1], sorted[j]
		}
	}
	return sorted[len(sorted)/2]
}

// Apply implements [Step].
func (u *URLStep) Apply(ctx context.Context, s Settings, a Action) (Settings, error) {
	if a.ID != "take-route-down" {
		return s, fmt.Errorf("step url has no action %q", a.ID)
	}
	return takeRouteDown(ctx, u.Tunnels, s)
}
