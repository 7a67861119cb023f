//go:build !windows

package connector

import "context"

// asService is only for Windows.
func asService(func(ctx context.Context) int) (code int, done bool) { return 0, false }
