package steps

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// customRules are the wanted rules for the Plex host, in their safe order:
// every one blocks, so their order among themselves does not matter; ours stand
// behind the person's own.
func customRules(s Settings) []Rule {
	c, host := s.Security, fmt.Sprintf("http.host eq %q", s.Host())
	block := func(what, words, expr string) Rule {
		return Rule{Ref: s.Ref(what), Description: s.Marker() + ": " + words, Expression: expr, Action: "block", Enabled: true}
	}
	var out []Rule
	if len(c.Countries) > 0 {
		list := slices.Clone(c.Countries)
		slices.Sort(list)
		out = append(out, block("country", "only these countries", fmt.Sprintf(`(%s and not ip.src.country in {"%s"})`, host, strings.Join(list, `" "`))))
	}
	if c.Bots {
		out = append(out, block("bots", "known bots", fmt.Sprintf("(%s and cf.client.bot)", host)))
	}
	if c.Tor {
		out = append(out, block("tor", "Tor", fmt.Sprintf(`(%s and ip.src.country eq "T1")`, host)))
	}
	if c.Expression != "" {
		out = append(out, block("own", "your own rule", fmt.Sprintf("(%s and (%s))", host, c.Expression)))
	}
	return out
}

// configRules are the wanted configuration rules for the Plex host. They keep
// Cloudflare from rewriting pages and from judging apps by their headers.
func configRules(s Settings) []Rule {
	if !s.Security.NoRewrite {
		return nil
	}
	return []Rule{{
		Ref: s.Ref("config"), Description: s.Marker() + ": leave Plex as it is", Expression: fmt.Sprintf("(http.host eq %q)", s.Host()),
		Action: "set_config", Parameters: json.RawMessage(`{"bic":false,"email_obfuscation":false,"rocket_loader":false}`), Enabled: true,
	}}
}

// zoneWishes are settings of the whole domain that the person switched on. What
// is switched off here is left as it is: it may be on for other reasons.
func zoneWishes(s Settings) []zoneWish {
	var out []zoneWish
	if s.Security.MinTLS {
		out = append(out, zoneWish{"min_tls_version", "1.2", "Minimum TLS 1.2", "Refuses outdated encryption, for the whole domain."})
	}
	if s.Security.HTTPS {
		out = append(out, zoneWish{"always_use_https", "on", "Always use HTTPS", "Sends visitors of http:// to https://, for the whole domain."})
	}
	if s.Security.Integrity {
		out = append(out, zoneWish{"browser_check", "on", "Browser Integrity Check", "Blocks requests with odd headers, for the whole domain but Plex."})
	}
	return out
}

type zoneWish struct{ id, value, title, why string }

// granted reports whether a setting is as wished, or stricter.
func (w zoneWish) granted(now string) bool {
	return now == w.value || w.id == "min_tls_version" && now == "1.3"
}

// dangers are settings that break Plex apps.
func (seen securitySeen) dangers() []Check {
	fight := Check{Name: "bot-fight-mode", Title: "Bot Fight Mode is off", Status: Pass, Word: "Off, as it should be", Detail: "It puts puzzles before Plex apps, and the free plan can make no exception."}
	if seen.fight {
		fight.Status, fight.Word = Fail, "On"
		fight.Fix = Fix{Title: "Turn it off", Text: "In Cloudflare under Security, Bots. It acts on the whole domain.", Link: Link{"Open Cloudflare", "https://dash.cloudflare.com/"}}
	}
	attack := Check{Name: "under-attack", Title: "Under Attack mode is off", Status: Pass, Detail: "Cloudflare always protects; this mode would put a puzzle before everyone."}
	if seen.settings["security_level"].Value == "under_attack" {
		attack.Status, attack.Detail = Fail, "It puts a puzzle before everyone, which Plex apps cannot solve."
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
			Text("Bot Fight Mode", onOff(seen.fight)),
		},
		Open: Link{"Open in Cloudflare", "https://dash.cloudflare.com/?to=/:account/" + s.Domain + "/security/settings"},
	}
}
