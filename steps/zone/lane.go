package zone

import (
	"context"
	"errors"
	"strings"
	"sync"
)

// A lane is one server of the search.
type lane struct {
	server string
	pace   *pace
	serial string // of its SOA record
	report ServerReport
	count  func()       // of every question that is sent
	weigh  func(Answer) // of every answer

	mu   sync.Mutex
	said map[string]Answer // by name and type
}

// ask asks this server in its pace. What goes wrong is in the Rcode.
func (l *lane) ask(ctx context.Context, asker Asker, name, rtype string) Answer {
	l.mu.Lock()
	a, ok := l.said[name+" "+rtype]
	l.mu.Unlock()
	if ok && answered(a) {
		return a
	}
	if err := l.pace.wait(ctx); err != nil {
		return Answer{Server: l.server, Rcode: "timeout"}
	}
	l.count()
	a, err := asker.Ask(ctx, l.server, name, rtype)
	if err != nil {
		a.Rcode = "timeout"
	}
	a.Server = l.server
	l.weigh(a)
	if a.Rcode == "timeout" && ctx.Err() == nil {
		l.pace.slow()
	}
	l.mu.Lock()
	l.said[name+" "+rtype] = a
	l.mu.Unlock()
	return a
}

// greet asks every server for the SOA record, to learn which can be asked and
// whether they hold the same version.
func (r *search) greet(ctx context.Context) {
	each(ctx, r, r.lanes, func(l *lane) {
		var a Answer
		for range 2 {
			if a = l.ask(ctx, r.Asker, r.domain, "SOA"); a.Rcode != "timeout" || ctx.Err() != nil {
				break
			}
		}
		l.report = ServerReport{Server: l.server, State: r.stateOf(a)}
		switch l.report.State {
		case "lame":
			l.report.Detail = "It answers, but does not hold " + ToUnicode(r.domain) + "."
		case "timeout":
			l.report.Detail = "It does not answer."
		case "refused":
			l.report.Detail = "It refuses to answer for " + ToUnicode(r.domain) + "."
		case "servfail":
			l.report.Detail = "It reports a failure of its own."
		}
		for _, rec := range a.Records {
			if rec.Type == "SOA" {
				l.serial = soaSerial(rec)
			}
		}
	})
	r.asked[r.domain] = true
	usable := r.usable()
	r.shared = len(usable) > 0
	for _, l := range usable {
		r.shared = r.shared && l.serial == usable[0].serial
	}
}

// stateOf judges a server by its answer for the SOA record of the domain.
func (r *search) stateOf(a Answer) string {
	switch a.Rcode {
	case "NOERROR":
		for _, rec := range a.Records {
			if a.Auth && rec.Type == "SOA" && CanonicalName(rec.Name) == r.domain {
				return "ok"
			}
		}
		return "lame"
	case "NXDOMAIN":
		return "lame"
	case "REFUSED", "NOTAUTH":
		return "refused"
	case "SERVFAIL":
		return "servfail"
	case "timeout", "":
		return "timeout"
	default:
		return "servfail"
	}
}

// soaSerial is the third field of SOA data (RFC 1035 section 3.3.13).
func soaSerial(soa Record) string {
	if fields := strings.Fields(soa.Content); len(fields) > 2 {
		return fields[2]
	}
	return ""
}

// usable lists the servers that hold the domain.
func (r *search) usable() []*lane {
	var out []*lane
	for _, l := range r.lanes {
		if l.report.State == "ok" || l.report.State == "differs" {
			out = append(out, l)
		}
	}
	return out
}

// transfer asks every server for the whole zone.
func (r *search) transfer(ctx context.Context) bool {
	r.begin(PartTransfer, len(r.usable()))
	any := false
	for _, l := range r.usable() {
		recs, err := r.Asker.Transfer(ctx, l.server, r.domain)
		switch {
		case err == nil && len(recs) > 0:
			l.report.Transfer = "complete"
			any = true
			for _, rec := range recs {
				if !signature(rec.Type) && within(CanonicalName(rec.Name), r.domain) {
					r.add(rec, SourceTransfer)
				}
			}
			for _, cut := range delegations(r.domain, recs) {
				r.cuts[cut] = true
			}
		case errors.Is(err, ErrRefused):
			l.report.Transfer = "refused"
		default:
			l.report.Transfer = "failed"
		}
		r.step(1)
	}
	state := "refused"
	if any {
		state = "done"
	}
	r.end(state, "")
	return any
}
