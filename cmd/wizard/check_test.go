package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"example.test/wizard/steps"
)

// looked makes a look at a step with one check.
func looked(id steps.ID, n int, status steps.Status, ask string) steps.Seen {
	return steps.Seen{
		Info: steps.Info{ID: id, Number: n, Title: "Step"}, At: time.Unix(1, 0),
		Finding: steps.Finding{Summary: "In short", Ask: ask, Checks: []steps.Check{{Name: "it", Title: "It works", Status: status, Detail: "seen", Fix: steps.Fix{Title: "Mend it", Text: "So."}}}},
	}
}

func failed(id steps.ID, n int, err error) steps.Seen {
	return steps.Seen{Info: steps.Info{ID: id, Number: n, Title: "Step"}, At: time.Unix(1, 0), Problem: steps.Explain(err)}
}

func TestExitCode(t *testing.T) {
	away := &steps.ServiceError{Service: "Cloudflare"}
	for name, c := range map[string]struct {
		all  []steps.Seen
		code int
		done bool
	}{
		"all done":             {[]steps.Seen{looked(steps.IDAccount, 1, steps.Pass, ""), looked(steps.IDDNS, 2, steps.Pass, "")}, exitDone, true},
		"one fails":            {[]steps.Seen{looked(steps.IDAccount, 1, steps.Pass, ""), looked(steps.IDDNS, 2, steps.Fail, "")}, exitAttention, false},
		"one waits":            {[]steps.Seen{looked(steps.IDAccount, 1, steps.Pass, ""), looked(steps.IDDNS, 2, steps.Wait, "")}, exitAttention, false},
		"one warns":            {[]steps.Seen{looked(steps.IDAccount, 1, steps.Pass, ""), looked(steps.IDDNS, 2, steps.Warn, "")}, exitAttention, false},
		"one is not made":      {[]steps.Seen{looked(steps.IDAccount, 1, steps.Pass, ""), looked(steps.IDDNS, 2, steps.Pass, "domain")}, exitAttention, false},
		"one cannot be seen":   {[]steps.Seen{looked(steps.IDAccount, 1, steps.Pass, ""), failed(steps.IDPlex, 7, away)}, exitAttention, false},
		"the token is refused": {[]steps.Seen{looked(steps.IDAccount, 1, steps.Fail, ""), looked(steps.IDDNS, 2, steps.Pass, "")}, exitAttention, false},
		"no token":             {[]steps.Seen{looked(steps.IDAccount, 1, steps.Skip, "token"), failed(steps.IDDNS, 2, steps.ErrNoToken)}, exitBlind, false},
		"offline":              {[]steps.Seen{failed(steps.IDAccount, 1, away), failed(steps.IDDNS, 2, away)}, exitBlind, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := reportOf(steps.Settings{}, c.all)
			if got := exitOf(r); got != c.code || r.Done != c.done {
				t.Errorf("code %d, done %v", got, r.Done)
			}
		})
	}
}

func TestReport(t *testing.T) {
	set := steps.Settings{Domain: "example.com", Subdomain: "movies"}
	r := reportOf(set, []steps.Seen{looked(steps.IDAccount, 1, steps.Pass, ""), looked(steps.IDDNS, 2, steps.Fail, ""), failed(steps.IDPlex, 7, &steps.ServiceError{Service: "Plex"})})
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		At     time.Time `json:"at"`
		Domain string    `json:"domain"`
		Host   string    `json:"host"`
		Done   bool      `json:"done"`
		Steps  []struct {
			ID, Title, Status, Summary, Problem string
			Number                              int
			Checks                              []map[string]string
		} `json:"steps"`
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if got.At.IsZero() || got.Domain != "example.com" || got.Host != "movies.example.com" || got.Done || len(got.Steps) != 3 {
		t.Errorf("%s", b)
	}
	if s := got.Steps[1]; s.ID != "dns" || s.Number != 2 || s.Status != "problem" || s.Summary != "In short" || s.Checks[0]["status"] != "fail" || s.Checks[0]["name"] != "it" || s.Checks[0]["fix"] != "Mend it. So." {
		t.Errorf("%+v", s)
	}
	if s := got.Steps[2]; s.Problem != "Plex does not answer" || s.Checks == nil {
		t.Errorf("%+v", s)
	}

	var out bytes.Buffer
	printReport(&out, r)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 7 || !strings.HasPrefix(lines[0], "1. Step") || !strings.HasSuffix(lines[0], "done  In short") || lines[2] != "     fail  seen" || lines[3] != "           Mend it. So." || !strings.HasSuffix(lines[4], "problem  Plex does not answer") || lines[6] != "Plex Tunnel Wizard "+builtFrom() {
		t.Errorf("%q", lines)
	}
}
