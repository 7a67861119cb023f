package main

import (
	"cmp"
	"context"
	"errors"
	"time"

	"example.test/wizard/steps/beside"
)

// How long the end may take. A job's call to Cloudflare may end by itself, and
// the connector that the wizard runs may let requests finish: that is what
// stopIn is for. With neither, what remains is at most pagesIn and leaveIn, one
// after the other, whatever the network does.
const (
	stopIn  = 22 * time.Second
	pagesIn = 500 * time.Millisecond
	leaveIn = time.Second
)

// stopping is what has to end, by who leans on whom. Each part ends when its
// context does.
type stopping struct {
	pages     func(context.Context) error   // takes no more requests
	work      []func(context.Context) error // jobs and looks
	leave     func(context.Context) error   // says goodbye to a service that need not answer
	connector func(context.Context) error
	last      func() error  // closes the store
	leaveIn   time.Duration // for leave; the usual one when it is 0
}

// run ends everything: pages beside work, then what they lean on, then the store.
func (s stopping) run(ctx context.Context) error {
	first := append([]func(context.Context) error{within(pagesIn, s.pages)}, s.work...)
	return errors.Join(
		sideBySide(ctx, first...),
		sideBySide(ctx, within(cmp.Or(s.leaveIn, leaveIn), s.leave), s.connector),
		s.last(),
	)
}

// within limits a part. No part is nothing to do.
func within(limit time.Duration, part func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		if part == nil {
			return nil
		}
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		return part(ctx)
	}
}

// sideBySide runs parts side by side until all have ended.
func sideBySide(ctx context.Context, parts ...func(context.Context) error) error {
	errs := make([]error, len(parts))
	var wg beside.Group
	for i, part := range parts {
		wg.Go(func() { errs[i] = part(ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}
