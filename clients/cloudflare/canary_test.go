package cloudflare_test

import (
	"bytes"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.test/wizard/clients/cloudflare"
	"example.test/wizard/steps"
)

// calls makes every call of the client once.
func calls(t *testing.T, c *cloudflare.Client) map[string]error {
	ctx := t.Context()
	errs := map[string]error{}
	record := steps.CloudRecord{}
	record.Name, record.Type, record.Content = "a.example.com", "A", "192.0.2.1"
	known := record
	known.ID = "r1"
	_, errs["VerifyToken"] = c.VerifyToken(ctx)
	_, errs["Accounts"] = c.Accounts(ctx)
	for _, p := range cloudflare.Permissions() {
		_, _, errs["Allowed "+p.Key] = c.Allowed(ctx, p, "a1", "z1")
	}
	_, errs["Organization"] = c.Organization(ctx, "a1")
	_, errs["UserEmail"] = c.UserEmail(ctx)
	_, _, errs["FindZone"] = c.FindZone(ctx, "a1", "example.com")
	_, errs["ActiveZones"] = c.ActiveZones(ctx, "a1")
	_, errs["Zone"] = c.Zone(ctx, "z1")
	_, errs["CreateZone"] = c.CreateZone(ctx, "a1", "example.com")
	errs["CheckActivation"] = c.CheckActivation(ctx, "z1")
	_, errs["SignedWith"] = c.SignedWith(ctx, "z1")
	_, errs["Records"] = c.Records(ctx, "z1")
	_, errs["RecordsNamed"] = c.RecordsNamed(ctx, "z1", "a.example.com")
	errs["CreateRecords"] = c.CreateRecords(ctx, "z1", []steps.CloudRecord{record})
	errs["ChangeRecords"] = c.ChangeRecords(ctx, "z1", []steps.CloudRecord{known})
	errs["DeleteRecord"] = c.DeleteRecord(ctx, "z1", "r1")
	errs["TriggerScan"] = c.TriggerScan(ctx, "z1")
	_, errs["ScanResults"] = c.ScanResults(ctx, "z1")
	errs["RejectScan"] = c.RejectScan(ctx, "z1")
	_, errs["Ruleset"] = c.Ruleset(ctx, "z1", steps.PhaseCache)
	errs["AddRule"] = c.AddRule(ctx, "z1", steps.Ruleset{Phase: steps.PhaseCache}, steps.Rule{}, -1, false)
	errs["ChangeRule"] = c.ChangeRule(ctx, "z1", "s1", steps.Rule{ID: "r1"}, -1, false)
	errs["DeleteRuleset"] = c.DeleteRuleset(ctx, "z1", "s1")
	_, errs["AccessApps"] = c.AccessApps(ctx, "a1")
	errs["CreateAccessApp"] = c.CreateAccessApp(ctx, "a1", steps.AccessApp{})
	errs["ChangeAccessApp"] = c.ChangeAccessApp(ctx, "a1", steps.AccessApp{ID: "app1"})
	errs["DeleteAccessApp"] = c.DeleteAccessApp(ctx, "a1", "app1")
	errs["DeleteRule"] = c.DeleteRule(ctx, "z1", "s1", "r1")
	_, errs["Setting"] = c.Setting(ctx, "z1", "ssl")
	errs["ChangeSetting"] = c.ChangeSetting(ctx, "z1", "ssl", "full")
	_, errs["BotFightMode"] = c.BotFightMode(ctx, "z1")
	errs["ChangeBotFightMode"] = c.ChangeBotFightMode(ctx, "z1", true)
	_, errs["CacheStatuses"] = c.CacheStatuses(ctx, "z1", "h", at.Add(-time.Hour), at)
	_, errs["Blocked"] = c.Blocked(ctx, "z1", "h", at.Add(-time.Hour), at)
	_, errs["TunnelsNamed"] = c.TunnelsNamed(ctx, "a1", "plex")
	_, errs["Tunnel"] = c.Tunnel(ctx, "a1", "t1")
	_, errs["CreateTunnel"] = c.CreateTunnel(ctx, "a1", "plex")
	errs["DeleteTunnel"] = c.DeleteTunnel(ctx, "a1", "t1")
	_, errs["TunnelToken"] = c.TunnelToken(ctx, "a1", "t1")
	_, errs["Connectors"] = c.Connectors(ctx, "a1", "t1")
	_, errs["Ingress"] = c.Ingress(ctx, "a1", "t1")
	errs["SaveIngress"] = c.SaveIngress(ctx, "a1", "t1", steps.Ingress{})
	_, errs["ZonePlan"] = c.ZonePlan(ctx, "z1")
	_, errs["AlertTypes"] = c.AlertTypes(ctx, "a1")
	_, errs["AlertPolicies"] = c.AlertPolicies(ctx, "a1")
	_, errs["CreateAlertPolicy"] = c.CreateAlertPolicy(ctx, "a1", steps.AlertPolicy{})
	errs["ChangeAlertPolicy"] = c.ChangeAlertPolicy(ctx, "a1", steps.AlertPolicy{ID: "p1"})
	errs["DeleteAlertPolicy"] = c.DeleteAlertPolicy(ctx, "a1", "p1")
	return errs
}

