package main

import (
	"context"
	"errors"
	"time"

	"example.test/wizard/clients/cloudflare"
	"example.test/wizard/clients/secrets"
	"example.test/wizard/steps"
)

// keeper gives the pages what they need of the vault, and a trial beside it.
type keeper struct {
	vault *secrets.Vault
	prove func(context.Context, steps.Settings, steps.Secret) (steps.Finding, error)
}

// fill brings back what an earlier run stored, or wipes it when its time is over.
// A token that is given wins, and what was stored of another goes, unless this run
// only looks.
func fill(ctx context.Context, v *secrets.Vault, given steps.Secret, readOnly bool) error {
	if readOnly && !given.IsZero() {
		return v.Lend(given)
	}
	err := v.Load(ctx)
	if !given.IsZero() {
		err = errors.Join(err, v.Set(ctx, given))
	}
	return err
}

// proveIn is how long Cloudflare may take to say what it thinks of a token.
const proveIn = 30 * time.Second

// proving asks Cloudflare, at the place of cfg, about a token that nothing else
// uses: jobs and looks go on with the one that is held.
func proving(cfg cloudflare.Config, known *secretSet, now func() time.Time) func(context.Context, steps.Settings, steps.Secret) (steps.Finding, error) {
	return func(ctx context.Context, s steps.Settings, t steps.Secret) (steps.Finding, error) {
		known.add(t)
		at := cfg
		at.Token = func() steps.Secret { return t }
		step := &steps.AccountStep{API: cloudflare.New(at), Now: now} // without permissions: step 1 looks at them
		ctx, cancel := context.WithTimeout(ctx, proveIn)
		defer cancel()
		return step.Inspect(ctx, s)
	}
}

func (k keeper) ProveToken(ctx context.Context, s steps.Settings, t steps.Secret) (steps.Finding, error) {
	return k.prove(ctx, s, t)
}

func (k keeper) SetToken(ctx context.Context, t steps.Secret) error { return k.vault.Set(ctx, t) }
func (k keeper) HasToken() bool                                     { return k.vault.Has() }
func (k keeper) Where() string                                      { return k.vault.Where() }
func (k keeper) Remember(ctx context.Context) error                 { return k.vault.Remember(ctx) }
func (k keeper) Forget(ctx context.Context) error                   { return k.vault.Forget(ctx) }
