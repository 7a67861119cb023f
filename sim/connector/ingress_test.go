package connector

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestParseIngress(t *testing.T) {
	for name, tc := range map[string]struct{ config, err string }{
		"good":             {`{"ingress":[{"hostname":"a.example","service":"https://localhost:32400"},{"service":"http_status:404"}]}`, ""},
		"empty":            {`{}`, ""},
		"with a path":      {`{"ingress":[{"path":"^/x","service":"http://127.0.0.1:1"},{"service":"http_status:404"}]}`, ""},
		"not json":         {`[`, "configuration"},
		"no catch-all":     {`{"ingress":[{"hostname":"a.example","service":"http://127.0.0.1:1"}]}`, "last ingress rule must match all"},
		"early catch-all":  {`{"ingress":[{"service":"http_status:404"},{"service":"http_status:404"}]}`, "Rule #1 is matching the hostname ''"},
		"star early":       {`{"ingress":[{"hostname":"*","service":"http_status:404"},{"service":"http_status:404"}]}`, "Rule #1 is matching the hostname '*'"},
		"bad wildcard":     {`{"ingress":[{"hostname":"a.*.example","service":"http_status:404"},{"service":"http_status:404"}]}`, "at most one wildcard"},
		"port in the name": {`{"ingress":[{"hostname":"a.example:443","service":"http_status:404"},{"service":"http_status:404"}]}`, "cannot contain a port"},
		"bad path":         {`{"ingress":[{"path":"(","service":"http_status:404"},{"service":"http_status:404"}]}`, "path"},
		"bad status":       {`{"ingress":[{"service":"http_status:12"}]}`, "invalid HTTP status code"},
		"no host":          {`{"ingress":[{"service":"localhost"}]}`, "invalid address"},
		"service path":     {`{"ingress":[{"service":"http://127.0.0.1/x"}]}`, "different path"},
		"ssh":              {`{"ingress":[{"service":"ssh://127.0.0.1:22"}]}`, "only http, https and http_status"},
	} {
		_, err := parseIngress(json.RawMessage(tc.config))
		if tc.err == "" && err != nil || tc.err != "" && (err == nil || !strings.Contains(err.Error(), tc.err)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOriginSettings(t *testing.T) {
	routes, err := parseIngress(json.RawMessage(`{"originRequest":{"connectTimeout":5,"noTLSVerify":true,"httpHostHeader":"h"},"ingress":[
		{"hostname":"a.example","service":"https://localhost:1","originRequest":{"connectTimeout":10,"originServerName":"n"}},
		{"hostname":"b.example","service":"https://localhost:1","originRequest":{"noTLSVerify":false}},{"service":"http_status:404"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if s := routes[0].settings; s != (settings{true, 10 * time.Second, "n", "h"}) {
		t.Errorf("first rule %+v", s)
	}
	if s := routes[1].settings; s != (settings{false, 5 * time.Second, "", "h"}) {
		t.Errorf("second rule %+v", s)
	}
}

func TestMatch(t *testing.T) {
	routes, err := parseIngress(json.RawMessage(`{"ingress":[{"hostname":"A.example","path":"^/x","service":"http_status:201"},{"hostname":"a.example","service":"http_status:202"},
		{"hostname":"*.b.example","service":"http_status:203"},{"service":"http_status:404"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		host, path string
		want       int
	}{
		{"a.example", "/x/y", 201},
		{"a.EXAMPLE", "/y", 202},
		{"q.b.example", "/", 203},
		{"p.q.b.example", "/", 203},
		{"b.example", "/", 404},
		{"other.example", "/x", 404},
	} {
		for _, r := range routes {
			if r.matches(tc.host, tc.path) {
				if r.status != tc.want {
					t.Errorf("%s%s goes to %d, want %d", tc.host, tc.path, r.status, tc.want)
				}
				break
			}
		}
	}
}
