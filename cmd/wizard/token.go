package main

import (
	"context"

	"example.test/wizard/clients/secrets"
	"example.test/wizard/steps"
)

// keeper gives the pages what they need of the vault.
type keeper struct{ vault *secrets.Vault }

func (k keeper) SetToken(ctx context.Context, t steps.Secret) error { return k.vault.Set(ctx, t) }
func (k keeper) TryToken(t steps.Secret)                            { k.vault.Try(t) }
func (k keeper) DropToken()                                         { k.vault.Drop() }
func (k keeper) HasToken() bool                                     { return k.vault.Has() }
func (k keeper) Where() string                                      { return k.vault.Where() }
func (k keeper) Remember(ctx context.Context) error                 { return k.vault.Remember(ctx) }
func (k keeper) Forget(ctx context.Context) error                   { return k.vault.Forget(ctx) }