// Whatever a server says, with the token in it, no error and no line of a log
// repeats the token, and every failure is the kind that a person can be told.
func TestCanary(t *testing.T) {
	var logged bytes.Buffer
	logger, out := slog.Default(), log.Writer()
	t.Cleanup(func() { slog.SetDefault(logger); log.SetOutput(out) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	log.SetOutput(&logged)

	echo := `"code":10001,"message":"bad Bearer ` + canary + `","source":{"pointer":"/` + canary + `"},"extensions":{"code":"` + canary + `"}`
	answers := map[string]http.Handler{
		"refusal": page(401, `{"success":false,"errors":[{`+echo+`}]}`),
		"failure": page(500, `{"success":false,"errors":[{`+echo+`}]}`),
		"quiet":   page(200, `{"success":false,"errors":[{`+echo+`}]}`),
		"page":    page(502, "<html>"+canary),
		"half":    page(200, `{"success":true,"result":"`+canary),
		"other":   page(200, `{"success":true,"result":["`+canary+`"]}`),
		"garbage": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			_, _ = conn.Write([]byte(canary + " " + canary + "\r\n\r\n"))
		}),
	}
	for name, h := range answers {
		c, s := connect(t, h)
		for call, err := range calls(t, c) {
			if err == nil {
				continue // such as a deletion that any success answers
			}
			e := failure(t, err)
			text := fmt.Sprintf("%v %+v %#v %q %v %v", err, *e, *e, e.Message, e.Err, steps.Explain(err))
			if strings.Contains(text, canary) {
				t.Errorf("%s, %s: %s", name, call, text)
			}
			slog.Error("call failed", "err", err, "problem", steps.Explain(err))
		}
		if strings.Contains(strings.Join(s.sent(), " "), canary) {
			t.Errorf("%s: the token is in a path", name)
		}
	}
	if strings.Contains(logged.String(), canary) {
		t.Error("the token is in the log")
	}
	if !strings.Contains(logged.String(), "call failed") {
		t.Error("nothing was logged, so nothing was tested")
	}
}

// An answer of success that holds nothing is a failure for every call that
// should have brought something, and every write is sent once.
func TestEmptyAnswers(t *testing.T) {
	c, s := connect(t, page(200, `{"success":true,"errors":[],"result":null}`))
	// These have nothing to bring, or take nothing as none.
	content := map[string]bool{
		"CheckActivation": true, "DeleteRecord": true, "TriggerScan": true, "DeleteRule": true, "DeleteRuleset": true, "DeleteTunnel": true, "DeleteAccessApp": true,
		"DeleteAlertPolicy": true, "Connectors": true, "AlertPolicies": true, "Organization": true,
	}
	for call, err := range calls(t, c) {
		if err == nil && !content[call] && !strings.HasPrefix(call, "Allowed") {
			t.Errorf("%s took nothing for something", call)
		}
	}
	seen := map[string]int{}
	for _, line := range s.sent() {
		if !strings.HasPrefix(line, "GET") && !strings.HasSuffix(line, "graphql") {
			seen[line]++
		}
	}
	for line, n := range seen {
		if n > 1 && line != "POST /zones/z1/dns_records/batch" { // one for creating, one for changing
			t.Errorf("%s was sent %d times", line, n)
		}
	}
}

// Every call is made in a world that loses each reply once: reads come through,
// writes say that they do not know.
func TestEveryCallLosesItsReply(t *testing.T) {
	lost := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
	})
	c, s := connect(t, lost)
	writes := map[string]bool{
		"CreateZone": true, "CheckActivation": true, "CreateRecords": true, "ChangeRecords": true, "DeleteRecord": true,
		"TriggerScan": true, "ChangeRule": true, "DeleteRule": true, "ChangeSetting": true, "ChangeBotFightMode": true,
		"CreateTunnel": true, "DeleteTunnel": true, "SaveIngress": true, "AddRule": true, "DeleteRuleset": true, "CreateAccessApp": true, "ChangeAccessApp": true, "DeleteAccessApp": true, "CreateAlertPolicy": true, "DeleteAlertPolicy": true,
	}
	for call, err := range calls(t, c) {
		if steps.Unclear(err) != writes[call] {
			t.Errorf("%s: unclear %t: %v", call, steps.Unclear(err), err)
		}
	}
	var reads, sent int
	for _, line := range s.sent() {
		if strings.HasPrefix(line, "GET") || strings.HasSuffix(line, "graphql") {
			reads++
		} else {
			sent++
		}
	}
	if sent != len(writes) || reads%4 != 0 {
		t.Errorf("%d writes for %d, %d reads of four tries each", sent, len(writes), reads)
	}
}
