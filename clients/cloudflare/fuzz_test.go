package cloudflare_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"example.test/wizard/clients/cloudflare"
	"example.test/wizard/steps"
)

// said answers every request with the same words.
type said struct {
	code int
	kind string
	body []byte
}

func (s said) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: s.code, Status: http.StatusText(s.code), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {s.kind}, "Cf-Ray": {"8f0"}}, Body: io.NopCloser(bytes.NewReader(s.body)), ContentLength: int64(len(s.body)),
	}, nil
}

// FuzzAnswer: whatever answers in Cloudflare's place, a call ends with a value or
// with an error that can be told, and never repeats the token.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		`{"success":true,"errors":[],"result":{"id":"a","name":"plex"}}`, `{"success":false,"errors":[{"code":1003,"message":"no","error_chain":[{"code":9,"message":"x"}]}],"result":null}`,
		"<html>", "", "null", "[]", `{"success":true}`, `{"success":true,"result":[{"id":1}]}`, `{"success":"yes"}`, `{"errors":[{}]}`, "\x00", `{"success":true,"result":`, strings.Repeat("[", 2000), `{"success":false,"errors":[{"message":"bad ` + canary + `"}]}`,
	} {
		for _, code := range []int{200, 400, 403, 429, 500} {
			f.Add(code, "application/json", []byte(s))
		}
		f.Add(200, "text/html", []byte(s))
	}
	f.Fuzz(func(t *testing.T, code int, kind string, body []byte) {
		if code < 200 || code > 599 {
			code = 200
		}
		c := cloudflare.New(cloudflare.Config{HTTP: &http.Client{Transport: said{code, kind, body}}, Token: func() steps.Secret { return steps.NewSecret(canary) }, Pace: 1e9})
		_, err := c.CreateTunnel(t.Context(), "a1", "plex")
		tell(t, err)
		_, err = c.RecordsNamed(t.Context(), "z1", "a.example.com")
		tell(t, err)
	})
}

// tell holds an error to what every page relies on.
func tell(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	p := steps.Explain(err)
	if _, ok := errors.AsType[*steps.ServiceError](err); !ok || p.Title == "" {
		t.Fatalf("not an error that can be told: %v", err)
	}
	if text := err.Error() + p.Title + p.Text + p.Fix; strings.Contains(text, canary) {
		t.Fatalf("the token is in %q", text)
	} else if !utf8.ValidString(text) {
		t.Fatalf("not text: %q", text)
	}
}

// FuzzToken: what is cleaned is clean, and nothing but one word is ever sent.
func FuzzToken(f *testing.F) {
	for _, s := range []string{canary, "Bearer " + canary, "Authorization: Bearer \"" + canary + "\"", " \u200b" + canary + "\r\n", "a\r\nX-Other: b", "", "Bearer", strings.Repeat("a", 37), "“" + canary + "”"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, pasted string) {
		clean := cloudflare.CleanToken(pasted)
		if again := cloudflare.CleanToken(clean); again != clean {
			t.Fatalf("%q becomes %q becomes %q", pasted, clean, again)
		}
		sent := ""
		c := cloudflare.New(cloudflare.Config{Token: func() steps.Secret { return steps.NewSecret(pasted) }, Pace: 1e9, HTTP: &http.Client{Transport: listener(func(r *http.Request) {
			sent = r.Header.Get("Authorization")
		})}})
		_, _ = c.VerifyToken(t.Context()) // it is what was sent that counts
		if word, ok := strings.CutPrefix(sent, "Bearer "); sent != "" && (!ok || word != clean || strings.ContainsAny(word, " \t\r\n\"")) {
			t.Fatalf("%q is sent as %q", pasted, sent)
		}
	})
}

type listener func(*http.Request)

func (l listener) RoundTrip(r *http.Request) (*http.Response, error) {
	l(r)
	return said{http.StatusBadRequest, "application/json", []byte(`{"success":false,"errors":[{"code":6003,"message":"no"}]}`)}.RoundTrip(r)
}
