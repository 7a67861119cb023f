package computer

import "testing"

// TestNetworkDrive: the numbers are those of statfs(2). FUSE, which is 0x65735546,
// and disks are none.
func TestNetworkDrive(t *testing.T) {
	for magic, want := range map[uint32]string{
		0x6969: "NFS", 0x517b: "SMB", 0xff534d42: "SMB", 0xfe534d42: "SMB", 0x1021997: "9P", 0xc36400: "Ceph",
		0xef53: "", 0x58465342: "", 0x9123683e: "", 0x2fc12fc1: "", 0x794c7630: "", 0x1021994: "", 0x65735546: "",
	} {
		if got := overNetwork(magic); got != want {
			t.Errorf("%#x is %q, not %q", magic, got, want)
		}
	}
	for _, dir := range []string{"/proc", "/no-such-folder"} {
		if got := NetworkDrive(dir); got != "" {
			t.Errorf("%s is on %q", dir, got)
		}
	}
}
