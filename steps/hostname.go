package steps

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/steps/beside"
)

// HostnameStep is step 5: the public address leads through the tunnel to Plex.
// It stays closed while Plex would let strangers in.
type HostnameStep struct {
	Tunnels Tunnels
	Records Records
	DNS     DNS
	Host    ConnectorHost
	Plex    PlexServer
}

var (
	_ Step       = (*HostnameStep)(nil)
	_ Rememberer = (*HostnameStep)(nil)
)

// HostnameDetail is what the page of step 5 shows beyond its checks.
type HostnameDetail struct {
	Host    string
	Origin  string // what the connector will be told
	Servers []PlexFound
	Foreign []CloudRecord // somebody else's records on the name
	Open    bool          // Plex lets strangers in
	Choose  bool          // several servers answer, and none was chosen yet
	Gone    []string      // former addresses at which nothing of ours is left
	Leads   string        // machine identifier of the Plex that the route leads to; empty while there is none
}

// Info implements [Step].
func (*HostnameStep) Info() Info {
	return Info{ID: IDHostname, Number: 5, Title: "Choose the public address"}
}

type hostnameSeen struct {
	gate    gateSeen
	ingress Ingress
	records []CloudRecord
	local   LocalConnector
	public  []Sighting
	former  []formerSeen
}

// Inspect implements [Step].
func (h *HostnameStep) Inspect(ctx context.Context, s Settings) (Finding, error) {
	switch {
	case s.ZoneID == "":
		return Finding{Blocked: "After step 2", Summary: "After step 2"}, nil
	case s.TunnelID == "":
		return Finding{Blocked: "After step 4", Summary: "After step 4"}, nil
	case s.Host() == "":
		return Finding{Ask: "subdomain", Summary: "Needs one choice of yours: the name", Detail: &HostnameDetail{}}, nil
	}
	var seen hostnameSeen
	var errs [4]error
	var wg beside.Group
	wg.Go(func() { seen.gate, errs[0] = lookAtGate(ctx, h.Plex, s) })
	wg.Go(func() { seen.ingress, errs[1] = h.Tunnels.Ingress(ctx, s.AccountID, s.TunnelID) })
	wg.Go(func() { seen.records, errs[2] = h.Records.RecordsNamed(ctx, s.ZoneID, s.Host()) })
	wg.Go(func() { seen.local, errs[3] = h.Host.Status(ctx) })
	wg.Go(func() { seen.former = lookAtFormer(ctx, h.Tunnels, h.Records, s) })
	wg.Go(func() { seen.public, _ = h.DNS.AddressesSeen(ctx, s.Host()) })
	wg.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return Finding{}, fmt.Errorf("looking at the address: %w", err)
	}
	return seen.finding(s), nil
}

const catchAll = "http_status:404"

func (seen hostnameSeen) finding(s Settings) Finding {
	host := s.Host()
	d := &HostnameDetail{Host: host, Origin: seen.gate.server.Origin, Servers: seen.gate.servers, Open: seen.gate.open, Choose: undecided(s, seen.gate.servers)}
	f := Finding{Detail: d}
	if d.Choose {
		f.Ask, f.Summary, f.Unsure = "plex-server", "Several Plex servers answer", []string{AnyAction}
		f.Checks = []Check{{Name: "origin", Title: "Plex answers on this computer", Status: Pass, Detail: fmt.Sprintf("%d servers do", len(seen.gate.servers))}}
		return f
	}
	checks, safe := seen.gate.checks()
	f.Checks = checks
	if s.RouteDownFor != "" && !safe {
		f.Summary = s.RouteDownFor
	}
	if !safe {
		f.Unsure = []string{"set-route", "set-record"}
		for _, old := range seen.former {
			f.Unsure = append(f.Unsure, closeRouteID+old.Host, closeRecordID+old.Host)
		}
		if seen.routed(s) && seen.gate.hole() {
			f.Actions = append(f.Actions, routeDown(s))
		}
		if seen.gate.token.Have && seen.gate.allowed != "" && (exempt(seen.gate.allowed) || seen.gate.open) {
			f.Actions = append(f.Actions, clearAllowed(seen.gate.allowed))
		} else {
			f.Again, f.Unsure = 5*time.Second, append(f.Unsure, "clear-allowed")
		}
		if f.Summary == "" {
			f.Summary = f.Checks[len(f.Checks)-1].Detail
		}
		return f
	}
	seen.route(s, d, &f)
	seen.record(s, d, &f)
	seen.closeFormer(s, d, &f)
	if f.Ask != "" {
		f.withhold() // the name comes first
	}
	if len(f.Plan()) > 0 || f.Ask != "" {
		if f.Summary == "" {
			f.Summary = "Ready to create the address"
		}
		if seen.routed(s) {
			f.Again = holeWatch
		}
		return f
	}
	seen.reached(s, &f)
	return f
}

