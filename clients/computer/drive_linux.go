package computer

import "golang.org/x/sys/unix"

// NetworkDrive names the kind of file system when a folder lies on another
// computer; it is empty for a drive of this one, and when that cannot be told.
func NetworkDrive(dir string) string {
	var at unix.Statfs_t
	if unix.Statfs(dir, &at) != nil {
		return ""
	}
	return overNetwork(uint32(at.Type))
}

// overNetwork knows the types of file systems by their numbers in statfs(2).
// FUSE is none of them: behind it may be anything, and mostly is a disk.
func overNetwork(magic uint32) string {
	return map[uint32]string{
		unix.NFS_SUPER_MAGIC: "NFS", unix.SMB_SUPER_MAGIC: "SMB", unix.SMB2_SUPER_MAGIC: "SMB", unix.CIFS_SUPER_MAGIC: "SMB",
		unix.V9FS_MAGIC: "9P", unix.AFS_SUPER_MAGIC: "AFS", unix.AFS_FS_MAGIC: "AFS", unix.CEPH_SUPER_MAGIC: "Ceph",
		unix.CODA_SUPER_MAGIC: "Coda", unix.NCP_SUPER_MAGIC: "NCP",
	}[magic]
}
