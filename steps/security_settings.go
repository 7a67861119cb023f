package steps

import (
	"context"
	"encoding/json"
	"fmt"
)

// Settings of the whole domain that step 8 has switches for. One is Cloudflare's
// bot product, which lies elsewhere in its API.
const (
	settingTLS   = "min_tls_version"
	settingHTTPS = "always_use_https"
	settingBIC   = "browser_check"
	settingHSTS  = "security_header"
	settingFight = "bot_fight_mode"
)

// hstsAge is how long browsers are told to remember that the domain has HTTPS, in
// seconds: 30 days, because they go on remembering after it is switched off.
const hstsAge = 30 * 24 * 60 * 60

// zoneWish is a setting of the whole domain with its switch.
type zoneWish struct {
	id, title, why string
	value          string // when it is switched on; empty for one that is an object
	wanted         bool
	always         bool // when it is switched off, it is to be off, whoever switched it on
}

// zoneWishes are all of them. What is switched off is left as it is where others
// switched it on: it may be on for other reasons. What we switched on goes back.
func zoneWishes(s Settings) []zoneWish {
	c := s.Security
	return []zoneWish{
		{settingTLS, "Minimum TLS 1.2", "Refuses outdated encryption, for the whole domain.", "1.2", c.MinTLS, false},
		{settingHTTPS, "Always use HTTPS", "Sends visitors of http:// to https://, for the whole domain.", "on", c.HTTPS, false},
		{settingBIC, "Browser Integrity Check", "Blocks requests with odd headers, for the whole domain but Plex.", "on", c.Integrity, false},
		{settingHSTS, "Strict Transport Security", "Browsers then refuse http:// for the whole domain, and remember that for 30 days, also after it is switched off.", "", c.HSTS, false},
		{settingFight, "Bot Fight Mode", "It makes suspected robots solve a puzzle. Plex apps are among them and cannot, and the free plan can make no exception. Browsers go on working.", "on", c.Fight, true},
	}
}

// granted reports whether a setting is as wished, or stricter.
func (w zoneWish) granted(now string) bool {
	if w.id == settingHSTS {
		return hstsOn(now)
	}
	return now == w.value || w.id == settingTLS && now == "1.3"
}

// asWeLeft reports whether a setting is still as our change of it left it.
func (w zoneWish) asWeLeft(now, before string) bool {
	switch w.id {
	case settingFight:
		return now != before
	case settingHSTS:
		var h securityHeader
		return hstsOn(now) && json.Unmarshal([]byte(now), &h) == nil && h.Strict.MaxAge == hstsAge
	}
	return now == w.value
}

// words shows a value to the person.
func (w zoneWish) words(value string) string {
	switch {
	case w.id == settingHSTS && hstsOn(value):
		return "On"
	case w.id == settingHSTS:
		return "Off"
	}
	return capital(value)
}

// strict is the member of Cloudflare's setting security_header.
type strict struct {
	Enabled    bool `json:"enabled"`
	MaxAge     int  `json:"max_age"`
	Subdomains bool `json:"include_subdomains"`
	Preload    bool `json:"preload"`
	NoSniff    bool `json:"nosniff"`
}

type securityHeader struct {
	Strict strict `json:"strict_transport_security"`
}

func hstsOn(value string) bool {
	var h securityHeader
	return json.Unmarshal([]byte(value), &h) == nil && h.Strict.Enabled && h.Strict.MaxAge > 0
}

// wish is what is sent to switch it on, next to what is there now.
func (w zoneWish) wish(now string) any {
	if w.id != settingHSTS {
		return w.value
	}
	var h securityHeader
	_ = json.Unmarshal([]byte(now), &h) // what cannot be read is as if it were not there
	h.Strict = strict{Enabled: true, MaxAge: hstsAge, NoSniff: h.Strict.NoSniff}
	return h
}

// settingValue is a kept value as it is sent: text, or an object.
func settingValue(kept string) any {
	if json.Valid([]byte(kept)) && len(kept) > 0 && kept[0] == '{' {
		return json.RawMessage(kept)
	}
	return kept
}

// zoneSetting reads one of them.
func zoneSetting(ctx context.Context, z ZoneSettings, zoneID, id string) (ZoneSetting, error) {
	if id != settingFight {
		got, err := z.Setting(ctx, zoneID, id)
		got.ID = id
		return got, err
	}
	on, err := z.BotFightMode(ctx, zoneID)
	return ZoneSetting{ID: id, Value: map[bool]string{true: "on", false: "off"}[on], Editable: true}, err
}

// changeZoneSetting changes one of them.
func changeZoneSetting(ctx context.Context, z ZoneSettings, zoneID, id string, value any) error {
	if id != settingFight {
		return z.ChangeSetting(ctx, zoneID, id, value)
	}
	return z.ChangeBotFightMode(ctx, zoneID, value == "on")
}