// holeWatch is how often a way to Plex is looked at: a hole in its sign-in may open
// at any time.
const holeWatch = 5 * time.Minute

// Preview implements [Previewer]: what is to be made once the tunnel exists.
func (h *HostnameStep) Preview(ctx context.Context, s Settings) ([]Action, error) {
	if s.ZoneID == "" || s.Host() == "" {
		return nil, nil
	}
	g, err := lookAtGate(ctx, h.Plex, s)
	if err != nil {
		return nil, err
	}
	if _, safe := g.checks(); !safe || undecided(s, g.servers) {
		return nil, nil
	}
	there, err := h.Records.RecordsNamed(ctx, s.ZoneID, s.Host())
	if err != nil {
		return nil, fmt.Errorf("reading the records: %w", err)
	}
	if len(there) > 0 {
		return nil, nil // needs a choice
	}
	return []Action{
		{
			ID: "set-route", Undo: true, Verb: Create, What: "Create a route in your tunnel", To: s.Host() + " → " + g.server.Origin,
			Why:  "Tells the connector on this computer where to send requests for the address.",
			Rows: []Row{Code("Hostname", s.Host()), Code("Service", g.server.Origin), Text("No TLS Verify", onOff(strings.HasPrefix(g.server.Origin, "https:")))},
		},
		{
			ID: "set-record", Undo: true, Verb: Create, What: "Create a DNS record", To: "CNAME " + s.Host() + " → the tunnel", Why: "Lets apps find the address.",
			Rows: []Row{Text("Type", "CNAME"), Code("Name", s.Host()), Text("Target", "The tunnel made above"), Text("Proxy status", "Proxied")},
		},
	}, nil
}

func clearAllowed(now string) Action {
	return Action{
		ID: "clear-allowed", Undo: true, Verb: Update, What: "Empty Plex’s list of networks without sign-in", From: now, To: "empty",
		Why:  "Otherwise everyone who finds the address could use your Plex, as you. You can undo it later.",
		Rows: []Row{{Label: "Allowed without auth", Values: []Value{{Text: "Empty", Before: now}}}},
	}
}

// ourRule finds the rule for our host among those of the tunnel.
func ourRule(in Ingress, host string) (int, bool) {
	for i, r := range in.Rules {
		if strings.EqualFold(r.Host, host) && r.Path == "" {
			return i, true
		}
	}
	return -1, false
}

// wantRule names the origin by its address: "localhost" may mean ::1, where
// Plex does not listen on every system.
func wantRule(host, origin string) IngressRule {
	return IngressRule{Host: host, Service: origin, NoTLSVerify: strings.HasPrefix(origin, "https:")}
}

// placeOf is where the rule for host stands or belongs: the connector takes the
// first rule that matches.
func placeOf(rules []IngressRule, host string) int {
	for i, r := range rules {
		if r.Path == "" && matches(r.Host, host) {
			return i
		}
	}
	return len(rules)
}

// matches reports whether a rule's host takes requests for host. "*" stands for
// any beginning (cloudflared, ingress/rule.go).
func matches(rule, host string) bool {
	if rule == "" || rule == "*" || strings.EqualFold(rule, host) {
		return true
	}
	rest, wild := strings.CutPrefix(strings.ToLower(rule), "*")
	return wild && strings.HasSuffix(strings.ToLower(host), rest)
}

func sameIngress(a, b IngressRule) bool {
	return strings.EqualFold(a.Host, b.Host) && a.Service == b.Service && a.NoTLSVerify == b.NoTLSVerify
}

