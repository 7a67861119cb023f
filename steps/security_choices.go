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

// configRule plans the rule for the Plex host, or says which permission it lacks:
// everything else goes on without it.
func (seen securitySeen) configRule(s Settings, f *Finding) {
	if seen.noConfig == nil {
		seen.rules(s, seen.config, configRules(s), 0, f)
		return
	}
	for _, w := range configRules(s) {
		fix := addPermission(ConfigPermission)
		fix.Text += " Or switch this off."
		f.Checks = append(f.Checks, Check{
			Name: "rule-" + strings.TrimPrefix(w.Ref, s.Ref("")), Title: capital(strings.TrimPrefix(w.Description, s.Marker()+": ")),
			Status: Warn, Word: "Not possible yet", Detail: "The token may not do this.", Fix: fix,
		})
	}
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
