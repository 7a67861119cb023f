package e2e_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"example.test/wizard/sim"
)

// alone makes a program run in a world of its own: with its own mounts, and as
// this user but without what an administrator may do anywhere else. first is a
// line of shell that runs as administrator of that world before it.
func alone(c *exec.Cmd, first string) {
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	if first == "" { // a nobody from the beginning
		c.SysProcAttr.UidMappings[0].ContainerID, c.SysProcAttr.GidMappings[0].ContainerID = 1000, 1000
		return
	}
	sh, err := exec.LookPath("sh")
	if err != nil {
		sh = "/bin/sh"
	}
	c.Args = append([]string{"sh", "-c", first + ` && exec "$@"`, "sh", c.Path}, c.Args[1:]...)
	c.Path = sh
}

// needMounts skips a test where no world of its own can be had.
func needMounts(t *testing.T) {
	t.Helper()
	c := exec.Command("true")
	alone(c, "mount -t tmpfs tmpfs '"+t.TempDir()+"'")
	if out, err := c.CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI is true, and no mounts of its own can be had: %v %s", err, out)
		}
		t.Skipf("no mounts of its own can be had: %v %s", err, out)
	}
}

// TestComputerRefuses lets this computer, in truth, refuse what step 4 needs of
// it: room on the disk, the right to write, a port. The page must name it and
// what to do, and nothing half-installed may be left.
func TestComputerRefuses(t *testing.T) {
	t.Parallel()
	needMounts(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { must(t, taken.Close()) })
	for _, c := range []struct {
		name  string
		first func(place string) string // before the wizard runs
		args  []string                  // for the connector
		title string
		fix   string
		mend  func(place string) error // nil where it cannot be mended from outside
	}{
		{
			name: "the disk is full", first: func(place string) string { return "mount -t tmpfs -o size=512k tmpfs '" + place + "'" },
			title: "The disk is full", fix: "Make room for about 100 MB",
		},
		{
			name: "the disk is read-only", first: func(place string) string { return "mount -t tmpfs -o ro tmpfs '" + place + "'" },
			title: "The disk is read-only", fix: "Choose another folder",
		},
		{
			name: "no permission", first: func(place string) string { must(t, os.Chmod(place, 0o500)); return "" },
			title: "The wizard may not write there", fix: "Start the wizard as a user who may write to",
			mend: func(place string) error { return os.Chmod(place, 0o700) },
		},
		{
			name: "the port of its health server is taken", first: func(string) string { return "" },
			args: []string{"--metrics", taken.Addr().String()}, title: "The connector does not stay up", fix: "Try again when it is mended",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			o := newOutside(t, dir)
			file := o.File()
			file.ConnectorArgs = append(file.ConnectorArgs, c.args...)
			must(t, sim.WriteFile(o.file, file))
			data := filepath.Join(dir, "data")
			place := filepath.Join(data, "connector")
			must(t, os.MkdirAll(place, 0o700))
			first := c.first(place)
			r := read(t, startAs(t, data, func(cmd *exec.Cmd) { alone(cmd, first) }, "-world", o.file))
			r.walk(o, r.isAt("/steps/dns")) // the token is there
			press := func() {
				r.until("/steps/tunnel", "a plan", func() bool { return r.Has(`form[action="/steps/tunnel/apply"] [data-next]`) })
				r.next()
			}
			press()
			r.until("/steps/tunnel", c.title, func() bool { return strings.Contains(r.text(".note--problem"), c.title) })
			if text := r.text(".note--problem"); !strings.Contains(text, c.fix) {
				t.Errorf("the note does not say what to do: %s", text)
			}
			if !r.Has("[data-next]") || r.status("service") != "skip" {
				t.Errorf("next action %v, service %q", r.Has("[data-next]"), r.status("service"))
			}
			if left := programsIn(t, r.w, place); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			if all := processesOf(t, filepath.Join(place, "cloudflared")); len(all) > 0 {
				t.Errorf("the processes %v run on", all)
			}
			if c.mend == nil {
				return
			}
			must(t, c.mend(place))
			press()
			r.until("/steps/tunnel", "the tunnel is up", func() bool { return r.status("healthy") == "pass" && r.status("connector") == "pass" })
			if n := len(o.Cloudflare.TunnelIDs()); n != 1 || o.connectors() != 1 {
				t.Errorf("%d tunnels, %d connectors", n, o.connectors())
			}
		})
	}
}

// programsIn lists what of a connector is in its folder, as the wizard sees it.
func programsIn(t *testing.T, w *wizard, place string) []string {
	t.Helper()
	all, err := os.ReadDir(filepath.Join("/proc", strconv.Itoa(w.cmd.Process.Pid), "root", place))
	must(t, err)
	var out []string
	for _, e := range all {
		if slices.Contains([]string{"cloudflared", "token"}, e.Name()) || strings.HasPrefix(e.Name(), ".cloudflared") {
			out = append(out, e.Name())
		}
	}
	return out
}
