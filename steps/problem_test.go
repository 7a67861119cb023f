package steps

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

func cf(status, code int) *ServiceError {
	return &ServiceError{Service: "Cloudflare", Call: "POST /zones", Status: status, Code: code, Message: "its words", Ray: "8f0a", Pointer: "/name"}
}

func TestExplain(t *testing.T) {
	unclear := cf(0, 0)
	unclear.Unclear = true
	change := cf(403, 10000)
	change.Permission = "Zone: DNS: Edit"
	tests := []struct {
		name  string
		err   error
		title string
		link  bool
	}{
		{"no token", ErrNoToken, "The wizard needs your token again", true},
		{"plan changed", fmt.Errorf("wrapped: %w", ErrPlanChanged), "Something changed since you saw the plan", false},
		{"lost", unclear, "Cloudflare did not answer in time", true},
		{"token unknown", cf(401, 1000), "Cloudflare does not know this token", true},
		{"token malformed", cf(400, 6003), "Cloudflare does not know this token", true},
		{"token malformed too", cf(400, 6111), "Cloudflare does not know this token", true},
		{"permission missing", cf(403, 10000), "The token may not do this", true},
		{"permission missing, as 401", cf(401, 10000), "The token may not do this", true},
		{"scope", cf(403, 9109), "The token may not do this", true},
		{"403 without a known code", cf(403, 0), "The token may not do this", true},
		{"a change with Read in place of Edit", change, "The token may not make this change", true},
		{"zone elsewhere", cf(400, 1061), "This domain is in another Cloudflare account", false},
		{"not a domain", cf(400, 1049), "Cloudflare does not accept this domain", false},
		{"a subdomain", cf(400, 1099), "Cloudflare does not accept this domain", false},
		{"too fast", cf(429, 971), "Cloudflare asks us to slow down", false},
		{"its own trouble", cf(502, 0), "Cloudflare has trouble of its own", true},
		{"unknown code", cf(400, 12345), "Cloudflare refused", false},
		{"no answer", cf(0, 0), "Cloudflare does not answer", true},
		{"Plex refuses", &ServiceError{Service: "Plex", Call: "PUT /:/prefs", Status: 400}, "Plex gave an answer that the wizard cannot use", false},
		{"plex.tv is silent", &ServiceError{Service: "plex.tv", Call: "GET /resources"}, "plex.tv does not answer", false},
		{"deadline", fmt.Errorf("reading: %w", context.DeadlineExceeded), "No answer in time", false},
		{"network", &net.OpError{Op: "dial", Err: errors.New("refused")}, "This computer cannot reach the other side", false},
		{"anything", errors.New("boom"), "Something did not work as it should", false},
		{"worded already", fmt.Errorf("wrapped: %w", Invalid("domain", "Not a domain")), "Not a domain", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := Explain(tt.err)
			if p.Title != tt.title || (p.Link != Link{}) != tt.link {
				t.Errorf("%q, link %v", p.Title, p.Link)
			}
			for _, text := range []string{p.Title, p.Text, p.Fix} {
				for _, w := range Unlike(text) {
					t.Error(w)
				}
			}
			if strings.Contains(p.Title+p.Text+p.Fix, "its words") {
				t.Error("the service's own words belong into the details")
			}
			if se, ok := errors.AsType[*ServiceError](tt.err); ok {
				detail := fmt.Sprint(p.Detail)
				if !strings.Contains(detail, se.Call) || !strings.Contains(detail, se.Ray) || se.Code != 0 && !strings.Contains(detail, fmt.Sprint(se.Code)) {
					t.Errorf("details for support: %s", detail)
				}
			}
			if p.Err != nil && !errors.Is(p, p.Err) {
				t.Error("the cause is not in the chain")
			}
			if p.Error() == "" {
				t.Error("it has no text for the log")
			}
		})
	}
}

func TestExplainSaysHowLongToWait(t *testing.T) {
	e := cf(429, 971)
	e.Wait = 5 * time.Minute
	if p := Explain(e); !strings.Contains(p.Fix, "5 minutes") {
		t.Error(p.Fix)
	}
	if p := Explain(cf(400, 1049)); p.Field != "domain" {
		t.Error(p.Field)
	}
}

func TestServiceError(t *testing.T) {
	cause := errors.New("reset")
	e := &ServiceError{Service: "Cloudflare", Call: "POST /zones", Status: 404, Code: 7003, Message: "no route", Unclear: true, Err: cause}
	for _, part := range []string{"Cloudflare", "POST /zones", "404", "7003", `"no route"`, "unclear", "reset"} {
		if !strings.Contains(e.Error(), part) {
			t.Errorf("%s is not in %s", part, e)
		}
	}
	wrapped := fmt.Errorf("creating: %w", e)
	if !errors.Is(wrapped, ErrNotFound) || !errors.Is(wrapped, cause) || !Unclear(wrapped) {
		t.Error("what it is made of cannot be told")
	}
	if errors.Is(cf(400, 0), ErrNotFound) || Unclear(cf(500, 0)) || Unclear(nil) || Unclear(cause) {
		t.Error("too much is told")
	}
}

func TestRefused(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{cf(400, 0), true}, {cf(403, 10000), true}, {cf(404, 0), true}, {cf(429, 0), false}, {cf(500, 0), false}, {cf(0, 0), false}, {context.DeadlineExceeded, false}, {nil, false}, {Invalid("token", "no token"), true},
	} {
		if got := refused(tt.err); got != tt.want {
			t.Errorf("%v: %v", tt.err, got)
		}
	}
}

func TestHumanDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "1 second", 300 * time.Millisecond: "1 second", time.Second: "1 second", 40 * time.Second: "40 seconds", 89 * time.Second: "89 seconds", 90 * time.Second: "2 minutes", 5 * time.Minute: "5 minutes",
		89 * time.Minute: "89 minutes", 90 * time.Minute: "2 hours", 47 * time.Hour: "47 hours", 48 * time.Hour: "2 days", 60 * time.Hour: "3 days",
	} {
		if got := HumanDuration(d); got != want {
			t.Errorf("%v: %q, not %q", d, got, want)
		}
	}
}
