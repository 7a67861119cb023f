package zone_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"example.test/wizard/steps/zone"
)

// server is a name server as RFC 1034 and RFC 4592 want it, in memory, with the
// faults that real ones have.
type server struct {
	domain  string
	records []zone.Record
	serial  int

	refuse, lame, silent bool
	transfer             bool
	noDenial             bool             // answers NOERROR for every name
	emptyMissing         bool             // NXDOMAIN for names that only have something below them
	noStar               bool             // does not know the name "*"
	delay                time.Duration    // before an answer
	drop                 func(n int) bool // the same question once at most: how often it is asked is not what this tells of

	mu    sync.Mutex
	times []time.Time
	names []string
	gone  map[string]bool // questions that were dropped
}

// drops reports whether the nth question is dropped.
func (s *server) drops(n int, question string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drop == nil || s.gone[question] || !s.drop(n) {
		return false
	}
	if s.gone == nil {
		s.gone = map[string]bool{}
	}
	s.gone[question] = true
	return true
}

func (s *server) exists(name string) bool {
	return slices.ContainsFunc(s.records, func(r zone.Record) bool {
		return r.Name == name || !s.emptyMissing && strings.HasSuffix(r.Name, "."+name)
	})
}

func (s *server) at(name string) []zone.Record {
	var out []zone.Record
	for _, r := range s.records {
		if r.Name == name {
			out = append(out, r)
		}
	}
	return out
}

func (s *server) soa() zone.Record {
	return zone.Record{Name: s.domain, Type: "SOA", Content: fmt.Sprintf("ns. host. %d 1 1 1 1", s.serial)}
}

func (s *server) answer(name, rtype string) zone.Answer {
	switch {
	case s.silent:
		return zone.Answer{Rcode: "timeout"}
	case s.refuse:
		return zone.Answer{Rcode: "REFUSED"}
	case s.lame:
		return zone.Answer{Rcode: "NOERROR", Authority: []zone.Record{{Name: "", Type: "NS", Content: "a.root-servers.net."}}}
	case name == s.domain && rtype == "SOA":
		return zone.Answer{Rcode: "NOERROR", Auth: true, Records: []zone.Record{s.soa()}}
	}
	for _, r := range s.records {
		if r.Type == "NS" && r.Name != s.domain && (name == r.Name || strings.HasSuffix(name, "."+r.Name)) && rtype != "DS" {
			return s.referral(r.Name)
		}
	}
	owner := name
	if !s.exists(name) {
		up := name
		for up != s.domain && !s.exists(up) {
			_, up, _ = strings.Cut(up, ".")
		}
		owner = "*." + up
		if len(s.at(owner)) == 0 || s.noStar && name == owner {
			rcode := "NXDOMAIN"
			if s.noDenial {
				rcode = "NOERROR"
			}
			return zone.Answer{Rcode: rcode, Auth: true, Authority: []zone.Record{s.soa()}}
		}
	}
	a := zone.Answer{Rcode: "NOERROR", Auth: true}
	for _, r := range s.at(owner) {
		if r.Type == rtype || r.Type == "CNAME" {
			r.Name = name
			a.Records = append(a.Records, r)
		}
	}
	if len(a.Records) == 0 {
		a.Authority = []zone.Record{s.soa()}
	}
	return a
}

func (s *server) referral(cut string) zone.Answer {
	a := zone.Answer{Rcode: "NOERROR"}
	for _, r := range s.records {
		if r.Type == "NS" && r.Name == cut {
			a.Authority = append(a.Authority, r)
			a.Additional = append(a.Additional, s.at(strings.TrimSuffix(r.Content, "."))...)
		}
	}
	return a
}

// world is some servers by name. It is the [zone.Asker] of the tests.
type world map[string]*server

func (w world) Ask(ctx context.Context, to, name, rtype string) (zone.Answer, error) {
	s := w[to]
	s.mu.Lock()
	s.times, s.names = append(s.times, time.Now()), append(s.names, name)
	n := len(s.times)
	s.mu.Unlock()
	if s.delay > 0 {
		select {
		case <-ctx.Done():
			return zone.Answer{}, ctx.Err()
		case <-time.After(s.delay):
		}
	}
	if err := ctx.Err(); err != nil {
		return zone.Answer{}, err
	}
	if s.drops(n, name+" "+rtype) {
		return zone.Answer{Rcode: "timeout"}, nil
	}
	return s.answer(name, rtype), nil
}

func (w world) Transfer(_ context.Context, to, _ string) ([]zone.Record, error) {
	s := w[to]
	if !s.transfer {
		return nil, fmt.Errorf("transfer: %w", zone.ErrRefused)
	}
	return append([]zone.Record{s.soa()}, s.records...), nil
}
