package steps_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"example.test/wizard/steps"
)

func TestASecretIsNeverPrinted(t *testing.T) {
	const canary = "cfut_canary_0123456789_wxyz"
	s := steps.NewSecret(canary)
	holder := struct {
		Public  steps.Secret
		private steps.Secret
		Pointer *steps.Secret
	}{s, s, &s}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secret", s, "holder", holder)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", s, "holder", holder)
	js, err := json.Marshal(map[string]any{"s": s, "h": holder, "p": &s})
	if err != nil {
		t.Fatal(err)
	}
	out := []string{log.String(), string(js), fmt.Errorf("with %v", s).Error()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		out = append(out, fmt.Sprintf(verb, s), fmt.Sprintf(verb, &s), fmt.Sprintf(verb, holder), fmt.Sprintf(verb, []steps.Secret{s}), fmt.Sprintf(verb, map[string]steps.Secret{"k": s}))
	}
	for _, o := range out {
		if strings.Contains(o, "canary") || strings.Contains(o, fmt.Sprintf("%x", "canary")) {
			t.Errorf("printed: %s", o)
		}
	}
	if s.Reveal() != canary || s.IsZero() || !strings.HasSuffix(s.Last4(), "wxyz") || strings.Contains(s.Last4(), "canary") {
		t.Errorf("%q", s.Last4())
	}
	var read struct{ A, B, C steps.Secret }
	if err := json.Unmarshal([]byte(`{"A":"`+canary+`","B":null,"C":""}`), &read); err != nil || read.A.Reveal() != canary || !read.B.IsZero() || !read.C.IsZero() {
		t.Errorf("read as %q, %v", read.A.Last4(), err)
	}
	if err := json.Unmarshal(js, &map[string]*steps.Secret{}); err == nil {
		t.Error("dots were read as a secret")
	}
	zero := steps.NewSecret("")
	if !zero.IsZero() || zero.Reveal() != "" || strings.Contains(steps.NewSecret("short").Last4(), "hort") {
		t.Error("the empty and the short one")
	}
}
