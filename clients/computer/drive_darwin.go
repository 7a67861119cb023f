package computer

import "golang.org/x/sys/unix"

// NetworkDrive names the kind of file system when a folder lies on another
// computer; it is empty for a drive of this one, and when that cannot be told.
func NetworkDrive(dir string) string {
	var at unix.Statfs_t
	if unix.Statfs(dir, &at) != nil || at.Flags&unix.MNT_LOCAL != 0 {
		return ""
	}
	return unix.ByteSliceToString(at.Fstypename[:])
}
