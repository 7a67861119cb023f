package steps

import (
	"fmt"
	"slices"
	"strings"

	"example.test/wizard/steps/zone"
)

// What the registry names for a domain, and whether that can become right by itself.

// A misdelegation is a set of name servers that somebody entered and that does
// not lead to Cloudflare: it stays as it is until it is corrected.
type misdelegation struct {
	names   []string    // what the registry names
	extra   []string    // of these, what is to be taken out
	typos   [][2]string // of these, what is mistyped, and what was meant
	missing []string    // of the pair, what is to be put in
	partly  bool        // some of it was meant for here
}

// misdelegated tells what is wrong with the name servers at the registry; ok is
// false when they are the old ones or the pair, or change from the one to the
// other at one server of the registry after the other. Before the person said
// that they were changed, only what was meant for here can be wrong.
func (seen dnsSeen) misdelegated(s Settings) (m misdelegation, ok bool) {
	pair, old := seen.zone.NameServers, seen.oldServers(s)
	if len(pair) == 0 || seen.named() {
		return m, false
	}
	for _, p := range seen.delegation.Servers {
		if p.Err != "" || areOld(p.NS, old, pair) {
			continue
		}
		m.names = append(m.names, without(p.NS, m.names)...)
	}
	if len(m.names) == 0 {
		return m, false
	}
	m.missing = without(pair, m.names)
	m.partly = len(m.missing) < len(pair)
	for _, name := range without(m.names, pair) {
		if i := slices.IndexFunc(m.missing, func(meant string) bool { return mistyped(name, meant) }); i >= 0 {
			m.typos = append(m.typos, [2]string{name, m.missing[i]})
			m.missing = slices.Delete(m.missing, i, i+1)
			continue
		}
		m.extra = append(m.extra, name)
	}
	m.partly = m.partly || len(m.typos) > 0
	return m, m.partly || !s.Told.IsZero() || atCloudflareAlready(m.names)
}

// areOld: a server of the registry knows nothing of a change. The old servers may
// be a pair of another account, which can have one server in common with ours.
func areOld(ns, old, pair []string) bool {
	if len(without(ns, old)) == 0 {
		return true
	}
	shared := atCloudflareAlready(old) && len(without(old, ns)) == 0 && len(without(without(ns, old), pair)) == 0
	return shared && len(without(pair, ns)) > 0
}

// mistyped: name was to be the name server meant. The names of Cloudflare's
// servers are short, so there one letter is all that may differ.
func mistyped(name, meant string) bool {
	if strings.HasPrefix(name, meant+".") { // some registrars append the domain
		return true
	}
	label, ending, _ := strings.Cut(meant, ".")
	if l, e, _ := strings.Cut(name, "."); l == label && e != ending && len(e) > 0 {
		return strings.Contains(e, "cloud") || distance(e, ending) <= 3
	}
	return distance(name, meant) == 1
}

