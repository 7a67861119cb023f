package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"time"

	"example.test/wizard/clients/resolver"
	"example.test/wizard/sim/dns"
)

// poll measures what one look at the name servers costs while a domain moves: the
// servers of the registry and the public resolvers, over real sockets.
func (b bench) poll(ctx context.Context) error {
	w, err := dns.Start(dns.Config{Now: time.Now, Speed: 1})
	if err != nil {
		return err
	}
	defer w.Close()
	for _, d := range dns.DemoDomains() {
		if err := w.Register(d); err != nil {
			return err
		}
	}
	r := resolver.New(resolver.Config{Servers: w.Addresses(), Resolvers: resolver.StandIns(w.Resolvers()), Rate: 2000})
	look := func() error {
		if _, err := r.Delegation(ctx, dns.DemoDomain); err != nil {
			return err
		}
		_, err := r.NameServersSeen(ctx, dns.DemoDomain)
		return err
	}
	if err := look(); err != nil { // the first one learns who the registry's servers are
		return err
	}
	before := w.Questions()
	began := time.Now()
	if err := look(); err != nil {
		return err
	}
	took := time.Since(began)
	after := w.Questions()
	most := 0
	for name, c := range after.Servers {
		was := before.Servers[name]
		most = max(most, c.UDP+c.TCP-was.UDP-was.TCP)
	}
	b.report.add("one poll of the name servers, questions", "", float64(after.Total-before.Total), 0)
	b.report.add("one poll of the name servers, most to one server", "", float64(most), 1)
	b.report.add("one poll of the name servers", "ms", ms(took), 0)
	return nil
}

// day takes the figures of the test that waits for 24 hours on a clock of its own.
func (b bench) day(ctx context.Context) error {
	out, err := output(ctx, "go", "test", "-count=1", "-run", "^TestADayOfWaiting$", "-v", "./steps")
	if err != nil {
		return err
	}
	found := regexp.MustCompile(`24 hours: (\d+) questions .* at most (\d+) in a minute .* grew by (-?\d+) bytes`).FindStringSubmatch(out)
	if found == nil {
		return fmt.Errorf("the test says %q", out)
	}
	for i, name := range []string{"24 hours of waiting, questions in all", "24 hours of waiting, most to one server in a minute", "24 hours of waiting, growth of memory"} {
		n, err := strconv.ParseFloat(found[i+1], 64)
		if err != nil {
			return err
		}
		switch i {
		case 0:
			b.report.add(name, "", n, 0)
		case 1:
			b.report.add(name, "", n, 1)
		case 2:
			b.report.add(name, "kB", n/1000, 512)
		}
	}
	return nil
}

// output runs a program and returns what it printed.
func output(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %v: %w: %s", name, args, err, out)
	}
	return string(out), nil
}
