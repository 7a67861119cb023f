package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.test/wizard/steps"
)

// The tests that kill the program run it for real: the test binary starts
// itself again, and then is the wizard, with one difference. Before and after
// each commit it tells the test, and waits. That costs the shipped program
// nothing, because this is no part of it.

const (
	announceTo = "WIZARD_TEST_ANNOUNCE" // names the variable with the address that is told
	tryFor     = "WIZARD_TEST_TRY"      // and the one with the most that a request to Cloudflare may take
)

func TestMain(m *testing.M) {
	if strings.HasPrefix(filepath.Base(os.Args[0]), "cloudflared") {
		main() // the releases of the pretend world offer this binary
	}
	if to := os.Getenv(announceTo); to != "" {
		os.Exit(serveAnnounced(to))
	}
	goleak.VerifyTestMain(m)
}

// serveAnnounced is [run] for "wizard serve", with announcements.
func serveAnnounced(to string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse("serve", os.Args[1:], os.Stderr)
	if err != nil {
		return report(os.Stderr, err)
	}
	if limit := os.Getenv(tryFor); limit != "" {
		if o.try, err = time.ParseDuration(limit); err != nil {
			return report(os.Stderr, err)
		}
	}
	key := os.Getenv("PLEX_TOKEN") // which the wizard takes away
	o.around = func(s steps.Store) steps.Store { return faultyStore(&announced{s, to}, key) }
	return report(os.Stderr, o.serve(ctx, os.Stdin, os.Stdout, os.Stderr, stop))
}

// announced is a store that tells of each commit.
type announced struct {
	steps.Store
	to string
}

// say tells of a moment and waits for leave to go on, which may never come.
func (a *announced) say(what, when string) {
	c, err := net.Dial("tcp", a.to)
	if err != nil {
		return // the test has ended
	}
	defer c.Close()
	if _, err := fmt.Fprintf(c, "%s %s\n", when, what); err != nil {
		return
	}
	_, _ = bufio.NewReader(c).ReadString('\n')
}

// around tells of the moments before and after a commit.
func (a *announced) around(what string, commit func() error) error {
	a.say(what, "before")
	err := commit()
	if err == nil {
		a.say(what, "after")
	}
	return err
}

func (a *announced) ChangeSettings(change func(*steps.Settings) error) error {
	what := ""
	err := a.Store.ChangeSettings(func(s *steps.Settings) error {
		before := plainFields(*s)
		if err := change(s); err != nil {
			return err
		}
		if changed := differing(before, plainFields(*s)); changed != "" {
			a.say(s.Installation+" INSTALLATION", "learn")
			a.say(s.Subdomain+" SUBDOMAIN", "learn")
			what = "commit: settings " + changed
			a.say(what, "before")
		}
		return nil
	})
	if err == nil && what != "" {
		a.say(what, "after")
	}
	return err
}

func (a *announced) Begin(in steps.Intent) error {
	return a.around("commit: intent "+string(in.Step)+" "+in.Action, func() error { return a.Store.Begin(in) })
}

func (a *announced) Finish(in steps.Intent, ev steps.Event) error {
	return a.around("commit: result "+string(in.Step)+" "+in.Action+" "+string(ev.Result), func() error { return a.Store.Finish(in, ev) })
}

func (a *announced) SaveFound(domain string, f steps.Found) error {
	return a.around("commit: records found", func() error { return a.Store.SaveFound(domain, f) })
}

func plainFields(s steps.Settings) map[string]json.RawMessage {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // plain data
	}
	out := map[string]json.RawMessage{}
	if err := json.Unmarshal(b, &out); err != nil {
		panic(err)
	}
	return out
}

// differing names the fields that are not the same.
func differing(a, b map[string]json.RawMessage) string {
	var out []string
	for _, m := range []map[string]json.RawMessage{a, b} {
		for name := range m {
			if string(a[name]) != string(b[name]) && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}
