package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"example.test/wizard/steps"
)

// newLog makes the program's log. As a second net, it replaces secrets that are
// in use, should one ever slip into a message: the first net is that they are
// of a type that prints dots.
func newLog(w io.Writer, level slog.Level, known *secretSet) *slog.Logger {
	return slog.New(&redactor{slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}), known})
}

// redactor takes secrets out of records before they are quoted, because
// quoting could change how one is written.
type redactor struct {
	slog.Handler
	known *secretSet
}

// Handle implements [slog.Handler].
func (h *redactor) Handle(ctx context.Context, r slog.Record) error {
	out := slog.NewRecord(r.Time, r.Level, h.known.clean(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(h.attr(a))
		return true
	})
	return h.Handler.Handle(ctx, out)
}

func (h *redactor) attr(a slog.Attr) slog.Attr {
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		return slog.String(a.Key, h.known.clean(v.String()))
	case slog.KindAny:
		return slog.String(a.Key, h.known.clean(fmt.Sprint(v.Any())))
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
	return &redactor{h.Handler.WithAttrs(clean), h.known}
}

// WithGroup implements [slog.Handler].
func (h *redactor) WithGroup(name string) slog.Handler {
	return &redactor{h.Handler.WithGroup(name), h.known}
}

// hiding is the Cloudflare side of the set: the key of the tunnel is noted as
// soon as it arrives.
type hiding struct {
	steps.Tunnels
	known *secretSet
}

// TunnelToken implements [steps.Tunnels].
func (h hiding) TunnelToken(ctx context.Context, account, tunnel string) (steps.Secret, error) {
	key, err := h.Tunnels.TunnelToken(ctx, account, tunnel)
	h.known.add(key)
	return key, err
}
