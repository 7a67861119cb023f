package resolver

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/miekg/dns"

	"example.test/wizard/steps"
	"example.test/wizard/steps/beside"
	"example.test/wizard/steps/zone"
)

// parentSaid is what one server of the registry said.
type parentSaid struct {
	answer   steps.ParentAnswer
	answered bool // it speaks for the ending
	ds       []string
	dsTTL    time.Duration
}

// Delegation asks every server of the zone above for the NS and DS records of a
// domain, without recursion. Which servers those are is remembered for an hour, and
// that there is no DS record for ten minutes. It fails only when none of them can be
// asked.
func (r *Resolver) Delegation(ctx context.Context, domain string) (steps.Delegation, error) {
	domain = zone.CanonicalName(domain)
	reg, known, err := r.registryOf(ctx, domain)
	if err != nil {
		return steps.Delegation{}, err
	}
	d, err := r.delegationAt(ctx, reg, domain)
	if err == nil || ctx.Err() != nil {
		return d, err
	}
	r.forgetRegistry(domain)
	if !known {
		return d, err
	}
	if reg, _, err = r.registryOf(ctx, domain); err != nil { // they may be others by now
		return steps.Delegation{}, err
	}
	return r.delegationAt(ctx, reg, domain)
}

func (r *Resolver) delegationAt(ctx context.Context, reg *registry, domain string) (steps.Delegation, error) {
	at, servers := reg.at, reg.servers
	said := make([]parentSaid, len(servers))
	var wg beside.Group
	for i, s := range servers {
		wg.Go(func() { said[i] = r.askParent(ctx, reg, s, domain) })
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return steps.Delegation{}, err
	}
	d := steps.Delegation{Reading: steps.Reading{At: r.now(), Source: sourceOf(servers, at)}}
	any := false
	for _, p := range said {
		any = any || p.answered
		d.Servers = append(d.Servers, p.answer)
		d.NS = append(d.NS, p.answer.NS...)
		d.DS = append(d.DS, p.ds...)
		d.DSTTL = max(d.DSTTL, p.dsTTL)
	}
	if !any {
		return d, fmt.Errorf("none of the %d servers of %s answers for %s", len(servers), ending(at), domain)
	}
	d.NS = cleanNames(d.NS)
	d.DS = unique(d.DS)
	d.Exists = len(d.NS) > 0
	return d, nil
}

// sourceOf names whom was asked: "2 servers of .com".
func sourceOf(servers []nameServer, at string) string {
	if len(servers) == 1 {
		return servers[0].name + ", the server of " + ending(at)
	}
	return fmt.Sprintf("%d servers of %s", len(servers), ending(at))
}

func (r *Resolver) askParent(ctx context.Context, reg *registry, s nameServer, domain string) parentSaid {
	out := parentSaid{answer: steps.ParentAnswer{Server: s.name}}
	m, err := r.askServer(ctx, s, query{name: domain, rtype: dns.TypeNS})
	if err != nil {
		out.answer.Err = "does not answer"
		return out
	}
	out.answer.NS = append(nsOf(m.Answer, domain), nsOf(m.Ns, domain)...)
	if out.answer.Err = parentFault(m, reg.at, domain); out.answer.Err != "" {
		return out
	}
	out.answered = true
	if r.saidUnsigned(reg, s.name, out.answer.NS) {
		return out
	}
	if m, err = r.askServer(ctx, s, query{name: domain, rtype: dns.TypeDS}); err != nil {
		return out
	}
	for _, rr := range m.Answer {
		if rec, ok := record(rr); ok && rec.Type == "DS" && rec.Name == domain {
			out.ds = append(out.ds, strings.ToLower(rec.Content))
			out.dsTTL = max(out.dsTTL, time.Duration(rec.TTL)*time.Second)
		}
	}
	r.noteUnsigned(reg, s.name, out.answer.NS, len(out.ds) == 0)
	return out
}

// parentFault words why an answer says nothing about domain.
func parentFault(m *dns.Msg, at, domain string) string {
	switch m.Rcode {
	case dns.RcodeSuccess, dns.RcodeNameError:
		if m.Authoritative || referral(m, at, domain) == domain || len(nsOf(m.Answer, domain)) > 0 {
			return ""
		}
		return "does not answer for " + ending(at)
	case dns.RcodeRefused:
		return "refuses to answer"
	default:
		return "reports a failure of its own"
	}
}

func unique(list []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
