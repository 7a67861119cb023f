package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode"

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
			known := &secretSet{}
			known.add(steps.NewSecret(canary))
			write(newLog(&b, slog.LevelInfo, known))
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
	known := &secretSet{}
	log := newLog(&b, slog.LevelInfo, known)
	known.add(steps.Secret{})
	known.add(steps.NewSecret("short")) // so short that it may be a word
	log.Debug("too quiet")
	log.WithGroup("g").Info("a short message", "n", 7, "when", true, "text", "with\nline")
	if got := b.String(); strings.Contains(got, "too quiet") || !strings.Contains(got, `msg="a short message" g.n=7 g.when=true g.text="with\nline"`) {
		t.Errorf("%s", got)
	}
	b.Reset()
	known.add(steps.NewSecret("a secret that came later"))
	log.Info("now: a secret that came later")
	if got := b.String(); !strings.Contains(got, "now: ••••••••") {
		t.Errorf("%s", got)
	}
}

// TestLogIsOneLine: what somebody else says neither begins a line of its own nor
// moves the cursor of a terminal nor turns the writing round.
func TestLogIsOneLine(t *testing.T) {
	const hostile = "a\r\ntime=2026 level=ERROR msg=forged\x1b[2J\u2028\u202egnp.exe\x00"
	for name, write := range map[string]func(*slog.Logger){
		"message": func(l *slog.Logger) { l.Info(hostile) },
		"text":    func(l *slog.Logger) { l.Info("m", "a", hostile) },
		"error":   func(l *slog.Logger) { l.Info("m", "err", errors.New(hostile)) },
		"struct":  func(l *slog.Logger) { l.Info("m", "s", inside{hostile}) },
		"with":    func(l *slog.Logger) { l.With("a", hostile).Info("m") },
	} {
		var b bytes.Buffer
		write(newLog(&b, slog.LevelInfo, &secretSet{}))
		if line, whole := strings.CutSuffix(b.String(), "\n"); !whole || !strings.Contains(line, "forged") || strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%s: %q", name, b.String())
		}
	}
}

// TestCensor: standard error hides secrets too, also as an address writes them,
// and tells how much it was given.
func TestCensor(t *testing.T) {
	var b bytes.Buffer
	known := &secretSet{}
	known.add(steps.NewSecret("part-of-a-key"))
	known.add(steps.NewSecret("part-of-a-key+and/more=="))
	line := "a https://x.test/?k=part-of-a-key%2Band%2Fmore%3D%3D b part-of-a-key+and/more== c part-of-a-key d\n"
	n, err := censor{&b, known}.Write([]byte(line))
	if want := "a https://x.test/?k=•••••••• b •••••••• c •••••••• d\n"; err != nil || n != len(line) || b.String() != want {
		t.Errorf("%d, %v, %q", n, err, b.String())
	}
	inner := errors.New("no: part-of-a-key")
	if err := known.cleanError(inner); !errors.Is(err, inner) || err.Error() != "no: ••••••••" {
		t.Errorf("%v", err)
	}
	fine := errors.New("fine")
	if err := known.cleanError(fine); err != fine || known.cleanError(nil) != nil {
		t.Errorf("%v", err)
	}
}
