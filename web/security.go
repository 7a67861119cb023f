package web

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/web/templates"
)

// The switches of step 8, as they are posted.
const (
	measureCountry = "country"
	measureBots    = "bots"
	measureTor     = "tor"
	measureOwn     = "own"
	measureTLS     = "tls"
	measureHTTPS   = "https"
	measureBIC     = "bic"
	measureHSTS    = "hsts"
	measureFight   = "fight"
	measureRewrite = "rewrite"
	measureAccess  = "access"
)

func (v *stepView) fillSecurity(m *templates.Step, d *steps.SecurityDetail) {
	if len(v.seen.Finding.Plan()) > 0 && v.seen.Finding.Ask == "" && len(v.form.problems) == 0 && v.r.URL.Query().Get("part") != "choose" {
		m.More = append(m.More, templates.More{Title: "Choose otherwise", Text: "Nothing has been done yet. [Go back to the switches](/steps/security?part=choose)."})
		return
	}
	c := v.choices(d)
	host := v.set.Host()
	live := func(check string, on bool) (string, string) {
		if k := v.seen.Finding.Check(check); k.Status == steps.Pass {
			return "On", "done"
		}
		if id, ok := strings.CutPrefix(check, "setting-"); ok && d.On(id) {
			return "On", "done" // not by us, and left as it is
		}
		if on && v.set.Security.Chosen {
			return "Not yet", "attention"
		}
		return "Off", "skipped"
	}
	measure := func(id, name, what, risk, checkName string, on bool) templates.Measure {
		word, mark := live(checkName, on)
		if v.form.posted() {
			on = slices.Contains(v.form.many["measure"], id)
		}
		return templates.Measure{ID: id, Name: name, On: on, What: what, Risk: risk, Live: word, LiveState: mark}
	}
	country := measure(measureCountry, "Only from these countries", "Requests from anywhere else are blocked.", "No trouble at home. Before you travel, add the country. Plex’s own servers, in the US and elsewhere, may report your address as out of reach: your apps go on working.", "rule-country", len(c.Countries) > 0)
	country.Countries = v.countries(c, d)
	own := measure(measureOwn, "Your own rule", "One slot for an expression that you write: what it matches is blocked. Cloudflare tests it first.", "Depends on your rule.", "rule-own", c.Expression != "")
	own.Field = &templates.Field{Name: "expression", Label: "Expression", Value: v.form.value("expression", c.Expression), Error: v.form.error("expression"), Mono: true, Hint: "Such as `ip.src.asnum eq 64496`. It acts on the Plex address only."}
	in := templates.SecurityInput{
		Host: host, Domain: v.set.Domain, Slots: slots(v.set, d), SlotsNote: slotsNote(d),
		Rules: []templates.Measure{
			country,
			measure(measureBots, "Known bots", "Search engines and other robots that Cloudflare knows are blocked.", "None known.", "rule-bots", c.Bots),
			measure(measureTor, "Tor", "Visitors who hide behind the Tor network are blocked.", "None known.", "rule-tor", c.Tor),
			own,
		},
		Extra: []templates.Measure{
			v.rewriteMeasure(measure, d, c),
		},
		Browser: []templates.Measure{v.accessMeasure(measure, c)},
		Zone: []templates.Measure{
			measure(measureTLS, "Minimum TLS 1.2", "Refuses outdated encryption.", "TVs from before about 2013 cannot connect.", "setting-min_tls_version", c.MinTLS),
			measure(measureHTTPS, "Always use HTTPS", "Visitors of `http://` are sent to `https://`.", "None known.", "setting-always_use_https", c.HTTPS),
			measure(measureHSTS, "Strict Transport Security (HSTS)", "Browsers refuse `http://` for the whole domain.", "None known. But browsers remember it for 30 days, also after you switch it off: every other site at this domain must have `https://` until then.", "setting-security_header", c.HSTS),
			measure(measureBIC, "Browser Integrity Check", "Blocks requests with odd headers.", "Some older apps send odd headers; keep “Leave Plex’s pages as they are” on.", "setting-browser_check", c.Integrity),
			v.fightMeasure(measure, d, c),
		},
		Notes: []templates.Note{
			{Tone: "info", Title: "What guides also recommend", Text: "A rule against a high threat score does nothing today: Cloudflare always reports 0. The wizard does not make one. A Cloudflare Access sign-in page would lock apps and TVs out, so it never stands in front of this address."},
		},
	}
	if v.seen.Finding.Ask == "security" {
		in.Skip = &templates.Button{Text: "Add nothing now", Kind: "link", Name: "do", Value: "skip", NoCheck: true}
	}
	in.Again = v.seen.Finding.Done()
	if offer := v.takeBack(); offer != nil {
		m.Offer, in.Again = templates.TakeBack(*offer), true
		m.Next = []templates.Button{{Text: "Look again", Kind: "s", Icon: "again", Href: stepPath(steps.IDSecurity)}, later()}
	}
	if in.Again {
		m.After = templates.SecurityForm(in)
	} else {
		m.Form = templates.SecurityForm(in)
	}
	if ch := blockedChart(v.set, d); ch != nil {
		m.Lower = append(m.Lower, templates.Section{ID: "blocked", Title: "Blocked in the last 24 hours", Chart: ch})
	} else if text := noneBlocked(d); text != "" {
		m.Notes = append(m.Notes, templates.Note{Tone: "info", Title: "Blocked in the last 24 hours", Text: text})
	}
}