// wishes plans what is switched on and not there, and what we switched on and is
// no longer wanted.
func (seen securitySeen) wishes(s Settings, f *Finding) {
	for _, w := range zoneWishes(s) {
		now := seen.settings[w.id].Value
		before, ours := s.ZoneBefore[w.id]
		back := Action{ID: "unset " + w.id, Verb: Update, Why: "For the whole domain. You switched it off here."}
		switch {
		case w.wanted:
			c := Check{Name: "setting-" + w.id, Title: w.title, Detail: "Not yet"}
			if w.granted(now) {
				c.Status, c.Word, c.Detail = Pass, "On", "Whole domain"
			} else {
				to := nameOr(w.value, "on")
				f.Actions = append(f.Actions, Action{ID: "set " + w.id, Undo: true, Verb: Update, What: "Turn “" + w.title + "” on", From: w.words(now), To: to, Why: w.why, Rows: []Row{{Label: w.title, Values: []Value{{Text: capital(to), Before: w.words(now)}}}}})
			}
			f.Checks = append(f.Checks, c)
			continue
		case ours && w.granted(now) && !w.granted(before):
			back.What, back.To = "Turn “"+w.title+"” back", w.words(before)
		case w.always && w.granted(now):
			back.What, back.To, back.Why, back.Undo = "Turn “"+w.title+"” off", "Off", w.why, true
		default:
			continue
		}
		back.From, back.Rows = w.words(now), []Row{{Label: w.title, Values: []Value{{Text: back.To, Before: w.words(now)}}}}
		f.Actions = append(f.Actions, back)
	}
}

// grant changes one setting of the whole domain, unless it is as wished already,
// and keeps what it was for undo.
func (c *SecurityStep) grant(ctx context.Context, s Settings, id string) (Settings, error) {
	for _, w := range zoneWishes(s) {
		if w.id != id || !w.wanted {
			continue
		}
		now, err := zoneSetting(ctx, c.Settings, s.ZoneID, id)
		if err != nil {
			return s, fmt.Errorf("reading %s: %w", id, err)
		}
		if w.granted(now.Value) {
			return s, nil
		}
		err = c.change(ctx, &s, now, w.wish(now.Value))
		return s, err
	}
	return s, ErrPlanChanged
}

// restore sets one back to what it was before our first change, or off.
func (c *SecurityStep) restore(ctx context.Context, s Settings, id string) (Settings, error) {
	for _, w := range zoneWishes(s) {
		if w.id != id || w.wanted {
			continue
		}
		now, err := zoneSetting(ctx, c.Settings, s.ZoneID, id)
		if err != nil {
			return s, fmt.Errorf("reading %s: %w", id, err)
		}
		before, ours := s.ZoneBefore[id]
		switch {
		case !w.granted(now.Value):
			return s, nil
		case ours && !w.granted(before):
			if err := changeZoneSetting(ctx, c.Settings, s.ZoneID, id, settingValue(before)); err != nil {
				return s, fmt.Errorf("restoring %s: %w", id, err)
			}
			return forgetWish(s, id), nil
		case !w.always:
			return s, ErrPlanChanged
		}
		err = c.change(ctx, &s, now, "off")
		return s, err
	}
	return s, ErrPlanChanged
}

// change notes what a setting was, for undo, and then changes it.
func (c *SecurityStep) change(ctx context.Context, s *Settings, now ZoneSetting, to any) error {
	s.ZoneBefore = keepBefore(s.ZoneBefore, now.ID, now.Value)
	if err := keep(ctx, *s); err != nil {
		return err
	}
	if err := changeZoneSetting(ctx, c.Settings, s.ZoneID, now.ID, to); err != nil {
		return fmt.Errorf("changing %s: %w", now.ID, err)
	}
	return nil
}

// dangers are settings that break Plex apps.
func (seen securitySeen) dangers(s Settings) []Check {
	fightOn := seen.settings[settingFight].Value == "on"
	fight := Check{Name: "bot-fight-mode", Title: "Bot Fight Mode is off", Status: Pass, Word: "Off, as it should be", Detail: "It makes Plex apps solve a puzzle, which they cannot, and the free plan can make no exception."}
	switch {
	case fightOn && s.Security.Fight:
		fight.Status, fight.Word, fight.Title, fight.Detail = Warn, "On, as you chose", "Bot Fight Mode", "Bot Fight Mode is on. "+fight.Detail
	case fightOn:
		fight.Status, fight.Word, fight.Detail = Fail, "On", "Bot Fight Mode is on. "+fight.Detail
		fight.Fix = Fix{Title: "Turn it off", Text: "It acts on the whole domain. The wizard can turn it off, once you have chosen what to add."}
		if s.Security.Chosen {
			fight.Fix.Text = "It acts on the whole domain. The wizard can turn it off, as planned below."
		}
	}
	attack := Check{Name: "under-attack", Title: "Under Attack mode is off", Status: Pass, Detail: "Cloudflare always protects; this mode would make every visitor solve a puzzle."}
	if seen.settings["security_level"].Value == "under_attack" {
		attack.Status, attack.Detail = Fail, "Under Attack mode is on, and makes every visitor solve a puzzle, which Plex apps cannot."
		attack.Fix = Fix{Title: "Turn it off", Text: "In Cloudflare under Security, Settings.", Link: Link{"Open Cloudflare", "https://dash.cloudflare.com/"}}
	}
	return []Check{fight, attack}
}

func (seen securitySeen) settingsCard(s Settings) Evidence {
	level := "Always protected"
	if seen.settings["security_level"].Value == "under_attack" {
		level = "Under Attack mode"
	}
	return Evidence{
		Card: "settings", Place: s.Domain + " › Security › Settings", Reading: seen.settings["browser_check"].Reading,
		Rows: []Row{
			Text("Security level", level), Text("Browser Integrity Check", capital(seen.settings["browser_check"].Value)),
			Text("Minimum TLS Version", seen.settings["min_tls_version"].Value), Text("Always Use HTTPS", capital(seen.settings["always_use_https"].Value)),
			Text("Strict Transport Security (HSTS)", onOff(hstsOn(seen.settings[settingHSTS].Value))),
			Text("Bot Fight Mode", capital(seen.settings[settingFight].Value)),
		},
		Open: Link{"Open in Cloudflare", "https://dash.cloudflare.com/?to=/:account/" + s.Domain + "/security/settings"},
	}
}
