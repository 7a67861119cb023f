package computer

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// connected is a connection of this computer that a user made, as the one who is
// asked sees it.
func connected(t *testing.T, host string, uid int) (from, to netip.AddrPort) {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Skipf("no %s here: %v", host, err)
	}
	defer l.Close()
	runtime.LockOSThread() // the user is the thread's
	defer runtime.UnlockOSThread()
	if uid != os.Getuid() {
		if err := unix.Setfsuid(uid); err != nil {
			t.Skipf("this root may not be somebody else: %v", err)
		}
		defer func() {
			if err := unix.Setfsuid(os.Getuid()); err != nil {
				t.Error(err)
			}
		}()
	}
	c, err := net.DialTCP("tcp", nil, l.Addr().(*net.TCPAddr))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	s, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return netip.MustParseAddrPort(s.RemoteAddr().String()), netip.MustParseAddrPort(s.LocalAddr().String())
}

// TestMine asks the kernel about connections of its own, of both families.
func TestMine(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "::1"} {
		t.Run(host, func(t *testing.T) {
			from, to := connected(t, host, os.Getuid())
			if !Mine(from, to) {
				t.Errorf("%s to %s is not mine", from, to)
			}
			if Mine(from, netip.AddrPortFrom(to.Addr(), to.Port()-1)) {
				t.Error("another connection is taken for it")
			}
			if os.Getuid() != 0 {
				t.Skip("only root can be somebody else")
			}
			if from, to := connected(t, host, 65534); Mine(from, to) {
				t.Errorf("%s to %s is nobody’s, not mine", from, to)
			}
		})
	}
}

// TestMadeBy reads tables as the kernel of a processor with little ends writes them.
func TestMadeBy(t *testing.T) {
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		t.Skip("the table below is of another processor")
	}
	const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	line := func(local, remote, state, uid string) string {
		return fmt.Sprintf("   0: %s %s %s 00000000:00000000 00:00000000 00000000  %s        0 12345 1 0000000000000000 20 4 30 10 -1\n", local, remote, state, uid)
	}
	from, to := netip.MustParseAddrPort("127.0.0.1:40000"), netip.MustParseAddrPort("127.0.0.1:8080")
	const f4, t4 = "0100007F:9C40", "0100007F:1F90"
	const f6, t6 = "0000000000000000FFFF00000100007F:9C40", "0000000000000000FFFF00000100007F:1F90"
	for name, c := range map[string]struct {
		table string
		uid   int
		found bool
	}{
		"its end":               {head + line(t4, f4, "01", "7") + line(f4, t4, "01", "1000"), 1000, true},
		"by a socket of IPv6":   {head + line(f6, t6, "01", "1001"), 1001, true},
		"one that has ended":    {head + line(f4, t4, "06", "0"), 0, false},
		"none":                  {head + line(t4, f4, "01", "7"), 0, false},
		"a line that is broken": {head + "x\n" + line("zz", "0100007F", "01", "1") + line(f4, t4, "01", "-"), 0, false},
		"empty":                 {"", 0, false},
	} {
		if uid, found := madeBy(strings.NewReader(c.table), from, to); uid != c.uid || found != c.found {
			t.Errorf("%s: %d, %v", name, uid, found)
		}
	}
}
