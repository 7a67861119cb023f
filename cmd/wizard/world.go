package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"example.test/wizard/sim"
)

// place is the world that the wizard works in: the real one, another one that a
// file describes, or the pretend one that runs inside this process.
type place struct {
	sim.File
	roots *x509.CertPool // nil for the system's
	world *sim.World     // nil but for -demo
}

// demoSpeed is how much faster than life the pretend world waits: a TTL of half
// an hour lasts six seconds.
const demoSpeed = 300

func openPlace(o options) (place, error) {
	var p place
	switch {
	case o.demo:
		exe, err := os.Executable()
		if err != nil {
			return p, fmt.Errorf("finding this program: %w", err)
		}
		if p.world, err = sim.Start(sim.Options{Dir: filepath.Join(o.data, "world"), Speed: demoSpeed, Connector: exe}); err != nil {
			return p, fmt.Errorf("starting the pretend world: %w", err)
		}
		p.File = p.world.File()
		if o.worldOut != "" {
			if err := sim.WriteFile(o.worldOut, p.File); err != nil {
				return p, errors.Join(fmt.Errorf("writing %s: %w", o.worldOut, err), p.world.Close())
			}
		}
	case o.world != "":
		var err error
		if p.File, err = sim.ReadFile(o.world); err != nil {
			return p, err
		}
	}
	if p.CAFile == "" {
		return p, nil
	}
	pem, err := os.ReadFile(p.CAFile)
	if err != nil {
		return p, fmt.Errorf("reading the world’s certificates: %w", err)
	}
	p.roots = x509.NewCertPool()
	if !p.roots.AppendCertsFromPEM(pem) {
		return p, fmt.Errorf("%s holds no certificate", p.CAFile)
	}
	return p, nil
}

func (p place) close() error {
	if p.world == nil {
		return nil
	}
	return p.world.Close()
}

// pace is by how much waiting is shortened.
func (p place) pace() float64 { return max(p.ClockSpeed, 1) }
