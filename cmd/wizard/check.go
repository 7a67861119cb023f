package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode"

	"example.test/wizard/clients/computer"
	"example.test/wizard/locale"
	"example.test/wizard/steps"
)

// The shape of `wizard check -json`. Fields are only ever added.
type checkReport struct {
	At     time.Time   `json:"at"`
	Wizard string      `json:"wizard"` // version, commit and date
	Domain string      `json:"domain,omitempty"`
	Host   string      `json:"host,omitempty"`
	Done   bool        `json:"done"`
	Steps  []checkStep `json:"steps"`
}

type checkStep struct {
	ID      steps.ID    `json:"id"`
	Number  int         `json:"number"`
	Title   string      `json:"title"`
	Status  steps.State `json:"status"`
	Summary string      `json:"summary,omitempty"`
	Problem string      `json:"problem,omitempty"`
	At      time.Time   `json:"at"`
	Checks  []checkRow  `json:"checks"`
}

type checkRow struct {
	Name   string       `json:"name"`
	Title  string       `json:"title"`
	Status steps.Status `json:"status"`
	Detail string       `json:"detail,omitempty"`
	Fix    string       `json:"fix,omitempty"`
}

// Exit codes of check.
const (
	exitDone      = 0
	exitAttention = 1
	exitBlind     = 2 // could not look
)

// check looks at all nine steps once and prints what is seen.
func check(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse("check", args, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "wizard check:", err)
		return exitBlind
	}
	in, err := takeGiven()
	if err != nil {
		fmt.Fprintln(stderr, "wizard check:", err)
		return exitBlind
	}
	stderr = censor{stderr, in.known}
	code, log := exitBlind, newLog(stderr, o.level, in.known)
	err = caught(log, "checking", func() (err error) {
		code, err = lookAndPrint(ctx, o, in, log, stdout, stderr)
		return err
	})
	if err != nil {
		fmt.Fprintln(stderr, "wizard check:", err)
		return exitBlind
	}
	return code
}

func lookAndPrint(ctx context.Context, o options, in given, log *slog.Logger, stdout, stderr io.Writer) (code int, err error) {
	if err := o.ownFolder(stderr, computer.NetworkDrive); err != nil {
		return exitBlind, err
	}
	p, err := openPlace(o)
	if err != nil {
		return exitBlind, err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	g, err := wire(ctx, o, p, in, log)
	if err != nil {
		return exitBlind, err
	}
	defer func() {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopIn)
		defer cancel()
		err = errors.Join(err, g.close(stop, nil))
	}()
	look, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	set, err := g.engine.Settings()
	if err != nil {
		return exitBlind, err
	}
	r := reportOf(set, g.engine.LookAll(look))
	if o.json {
		e := json.NewEncoder(stdout)
		e.SetIndent("", "  ")
		err = e.Encode(r)
	} else {
		printReport(stdout, r)
	}
	return exitOf(r), err
}

// plain is a text of a step for a terminal and for monitors.
func plain(s string) string { return locale.Locale{}.Localise(s) }

func reportOf(set steps.Settings, all []steps.Seen) checkReport {
	r := checkReport{At: time.Now().Round(0), Wizard: builtFrom(), Domain: set.Domain, Host: set.Host(), Done: true}
	for _, seen := range all {
		st := checkStep{
			ID: seen.Info.ID, Number: seen.Info.Number, Title: seen.Info.Title, Status: seen.State(), Summary: plain(seen.Finding.Summary), At: seen.At, Checks: []checkRow{},
		}
		if seen.Problem != nil {
			st.Problem = plain(seen.Problem.Title)
		}
		for _, c := range seen.Finding.Checks {
			st.Checks = append(st.Checks, checkRow{c.Name, c.Title, c.Status, plain(c.Detail), plain(fixText(c.Fix))})
		}
		r.Done = r.Done && st.Status == steps.StateDone
		r.Steps = append(r.Steps, st)
	}
	return r
}

func fixText(f steps.Fix) string {
	switch {
	case f.Title != "" && f.Text != "":
		return f.Title + ". " + f.Text
	case f.Title != "":
		return f.Title
	}
	return f.Text
}

// exitOf says 2 when Cloudflare could not be asked: without a token, or offline.
func exitOf(r checkReport) int {
	if r.Done {
		return exitDone
	}
	for _, st := range r.Steps {
		if st.ID == steps.IDAccount && (st.Problem != "" || st.Status == steps.StateTodo) {
			return exitBlind
		}
	}
	return exitAttention
}

func printReport(w io.Writer, r checkReport) {
	for _, st := range r.Steps {
		fmt.Fprintf(w, "%d. %-32s %s", st.Number, st.Title, st.Status)
		if text := firstOf(st.Problem, st.Summary); text != "" {
			fmt.Fprintf(w, "  %s", printable(text))
		}
		fmt.Fprintln(w)
		for _, c := range st.Checks {
			if c.Status == steps.Pass || c.Status == steps.Skip {
				continue
			}
			// The title says what should be true, which would read as if it were.
			fmt.Fprintf(w, "     %-5s %s\n", c.Status, printable(firstOf(c.Detail, c.Title)))
			if c.Fix != "" {
				fmt.Fprintf(w, "           %s\n", printable(c.Fix))
			}
		}
	}
	fmt.Fprintf(w, "\nPlex Tunnel Wizard %s\n", r.Wizard)
}

// printable keeps what a service said from moving the cursor of a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
