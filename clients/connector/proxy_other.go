//go:build !windows

package connector

// internetSettings are those of Windows; there are none here.
func internetSettings() settings { return settings{} }
