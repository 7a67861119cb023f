//go:build !linux && !darwin && !windows

package computer

// NetworkDrive cannot tell here.
func NetworkDrive(string) string { return "" }