// fightMeasure is the one switch that does harm when it is on: the warning stands
// in its place, not in a note further down.
func (v *stepView) fightMeasure(measure func(id, name, what, risk, check string, on bool) templates.Measure, d *steps.SecurityDetail, c steps.SecurityChoices) templates.Measure {
	m := measure(measureFight, "Bot Fight Mode", "Makes suspected robots solve a puzzle.", "**Breaks Plex apps and TVs:** they cannot solve puzzles, and the free plan can make no exception. Leave it off.", "setting-bot_fight_mode", c.Fight)
	switch {
	case d.On("bot_fight_mode"):
		m.LiveState = "attention"
	case !c.Fight:
		m.Live = "Off, as it should be"
	}
	return m
}

// rewriteMeasure is the one switch that needs a permission which a token may lack.
func (v *stepView) rewriteMeasure(measure func(id, name, what, risk, check string, on bool) templates.Measure, d *steps.SecurityDetail, c steps.SecurityChoices) templates.Measure {
	m := measure(measureRewrite, "Leave Plex’s pages as they are", "Rocket Loader, address hiding and header checks are off for this address.", "Helps them: these break web apps and odd devices.", "rule-config", c.NoRewrite)
	if p := d.NoConfig; p != nil {
		m.Live, m.LiveState = "Not possible yet", "attention"
		m.Note = &templates.Note{Tone: "attention", Title: say(p.Title), Text: say(p.Text + " " + p.Fix), Links: links(p.Link)}
	}
	return m
}

// choices are the switches as they stand: as posted, as chosen before, or as proposed.
func (v *stepView) choices(d *steps.SecurityDetail) steps.SecurityChoices {
	if !v.form.posted() {
		return d.Choices
	}
	return securityFrom(v.form, v.set.Security)
}

