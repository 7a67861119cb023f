//go:build !windows

package main

// ownWindow reports whether the console closes with this program. Elsewhere than
// on Windows that is a setting of the terminal.
func ownWindow() bool { return false }