// distance is by how many letters two names differ: one more, one less, another,
// or two that changed places.
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		now := make([]int, len(b)+1)
		now[0] = i + 1
		for j := range len(b) {
			same := last[j]
			if a[i] != b[j] {
				same++
			}
			now[j+1] = min(same, last[j+1]+1, now[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
		before, last = last, now
	}
	return last[len(b)]
}

// fix says line by line what to change at the registrar.
func (m misdelegation) fix(pair []string, registrar string) Fix {
	f := Fix{Title: "Correct the lines at " + registrar, Text: "Cloudflare begins when the registry names these two and no others: " + strings.Join(pair, " and ") + "."}
	switch {
	case !m.partly && atCloudflareAlready(m.names):
		f.Text = "These belong to another Cloudflare account. Each account has name servers of its own, and only the two of yours know your records: " + strings.Join(pair, " and ") + "."
	case len(m.missing)+len(m.typos) == 0:
		f.Text = "Both of Cloudflare’s are there. It begins when no others stand beside them."
	}
	for _, t := range m.typos {
		f.Steps = append(f.Steps, fmt.Sprintf("Change %s to %s.", t[0], t[1]))
	}
	for _, name := range m.missing {
		f.Steps = append(f.Steps, fmt.Sprintf("Enter %s, which is missing.", name))
	}
	for _, name := range m.extra {
		f.Steps = append(f.Steps, fmt.Sprintf("Take %s out.", name))
	}
	return f
}

func (seen dnsSeen) parentCheck(pair []string, ours, active bool, s Settings) Check {
	c := Check{Name: "parent", Title: "The registry names the new servers"}
	n, all, silent := seen.delegation.naming(pair)
	wrong, isWrong := seen.misdelegated(s)
	switch {
	case seen.away(s):
		c.Status, c.Detail = Fail, "The registry names others: "+strings.Join(seen.delegation.NS, ", ")+". So the domain has moved away from Cloudflare."
		c.Fix = Fix{Title: "Put both name servers back", Text: "At your registrar: " + strings.Join(pair, " and ") + "."}
	case isWrong:
		c.Status, c.Word, c.Detail = Fail, "Not right yet", "It names "+strings.Join(wrong.names, ", ")+"."
		c.Fix = wrong.fix(pair, seen.registrar())
	case ours && n == all:
		c.Status, c.Detail = Pass, allServers(all, len(silent))+" of the registry: "+strings.Join(pair, " and ")
	case ours && active:
		c.Word, c.Detail = "Later", fmt.Sprintf("%d of %d servers of the registry name the new pair", n, all)
	case n > 0:
		c.Status, c.Detail = Wait, fmt.Sprintf("%d of %d servers of the registry name the new pair", n, all)
	case s.Told.IsZero():
		c.Word, c.Detail = "Not yet", "Still "+strings.Join(seen.delegation.NS, ", ")
	default:
		c.Status, c.Detail = Wait, "Still "+strings.Join(seen.delegation.NS, ", ")
	}
	if len(silent) > 0 && c.Status != Fail {
		c.Detail = strings.TrimSuffix(c.Detail, ".") + ". No answer from " + strings.Join(silent, ", ")
	}
	return c
}

// naming counts the servers of the registry that name exactly the pair, of those
// that answered. One that is down for everybody must not hold up the wait.
func (d Delegation) naming(pair []string) (n, answered int, silent []string) {
	for _, p := range d.Servers {
		switch {
		case p.Err != "":
			silent = append(silent, p.Server)
			continue
		case pairIs(p.NS, pair):
			n++
		}
		answered++
	}
	return n, answered, silent
}

// registrar is where the person changes the name servers, for a sentence.
func (seen dnsSeen) registrar() string {
	return nameOr(seen.registration.Guide.Name, "your registrar")
}

// left: the domain worked here once, and the registry names no server of it that
// is right by itself. Until the pair was seen for the first time it is only on its way.
func (seen dnsSeen) left(s Settings) bool {
	worked := seen.zone.Status == "moved" || seen.zone.Status == "active"
	return worked && !seen.named() && len(seen.delegation.NS) > 0 && (!s.Told.IsZero() || len(s.Story) > 0)
}

// away: it has left, and nothing that the registry names was meant for here.
func (seen dnsSeen) away(s Settings) bool {
	m, _ := seen.misdelegated(s)
	return seen.left(s) && !m.partly
}

// allServers counts the servers that agree, of those that answered.
func allServers(n, silent int) string {
	switch {
	case silent > 0:
		return fmt.Sprintf("%d of %d servers", n, n+silent)
	case n == 1:
		return "The one server"
	case n == 2:
		return "Both servers"
	}
	return fmt.Sprintf("All %d servers", n)
}

// atCloudflareAlready: the name servers are a pair of Cloudflare's.
func atCloudflareAlready(ns []string) bool {
	return len(ns) > 0 && !slices.ContainsFunc(ns, func(n string) bool { return !strings.HasSuffix(zone.CanonicalName(n), ".ns.cloudflare.com") })
}
