package computer

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// NetworkDrive names the kind of file system when a folder lies on another
// computer; it is empty for a drive of this one, and when that cannot be told.
func NetworkDrive(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(dir) + `\`) // C:\ or \\server\share\
	if err != nil || windows.GetDriveType(root) != windows.DRIVE_REMOTE {
		return ""
	}
	return "SMB"
}
