package computer

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// Mine reports whether the user who runs this program made a connection of this
// computer. A connection that the kernel does not list is nobody's.
func Mine(from, to netip.AddrPort) bool {
	for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		f, err := os.Open(table)
		if err != nil {
			continue // no such family
		}
		uid, found := madeBy(f, from, to)
		_ = f.Close()
		if found {
			return uid == os.Getuid()
		}
	}
	return false
}

// madeBy finds the end of a connection at from in a table of the kernel
// (proc_pid_net(5)), and the user whose it is.
func madeBy(table io.Reader, from, to netip.AddrPort) (uid int, found bool) {
	const local, remote, state, user = 1, 2, 3, 7
	for lines := bufio.NewScanner(table); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) <= user || f[state] != "01" || kernelAddr(f[local]) != plainAddr(from) || kernelAddr(f[remote]) != plainAddr(to) {
			continue
		}
		uid, err := strconv.Atoi(f[user])
		return uid, err == nil
	}
	return 0, false
}

// kernelAddr reads an address as the table writes it: words of four bytes, each
// in the order of this processor, and the port.
func kernelAddr(s string) netip.AddrPort {
	ip, port, _ := strings.Cut(s, ":")
	b, err := hex.DecodeString(ip)
	n, perr := strconv.ParseUint(port, 16, 16)
	if err != nil || perr != nil || len(b) != 4 && len(b) != 16 {
		return netip.AddrPort{}
	}
	for i := 0; i < len(b); i += 4 {
		binary.BigEndian.PutUint32(b[i:], binary.NativeEndian.Uint32(b[i:]))
	}
	addr, _ := netip.AddrFromSlice(b)
	return plainAddr(netip.AddrPortFrom(addr, uint16(n)))
}

// plainAddr writes an address of IPv4 in one way: a browser may use a socket of
// IPv6 for it.
func plainAddr(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap().WithZone(""), a.Port())
}
