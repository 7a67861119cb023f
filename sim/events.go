package sim

import (
	"fmt"
	"time"

	"example.test/wizard/sim/cloudflare"
	"example.test/wizard/sim/dns"
)

// An Event is something that can be made to happen in the pretend world.
type Event struct{ Name, Title string }

// Events lists what [World.Do] can make happen.
func Events() []Event {
	return []Event{
		{"ns", "The registrar switches the name servers"},
		{"ns-back", "The registrar switches them back"},
		{"plex-stop", "Plex stops"},
		{"plex-start", "Plex starts"},
		{"connector-drop", "The connector drops"},
		{"slow", "Cloudflare becomes slow"},
		{"refuse", "Cloudflare refuses"},
		{"lost", "A reply is lost"},
		{"limit", "Cloudflare asks to slow down"},
		{"calm", "All is well again"},
	}
}

// Do makes an event happen.
func (w *World) Do(event string) error {
	faults := w.Cloudflare.Faults()
	switch event {
	case "ns":
		return w.switchNameServers()
	case "ns-back":
		for _, d := range dns.DemoDomains() {
			if len(w.DNS.Delegation(d.Name)) == 0 {
				continue
			}
			if err := w.DNS.SetDelegation(d.Name, oldServers(d)); err != nil {
				return fmt.Errorf("switching %s back: %w", d.Name, err)
			}
		}
		return nil
	case "plex-stop":
		return w.Plex.Stop()
	case "plex-start":
		return w.Plex.Start()
	case "connector-drop":
		for _, id := range w.Cloudflare.TunnelIDs() {
			w.Edge.DropConnections(id)
		}
		return nil
	case "slow":
		return faults.Add(cloudflare.Fault{Kind: cloudflare.Slow, Times: 20, Delay: 2 * time.Second})
	case "refuse":
		return faults.Add(cloudflare.Fault{Kind: cloudflare.Unavailable, Times: 30})
	case "lost":
		return faults.Add(cloudflare.Fault{Kind: cloudflare.LostReply, Method: "POST"})
	case "limit":
		return faults.Add(cloudflare.Fault{Kind: cloudflare.TooMany, Times: 10, Delay: 5 * time.Second})
	case "calm":
		faults.Clear()
		return nil
	}
	return fmt.Errorf("the pretend world knows no event %q", event)
}

// switchNameServers does at the registrar what the wizard asks the person to do.
func (w *World) switchNameServers() error {
	for _, d := range dns.DemoDomains() {
		_, pair, _, ok := w.Cloudflare.ZoneRecords(d.Name)
		if !ok {
			continue
		}
		if err := w.DNS.SetDelegation(d.Name, pair); err != nil {
			return fmt.Errorf("switching %s: %w", d.Name, err)
		}
	}
	return nil
}

func oldServers(d dns.Domain) []string {
	if len(d.NameServers) > 0 {
		return d.NameServers
	}
	return []string{dns.OldHost1, dns.OldHost2}
}