func (seen hostnameSeen) route(s Settings, d *HostnameDetail, f *Finding) {
	want := wantRule(d.Host, d.Origin)
	i, have := ourRule(seen.ingress, d.Host)
	others := 0
	for j, r := range seen.ingress.Rules {
		if _, former := s.former(r.Host); r.Host != "" && j != i && !former {
			others++
		}
	}
	c := Check{Name: "route", Title: "The tunnel has a route for it", Detail: "Not yet"}
	rows := []Row{
		Text("Tunnel", s.TunnelName), Code("Hostname", d.Host), Code("Service", want.Service),
		{Label: "No TLS Verify", Values: []Value{{Text: onOff(want.NoTLSVerify), Note: "Plex’s certificate carries another name; the request does not leave this computer"}}},
		Text("Other routes", othersText(others, locale.Count(others, "stays as it is", "stay as they are"), "None")),
	}
	switch {
	case have && sameIngress(seen.ingress.Rules[i], want) && i == placeOf(seen.ingress.Rules, d.Host):
		c.Status, c.Detail = Pass, d.Host+" leads to "+want.Service
		d.Leads = seen.gate.server.ID
		f.Evidence = append(f.Evidence, seen.routeCard(s, d))
	case have:
		why := "It leads elsewhere at present."
		c.Detail = "It leads to " + seen.ingress.Rules[i].Service
		if rows[2].Values[0].Before = seen.ingress.Rules[i].Service; sameIngress(seen.ingress.Rules[i], want) {
			why = "Another route stands before it and takes its requests."
			c.Detail, rows[2].Values[0].Before = why, ""
		}
		f.Actions = append(f.Actions, Action{ID: "set-route", Undo: true, Verb: Update, What: "Change the route of your tunnel", From: seen.ingress.Rules[i].Service, To: d.Host + " → " + want.Service, Rows: rows, Why: why})
	default:
		f.Actions = append(f.Actions, Action{ID: "set-route", Undo: true, Verb: Create, What: "Create a route in your tunnel", To: d.Host + " → " + want.Service, Rows: rows, Why: "Tells the connector on this computer where to send requests for the address."})
	}
	f.Checks = append(f.Checks, c)
}

func onOff(on bool) string {
	if on {
		return "On"
	}
	return "Off"
}

func tunnelTarget(id string) string { return id + ".cfargotunnel.com" }

func (seen hostnameSeen) record(s Settings, d *HostnameDetail, f *Finding) {
	target := tunnelTarget(s.TunnelID)
	c := Check{Name: "record", Title: "A DNS record leads to the tunnel", Detail: "Not yet"}
	rows := []Row{
		Text("Type", "CNAME"), Code("Name", d.Host), Code("Target", target), Text("Proxy status", "Proxied"), Text("Already there?", "No record has this name"),
	}
	create := Action{ID: "set-record", Undo: true, Verb: Create, What: "Create a DNS record", To: "CNAME " + d.Host + " → " + target, Rows: rows, Why: "Lets apps find the address."}
	if len(seen.records) == 0 {
		f.Actions = append(f.Actions, create)
		f.Checks = append(f.Checks, c)
		return
	}
	r := seen.records[0]
	right := r.Type == "CNAME" && strings.TrimSuffix(r.Content, ".") == target
	mine := right || s.markedRecord(r) || s.RecordAdopt == r.ID
	switch {
	case right && r.Proxied:
		c.Status, c.Detail = Pass, "CNAME to the tunnel, proxied"
		f.Evidence = append(f.Evidence, recordCard(s, r))
	case mine && len(seen.records) == 1:
		create.Verb, create.What, create.From = Update, "Change the DNS record", r.Type+" "+r.Content
		create.Why = "It leads elsewhere, or is not proxied."
		rows[2].Values[0].Before = r.Content
		rows[4] = Text("Already there?", "Yes, and it is to be changed")
		create.Rows = rows
		f.Actions = append(f.Actions, create)
		c.Detail = "It leads to " + r.Content
	default:
		d.Foreign = seen.records
		c.Status, c.Detail = Fail, fmt.Sprintf("The name has a record of yours already: %s %s", r.Type, r.Content)
		c.Fix = Fix{Title: "Choose another name", Text: "The wizard never overwrites a record of yours. Choose another name, or take this one over."}
		if len(seen.records) > 1 {
			c.Detail, c.Fix.Text = severalRecords(seen.records)
		}
		f.Ask, f.Summary = "subdomain", "The name is taken"
	}
	f.Checks = append(f.Checks, c)
}

