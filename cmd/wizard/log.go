package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
)

// logging is the program's log. As a second net, it replaces secrets that are
// in use, should one ever slip into a message: the first net is that they are
// of a type that prints dots.
type logging struct {
	logger *slog.Logger
	h      *redactor
}

func newLog(w io.Writer, level slog.Level) *logging {
	h := &redactor{Handler: slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}), live: &live{}}
	return &logging{logger: slog.New(h), h: h}
}

// hide adds a source of a secret that is to be replaced.
func (l *logging) hide(source func() string) {
	l.h.live.mu.Lock()
	defer l.h.live.mu.Unlock()
	l.h.live.sources = append(l.h.live.sources, source)
}

type live struct {
	mu      sync.Mutex
	sources []func() string
}

func (l *live) clean(s string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, src := range l.sources {
		if v := src(); len(v) >= 8 {
			s = strings.ReplaceAll(s, v, "••••••••")
		}
	}
	return s
}

type redactor struct {
	slog.Handler
	live *live
}

// Handle implements [slog.Handler].
func (h *redactor) Handle(ctx context.Context, r slog.Record) error {
	out := slog.NewRecord(r.Time, r.Level, h.live.clean(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(h.attr(a))
		return true
	})
	return h.Handler.Handle(ctx, out)
}

func (h *redactor) attr(a slog.Attr) slog.Attr {
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindString:
		return slog.String(a.Key, h.live.clean(v.String()))
	case slog.KindAny:
		return slog.String(a.Key, h.live.clean(fmt.Sprint(v.Any())))
	case slog.KindGroup:
		var as []slog.Attr
		for _, b := range v.Group() {
			as = append(as, h.attr(b))
		}
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(as...)}
	}
	return a
}

// WithAttrs implements [slog.Handler].
func (h *redactor) WithAttrs(as []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(as))
	for i, a := range as {
		clean[i] = h.attr(a)
	}
	return &redactor{h.Handler.WithAttrs(clean), h.live}
}

// WithGroup implements [slog.Handler].
func (h *redactor) WithGroup(name string) slog.Handler {
	return &redactor{h.Handler.WithGroup(name), h.live}
}
