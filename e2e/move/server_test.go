package move_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// A program is a name server of Debian's: how it is called and set up.
type program struct {
	name, binary, pkg string
	args              func(dir string) []string
	config            func(c config) string
}

// config is what a server's configuration file says.
type config struct {
	dir, origin string
	port        int
	transfer    bool
	limit       int // answers a second to one asker; 0 for no limit (NSD only)
}

// programs are the real servers, in the order of their names.
func programs() []program {
	return []program{
		{"bind", "named", "bind9", func(dir string) []string { return []string{"-f", "-c", filepath.Join(dir, "conf")} }, bindConfig},
		{"knot", "knotd", "knot", func(dir string) []string { return []string{"-c", filepath.Join(dir, "conf")} }, knotConfig},
		{"nsd", "nsd", "nsd", func(dir string) []string { return []string{"-d", "-c", filepath.Join(dir, "conf")} }, nsdConfig},
	}
}

func bindConfig(c config) string {
	allow := "none"
	if c.transfer {
		allow = "any"
	}
	return fmt.Sprintf(`options {
	directory %[1]q; listen-on port %[2]d { 127.0.0.1; }; listen-on-v6 { none; };
	recursion no; allow-transfer { %[3]s; }; pid-file none; session-keyfile none; dnssec-validation no; notify no;
};
controls { };
zone %[4]q { type primary; file "zone"; check-names ignore; check-mx ignore; check-mx-cname ignore; check-srv-cname ignore; check-integrity no; };
`, c.dir, c.port, allow, c.origin)
}

func knotConfig(c config) string {
	acl := ""
	if c.transfer {
		acl = "    acl: everybody\n"
	}
	return fmt.Sprintf(`server:
    rundir: %[1]q
    listen: 127.0.0.1@%[2]d
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
control:
    listen: "%[1]s/control"
database:
    storage: %[1]q
log:
  - target: stderr
    any: warning
acl:
  - id: everybody
    address: 127.0.0.1
    action: transfer
zone:
  - domain: %[3]s
    file: %[4]q
    zonefile-sync: -1
    journal-content: none
%[5]s`, c.dir, c.port, c.origin, filepath.Join(c.dir, "zone"), acl)
}

func nsdConfig(c config) string {
	transfer := ""
	if c.transfer {
		transfer = "\tprovide-xfr: 127.0.0.1 NOKEY\n"
	}
	return fmt.Sprintf(`server:
	ip-address: 127.0.0.1@%[2]d
	username: ""
	chroot: ""
	zonesdir: %[1]q
	database: ""
	pidfile: "%[1]s/pid"
	xfrdfile: "%[1]s/xfrd"
	xfrdir: %[1]q
	zonelistfile: "%[1]s/list"
	server-count: 1
	rrl-ratelimit: %[5]d
	rrl-whitelist-ratelimit: %[5]d
remote-control:
	control-enable: no
zone:
	name: %[3]q
	zonefile: "zone"
%[4]s`, c.dir, c.port, c.origin, transfer, c.limit)
}

// find looks for the program where Debian puts it, too.
func (p program) find() (string, error) {
	if path, err := exec.LookPath(p.binary); err == nil {
		return path, nil
	}
	return exec.LookPath(filepath.Join("/usr/sbin", p.binary))
}

// start runs the server with a zone and waits until it answers. A port that is
// taken in the meantime is another try's.
func (p program) start(t *testing.T, zoneText string, c config) string {
	t.Helper()
	binary, err := p.find()
	if err != nil {
		t.Skipf("%s is not installed here (Debian: apt-get install %s)", p.binary, p.pkg)
	}
	var said []byte
	var last error
	for range 3 {
		dir := t.TempDir()
		c.dir, c.origin, c.port = dir, grand, freePort(t)
		must(t, os.WriteFile(filepath.Join(dir, "zone"), []byte(zoneText), 0o644))
		must(t, os.WriteFile(filepath.Join(dir, "conf"), []byte(p.config(c)), 0o644))
		log, err := os.Create(filepath.Join(dir, "log"))
		must(t, err)
		cmd := exec.Command(binary, p.args(dir)...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
		must(t, cmd.Start())
		ended := make(chan struct{})
		go func() { _ = cmd.Wait(); close(ended) }()
		addr := fmt.Sprintf("127.0.0.1:%d", c.port)
		last = ready(t.Context(), addr, grand, ended)
		t.Cleanup(func() {
			_ = cmd.Process.Signal(os.Interrupt)
			select {
			case <-ended:
			case <-time.After(5 * time.Second):
				_ = cmd.Process.Kill()
				<-ended
			}
			_ = log.Close()
		})
		if last == nil {
			return addr
		}
		said, _ = os.ReadFile(log.Name())
	}
	t.Fatalf("%s does not serve %s: %v\n%s", p.name, grand, last, said)
	return ""
}

// ready asks until the server answers with authority.
func ready(ctx context.Context, addr, origin string, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	c := &dns.Client{Timeout: 200 * time.Millisecond}
	for {
		m, _, err := c.ExchangeContext(ctx, new(dns.Msg).SetQuestion(dns.Fqdn(origin), dns.TypeSOA), addr)
		if err == nil && m.Rcode == dns.RcodeSuccess && m.Authoritative {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no answer with authority in time: %w", errors.Join(err, ctx.Err()))
		case <-ended:
			return errors.New("it has ended")
		case <-tick.C:
		}
	}
}

// freePort is free over UDP and TCP.
func freePort(t *testing.T) int {
	t.Helper()
	for range 20 {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		must(t, err)
		port := l.Addr().(*net.TCPAddr).Port
		u, err := net.ListenPacket("udp4", l.Addr().String())
		must(t, l.Close())
		if err == nil {
			must(t, u.Close())
			return port
		}
	}
	t.Fatal("no port is free over UDP and TCP")
	return 0
}

// TestRealServersArePresent: where everything must be tested, one of them is
// there; tools/needs installs it.
func TestRealServersArePresent(t *testing.T) {
	var there []string
	for _, p := range programs() {
		if _, err := p.find(); err == nil {
			there = append(there, p.name)
		}
	}
	switch {
	case len(there) > 0:
		t.Logf("real name servers here: %s", strings.Join(there, ", "))
	case os.Getenv("CI") == "true" && runtime.GOOS == "linux":
		t.Error("no real name server is installed, and CI demands one (Debian: apt-get install nsd)")
	default:
		t.Skip("no real name server is installed here (Debian: apt-get install nsd)")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