func (seen hostnameSeen) routeCard(s Settings, d *HostnameDetail) Evidence {
	e := Evidence{
		Card: "route", Place: "Networking › Tunnels › " + s.TunnelName + " › Published application routes", Status: Pass, Reading: seen.ingress.Reading,
		Open: Link{"Open in Cloudflare", "https://dash.cloudflare.com/?to=/:account/tunnels"},
	}
	for _, r := range seen.ingress.Rules {
		name := nameOr(r.Host, "Everything else")
		v := Value{Text: r.Service, Code: true}
		if strings.EqualFold(r.Host, d.Host) && r.NoTLSVerify {
			v.Note = "No TLS Verify"
		} else if _, old := s.former(r.Host); old {
			v.Note = "the address from before"
		} else if r.Host != "" && !strings.EqualFold(r.Host, d.Host) {
			v.Note = "yours"
		}
		e.Rows = append(e.Rows, Row{Label: name, Values: []Value{v}})
	}
	e.Rows = append(e.Rows, Text("Configuration", fmt.Sprintf("Version %d", seen.ingress.Version)))
	return e
}

func recordCard(s Settings, r CloudRecord) Evidence {
	proxied := "DNS only"
	if r.Proxied {
		proxied = "Proxied"
	}
	return Evidence{
		Card: "record", Place: s.Domain + " › DNS › Records", Status: Pass, Reading: r.Reading,
		Rows: []Row{Text("Type", r.Type), Code("Name", r.Name), Code("Content", r.Content), Text("Proxy status", proxied), Text("Comment", nameOr(r.Comment, "None"))},
		Open: Link{"Open in Cloudflare", "https://dash.cloudflare.com/?to=/:account/" + s.Domain + "/dns/records"},
	}
}

// reached judges whether the connector applied the route and the world sees the name.
func (seen hostnameSeen) reached(s Settings, f *Finding) {
	applied := Check{Name: "applied", Title: "The connector has taken it over", Status: Pass, Detail: fmt.Sprintf("Configuration version %d", seen.local.ConfigSeen)}
	if seen.local.ConfigSeen < seen.ingress.Version {
		applied.Status, applied.Detail = Wait, fmt.Sprintf("Version %d is waited for", seen.ingress.Version)
	}
	if !seen.local.Running {
		applied.Status, applied.Detail = Fail, "The connector does not run. Step 4 tells how to start it."
		applied.Fix = Fix{Link: Link{"Go to step 4", "/steps/tunnel"}}
	}
	public := Check{Name: "public", Title: "The world finds the address", Status: Pass}
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
	case of == 0:
		public.Status, public.Detail = Warn, "No public resolver answered this computer. Step 6 looks in another way."
	case see < of:
		public.Status, public.Detail = Wait, fmt.Sprintf("%d of %d public resolvers know it. The rest follow by themselves once step 2 is done.", see, of)
	default:
		public.Detail = locale.Count(see, "public resolver leads to Cloudflare", "public resolvers lead to Cloudflare")
	}
	f.Checks = append(f.Checks, applied, public)
	f.Heading, f.Summary = "The address is made", s.Host()
	f.Again = holeWatch
	switch {
	case applied.Status == Wait:
		f.Again = 2 * time.Second
	case public.Status == Wait:
		f.Again = 10 * time.Second
	case applied.Status == Fail:
		f.Again = 10 * time.Second
	}
	if applied.Status == Wait || public.Status == Wait {
		f.Heading, f.Summary = "The address is made, and becomes known", "Waiting until the world finds it"
	}
}

// ValidSubdomain reports what is wrong with a name for the address, or "".
func ValidSubdomain(name string) string {
	switch {
	case name == "":
		return "Enter a name"
	case strings.Contains(name, "."):
		return "The name has a dot. Cloudflare’s free certificate covers one level only."
	case len(name) > 63:
		return "The name is longer than 63 characters"
	case !regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`).MatchString(name):
		return "The name may have letters, digits and hyphens, and no hyphen at its ends"
	}
	return ""
}
