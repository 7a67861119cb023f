package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"example.test/wizard/steps"
)

const canary = "cfut_canary0123456789abcdefghijklmnopqrstuv"

type inside struct{ hidden string }

type worded struct{}

func (worded) LogValue() slog.Value { return slog.StringValue("by LogValue " + canary) }

// TestLogHidesLiveSecrets wherever a secret might slip into a record.
func TestLogHidesLiveSecrets(t *testing.T) {
	for name, write := range map[string]func(*slog.Logger){
		"message":       func(l *slog.Logger) { l.Info("got " + canary) },
		"attribute":     func(l *slog.Logger) { l.Info("m", "a", canary) },
		"part of one":   func(l *slog.Logger) { l.Info("m", "url", "https://x.test/?k="+canary+"&y") },
		"twice":         func(l *slog.Logger) { l.Info("m", "a", canary+canary) },
		"error":         func(l *slog.Logger) { l.Info("m", "err", errors.New("no: "+canary)) },
		"wrapped":       func(l *slog.Logger) { l.Info("m", "err", fmt.Errorf("a: %w", errors.New(canary))) },
		"service error": func(l *slog.Logger) { l.Info("m", "err", &steps.ServiceError{Service: "x", Message: canary}) },
		"struct":        func(l *slog.Logger) { l.Info("m", "s", inside{canary}) },
		"pointer":       func(l *slog.Logger) { l.Info("m", "s", &inside{canary}) },
		"slice":         func(l *slog.Logger) { l.Info("m", "s", []string{"a", canary}) },
		"map":           func(l *slog.Logger) { l.Info("m", "s", map[string]string{canary: canary}) },
		"LogValuer":     func(l *slog.Logger) { l.Info("m", "s", worded{}) },
		"group": func(l *slog.Logger) {
			l.Info("m", slog.Group("g", "a", canary, slog.Group("h", "b", errors.New(canary))))
		},
		"with":           func(l *slog.Logger) { l.With("a", canary).Info("m") },
		"with an error":  func(l *slog.Logger) { l.With("a", errors.New(canary)).With("b", 1).Info("m") },
		"with a group":   func(l *slog.Logger) { l.WithGroup("g").With("a", canary).Info("m", "b", canary) },
		"secret":         func(l *slog.Logger) { l.Info("m", "s", steps.NewSecret(canary)) },
		"struct with it": func(l *slog.Logger) { l.Info("m", "s", struct{ s steps.Secret }{steps.NewSecret(canary)}) },
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			log := newLog(&b, slog.LevelInfo)
			log.hide(func() string { return canary })
			write(log.logger)
			if b.Len() == 0 {
				t.Fatal("nothing was written")
			}
			if strings.Contains(b.String(), canary) {
				t.Errorf("%s", b.String())
			}
		})
	}
}

// TestLogKeepsTheRest: what is no secret is written as it is.
func TestLogKeepsTheRest(t *testing.T) {
	var b bytes.Buffer
	log := newLog(&b, slog.LevelInfo)
	secret := ""
	log.hide(func() string { return secret })
	log.hide(func() string { return "short" }) // so short that it may be a word
	log.logger.Debug("too quiet")
	log.logger.WithGroup("g").Info("a short message", "n", 7, "when", true, "text", "with\nline")
	if got := b.String(); strings.Contains(got, "too quiet") || !strings.Contains(got, `msg="a short message" g.n=7 g.when=true g.text="with\nline"`) {
		t.Errorf("%s", got)
	}
	b.Reset()
	secret = "a secret that came later"
	log.logger.Info("now: " + secret)
	if got := b.String(); !strings.Contains(got, "now: ••••••••") {
		t.Errorf("%s", got)
	}
}
