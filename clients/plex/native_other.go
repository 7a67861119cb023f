//go:build !windows && !darwin

package plex

import "example.test/wizard/steps"

// nativeToken finds nothing: only Windows and macOS keep preferences outside
// the data directory. The text is the place that was looked at.
func nativeToken() (steps.Secret, string, error) { return steps.Secret{}, "", nil }

// movedData finds nothing: only Windows keeps the place of the data elsewhere.
func movedData() string { return "" }