// securityFrom reads the switches. The second address is kept when its switch is
// off, so that what was made for it can be found and removed.
func securityFrom(f form, before steps.SecurityChoices) steps.SecurityChoices {
	on := func(id string) bool { return slices.Contains(f.many["measure"], id) }
	c := steps.SecurityChoices{
		Chosen: true, Bots: on(measureBots), Tor: on(measureTor), MinTLS: on(measureTLS), HTTPS: on(measureHTTPS), Integrity: on(measureBIC), HSTS: on(measureHSTS), Fight: on(measureFight), NoRewrite: on(measureRewrite),
	}
	if on(measureCountry) {
		c.Countries = f.many["countries"]
	}
	if on(measureOwn) {
		c.Expression = strings.TrimSpace(f.values["expression"])
	}
	c.AccessName, c.AccessFor = before.AccessName, before.AccessFor
	if on(measureAccess) {
		c.Access = true
		c.AccessName = strings.ToLower(strings.TrimSpace(f.values["access_name"]))
		c.AccessFor = strings.FieldsFunc(f.values["access_for"], func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' || r == '\r' })
	}
	return c
}

func slots(set steps.Settings, d *steps.SecurityDetail) []templates.Slot {
	var out []templates.Slot
	for _, r := range d.Custom.Rules {
		slot := templates.Slot{Name: r.Description, Word: "Yours"}
		if strings.HasPrefix(r.Description, set.Marker()) {
			slot = templates.Slot{Name: upper(strings.TrimPrefix(r.Description, set.Marker()+": ")), Word: "On", Kind: "ours"}
		}
		if slot.Name == "" {
			slot.Name = "Without a name"
		}
		if !r.Enabled {
			slot.Word += ", off"
		}
		out = append(out, slot)
	}
	if free := d.Limit - len(out); free > mostFreeSlots {
		return append(out, templates.Slot{Name: "Free", Word: locale.Number(free) + " slots", Kind: "free"})
	}
	for n := len(out) + 1; n <= d.Limit; n++ {
		out = append(out, templates.Slot{Name: "Free", Word: fmt.Sprintf("Slot %d", n), Kind: "free"})
	}
	return out
}

// mostFreeSlots is how many free slots are drawn one by one.
const mostFreeSlots = 5

// slotsNote says how many custom rules there can be, as far as that is known.
func slotsNote(d *steps.SecurityDetail) string {
	const kept = "Yours are counted and never touched."
	switch {
	case d.Limit == 0:
		return kept
	case strings.HasPrefix(d.Plan, "Free"):
		return fmt.Sprintf("The free plan has %d custom rules. ", d.Limit) + kept
	}
	return fmt.Sprintf("Your plan has %s custom rules. ", locale.Number(d.Limit)) + kept
}

func (v *stepView) countries(c steps.SecurityChoices, d *steps.SecurityDetail) *templates.Countries {
	out := &templates.Countries{Error: v.form.error("add_country"), Typed: v.form.value("add_country", "")}
	all := countryNames()
	shown := slices.Clone(c.Countries)
	on := func(code string) bool {
		return slices.Contains(c.Countries, code) || len(c.Countries) == 0 && code == d.Country
	}
	if v.form.posted() {
		on = func(code string) bool { return slices.Contains(v.form.many["countries"], code) }
	}
	shown = append(shown, v.form.many["countries"]...)
	if d.Country != "" {
		shown = append(shown, d.Country)
	}
	slices.Sort(shown)
	for _, code := range slices.Compact(shown) {
		name, ok := all[code]
		if !ok {
			continue
		}
		o := templates.Option{Value: code, Label: name, On: on(code)}
		if code == d.Country {
			o.Hint = "You are here"
		}
		out.Chosen = append(out.Chosen, o)
	}
	for _, name := range all {
		out.All = append(out.All, name)
	}
	slices.Sort(out.All)
	return out
}

// noneBlocked says why there is no chart; empty while there is no rule at all.
func noneBlocked(d *steps.SecurityDetail) string {
	switch {
	case errors.Is(d.NoData, steps.ErrNoAnalytics):
		return "Cloudflare does not give these figures on this plan."
	case d.NoData != nil:
		return say(steps.Explain(d.NoData).Title) + ". The rules work all the same."
	case len(d.Custom.Rules) > 0:
		return "Nothing so far. Cloudflare’s figures come some minutes late."
	}
	return ""
}

func blockedChart(set steps.Settings, d *steps.SecurityDetail) *templates.Chart {
	if len(d.Blocked) == 0 {
		return nil
	}
	names := countryNames()
	rules := map[string]string{}
	for _, r := range d.Custom.Rules {
		rules[r.ID] = strings.TrimPrefix(r.Description, set.Marker()+": ")
	}
	total := int64(0)
	hours := map[time.Time]int{}
	ch := &templates.Chart{Table: templates.Table{Caption: "By rule and country", Head: []templates.Column{{Name: "Rule"}, {Name: "Country"}, {Name: "Blocked", Right: true}}}}
	for _, c := range d.Blocked {
		total += c.N
		hours[c.Hour.Local()] += int(c.N)
		country := names[c.Country]
		if country == "" {
			country = c.Country
		}
		rule := rules[c.Key]
		if rule == "" {
			rule = c.Key
		}
		ch.Table.Rows = append(ch.Table.Rows, templates.TableRow{Cells: []templates.Value{{Text: rule}, {Text: country}, {Text: locale.Number(c.N)}}})
	}
	for _, h := range slices.SortedFunc(maps.Keys(hours), time.Time.Compare) { // a day of hours goes over midnight
		ch.Bars = append(ch.Bars, templates.Bar{Name: locale.Clock(h), N: hours[h]})
	}
	ch.Title = fmt.Sprintf("**%s** requests were blocked in the last 24 hours", locale.Number(total))
	ch.Label = fmt.Sprintf("Blocked requests by hour, %s in all.", locale.Number(total))
	return ch
}
