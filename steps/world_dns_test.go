package steps_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// internet is the registry, the name servers and the resolvers.
type internet struct{ *world }

var (
	_ steps.DNS      = internet{}
	_ steps.Registry = internet{}
)

func (n internet) Delegation(context.Context, string) (steps.Delegation, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.offline != nil {
		return steps.Delegation{}, n.offline
	}
	if n.unknownTo {
		return steps.Delegation{Reading: n.read("registry")}, nil
	}
	d := steps.Delegation{Exists: true, NS: slices.Clone(n.parent), DS: slices.Clone(n.ds), Reading: n.read("registry")}
	if len(d.DS) > 0 {
		d.DSTTL = 24 * time.Hour
	}
	for _, s := range []string{"a.gtld.example", "b.gtld.example"} {
		d.Servers = append(d.Servers, steps.ParentAnswer{Server: s, NS: slices.Clone(n.parent)})
	}
	return d, nil
}

func (n internet) NameServersSeen(context.Context, string) ([]steps.Sighting, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	values := slices.Clone(n.parent)
	if n.stubborn {
		values = []string{"ns1.old.example", "ns2.old.example"}
	}
	return []steps.Sighting{
		{Resolver: "Google, 8.8.8.8", ID: "google", Values: values, TTL: time.Hour},
		{Resolver: "Quad9, 9.9.9.9", ID: "quad9", Values: values, TTL: time.Hour},
		{Resolver: "This computer’s own", ID: "local", Values: values, Local: true},
	}, nil
}

// active is the zone that the world's resolvers ask; the caller holds the lock.
func (w *world) active() (steps.Zone, bool) {
	for _, z := range w.zones {
		if slices.Equal(z.NameServers, w.parent) {
			return z, true
		}
	}
	return steps.Zone{}, false
}

// assigned is the zone that a name server at Cloudflare answers for; the caller
// holds the lock.
func (w *world) assigned(server string) (steps.Zone, bool) {
	for _, z := range w.zones {
		if slices.Contains(z.NameServers, server) {
			return z, true
		}
	}
	return steps.Zone{}, false
}

func (n internet) AddressesSeen(_ context.Context, name string) ([]steps.Sighting, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var values []string
	if z, ok := n.active(); ok && slices.ContainsFunc(n.records[z.ID], func(r steps.CloudRecord) bool { return r.Name == name }) {
		values = []string{"104.16.0.1"}
	}
	return []steps.Sighting{{Resolver: "Google, 8.8.8.8", ID: "google", Values: values}, {Resolver: "Quad9, 9.9.9.9", ID: "quad9", Values: values}}, nil
}

func (n internet) Find(ctx context.Context, name string, o steps.FindOptions, report func(zone.Progress)) (steps.Found, error) {
	report(zone.Progress{Part: zone.PartWords, State: "running", Done: 1, Total: 600})
	n.mu.Lock()
	hold := n.searching
	n.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.posts["Find"]++
	servers := o.Servers
	if servers == nil {
		servers = n.parent
	}
	found := steps.Found{Domain: name, Stopped: ctx.Err() != nil}
	for _, s := range servers {
		state := "ok"
		if n.oldSilent {
			state = "timeout"
		}
		found.Servers = append(found.Servers, zone.ServerReport{Server: s, State: state})
	}
	if !n.oldSilent && found.Stopped {
		found.Records = slices.Clone(n.old[:2])
	}
	if !n.oldSilent && !found.Stopped {
		found.Records, found.Complete, found.Statement = slices.Clone(n.old), "transfer", "Complete: the old servers handed over the whole zone."
	}
	for _, e := range o.Extra {
		if !slices.ContainsFunc(found.Records, func(r zone.Record) bool { return r.Key() == e.Key() }) && slices.Contains(e.Sources, "file") {
			found.Records = append(found.Records, e)
		}
	}
	return found, nil
}

func (n internet) Answers(_ context.Context, servers []string, name, rtype string) ([]zone.Answer, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []zone.Answer
	for _, s := range servers {
		a := zone.Answer{Server: s, Rcode: "NOERROR", Auth: true}
		z, cloud := n.assigned(s)
		if !cloud && n.oldSilent {
			out = append(out, zone.Answer{Server: s, Rcode: "timeout"})
			continue
		}
		held := n.old
		if cloud {
			held = nil
			for _, r := range n.records[z.ID] {
				held = append(held, r.Record)
			}
			if n.forgetful != "" {
				held = slices.DeleteFunc(held, func(r zone.Record) bool { return r.Type == n.forgetful })
			}
		}
		switch {
		case rtype == "SOA":
			a.Records = []zone.Record{{Name: name, Type: "SOA"}}
		case rtype == "NS" && cloud && name == z.Name:
			for _, ns := range z.NameServers {
				a.Records = append(a.Records, zone.Record{Name: name, Type: "NS", Content: ns + "."})
			}
		default:
			for _, r := range held {
				if r.Name == name && r.Type == rtype {
					a.Records = append(a.Records, r)
				}
			}
		}
		out = append(out, a)
	}
	return out, nil
}

// ReadZoneFile reads lines of name, type and content; it is not what is tested here.
func (n internet) ReadZoneFile(r io.Reader, _ string) ([]zone.Record, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var out []zone.Record
	for line := range strings.Lines(string(text)) {
		part := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if len(part) != 3 {
			return nil, errors.New("line 1: a name, a type and data are needed")
		}
		out = append(out, zone.Record{Name: part[0], Type: part[1], TTL: 300, Content: part[2]})
	}
	return out, nil
}

func (n internet) Registration(context.Context, string) (steps.Registration, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	r := n.registered
	r.Found = !n.unknownTo
	return r, nil
}
