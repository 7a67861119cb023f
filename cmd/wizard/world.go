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
// an hour lasts nine seconds.
const demoSpeed = 200

// worldFile tells, in the data folder, where the running demonstration's world is.
const worldFile = "world.json"

func openPlace(o options) (place, error) {
	var p place
	switch {
	case o.demo && o.readOnly && held(o.data):
		// The demonstration runs: its world is asked, not a second one.
		var err error
		if p.File, _, err = sim.ReadFile(filepath.Join(o.data, worldFile)); err != nil {
			return p, err
		}
	case o.demo:
		exe, err := os.Executable()
		if err != nil {
			return p, fmt.Errorf("finding this program: %w", err)
		}
		if p.world, err = sim.Start(sim.Options{Dir: filepath.Join(o.data, "world"), Speed: demoSpeed, Connector: exe}); err != nil {
			return p, fmt.Errorf("starting the pretend world: %w", err)
		}
		p.File = p.world.File()
		for _, out := range []string{filepath.Join(o.data, worldFile), o.worldOut} {
			if out == "" {
				continue
			}
			if err := sim.WriteFile(out, p.File); err != nil {
				return p, errors.Join(fmt.Errorf("writing %s: %w", out, err), p.world.Close())
			}
		}
	case o.world != "":
		var err error
		var unknown []string
		if p.File, unknown, err = sim.ReadFile(o.world); err != nil {
			return p, err
		}
		for _, key := range unknown {
			fmt.Fprintf(os.Stderr, "wizard: the world file has a key that means nothing: %q\n", key)
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
