package connector_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.test/wizard/clients/connector"
	"example.test/wizard/sim/releases"
)

// initRoot is a whole system of its own: the programs of this computer, and
// folders of its own for all that an installation writes. Its services are real
// init scripts, run by the real shell. Nothing in it is pretended but cloudflared.
type initRoot struct {
	t     *testing.T
	world *world
	dir   string
	flags uintptr // of the namespaces that this computer allows
}

// newInitRoot skips the test where a root of its own cannot be had. In the
// continuous integration that is a failure.
func newInitRoot(t *testing.T) *initRoot {
	t.Helper()
	r := &initRoot{t: t, world: newWorld(t, releases.Config{}), dir: t.TempDir()}
	for _, d := range []string{"etc/init.d", "etc/rc0.d", "etc/rc2.d", "etc/rc3.d", "etc/rc6.d", "var/run", "var/log", "home", "tmp", "dev", "proc", "usr", "local"} {
		must(t, os.MkdirAll(filepath.Join(r.dir, d), 0o755))
	}
	copyFile(t, executable(t), filepath.Join(r.dir, "home", "installer"))
	copyFile(t, r.world.edge.CAFile(), filepath.Join(r.dir, "home", "ca.pem"))
	var why []error
	for _, flags := range []uintptr{syscall.CLONE_NEWNS, syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER} {
		r.flags = flags
		out, err := r.command("true").CombinedOutput()
		if err == nil {
			return r
		}
		why = append(why, fmt.Errorf("%w %s", err, out))
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("CI is true and no root of its own can be had:", errors.Join(why...))
	}
	t.Skip("no root of its own can be had:", errors.Join(why...))
	return nil
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, b, 0o755))
}

// command is a program inside the root; "wizard" is this test's own executable.
func (r *initRoot) command(argv ...string) *exec.Cmd {
	cmd := exec.Command(executable(r.t), argv...)
	cmd.Env = append(os.Environ(), "BE_INSIDE="+r.dir, "PATH=/usr/sbin:/usr/bin:/sbin:/bin")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: r.flags}
	if r.flags&syscall.CLONE_NEWUSER != 0 {
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	return cmd
}

// beInside enters the root and becomes another program, or the elevated child.
func beInside(dir string) error {
	type mount struct {
		from, to string
		flags    uintptr
	}
	mounts := []mount{{"", "/", syscall.MS_REC | syscall.MS_PRIVATE}}
	for _, d := range []string{"dev", "proc", "usr"} {
		mounts = append(mounts, mount{"/" + d, filepath.Join(dir, d), syscall.MS_BIND | syscall.MS_REC})
	}
	mounts = append(mounts, mount{filepath.Join(dir, "local"), filepath.Join(dir, "usr/local"), syscall.MS_BIND})
	for _, d := range []string{"bin", "sbin", "lib", "lib64"} {
		info, err := os.Lstat("/" + d)
		if err != nil {
			continue
		}
		to := filepath.Join(dir, d)
		if info.Mode()&fs.ModeSymlink == 0 {
			if err := os.MkdirAll(to, 0o755); err != nil {
				return err
			}
			mounts = append(mounts, mount{"/" + d, to, syscall.MS_BIND | syscall.MS_REC})
		} else if target, err := os.Readlink("/" + d); err != nil {
			return err
		} else if err := os.Symlink(target, to); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	for _, m := range mounts {
		if err := syscall.Mount(m.from, m.to, "", m.flags, ""); err != nil {
			return fmt.Errorf("mounting %s: %w", m.to, err)
		}
	}
	if err := errors.Join(syscall.Chroot(dir), os.Chdir("/"), os.Unsetenv("BE_INSIDE")); err != nil {
		return err
	}
	if os.Args[1] == "wizard" {
		os.Exit(connector.ChildMain(os.Args[3:], os.Stdin, os.Stdout, os.Stderr))
	}
	program, err := exec.LookPath(os.Args[1])
	if err != nil {
		return err
	}
	return syscall.Exec(program, os.Args[1:], os.Environ())
}

// handover is what the wizard would give to its elevated child.
func (r *initRoot) handover(key string) string {
	program := filepath.Join(r.dir, "home", "cloudflared")
	copyFile(r.t, executable(r.t), program)
	args := r.world.edgeArgs()
	for i, a := range args {
		if a == r.world.edge.CAFile() {
			args[i] = "/home/ca.pem"
		}
	}
	b, err := json.Marshal(map[string]any{"key": key, "program": "/home/cloudflared", "sum": sumOfFile(r.t, program), "args": args})
	must(r.t, err)
	return string(b)
}

// install runs "wizard connector install" inside, as its elevated child. It is
// killed at once when the given line of its report comes; "" lets it end. It
// returns the reported lines and the exit code, -1 for a killed one.
func (r *initRoot) install(key, killAt string) (lines []string, code int) {
	r.t.Helper()
	cmd := r.command("wizard", "connector", "install", "--json")
	cmd.Stdin = strings.NewReader(r.handover(key))
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	must(r.t, err)
	must(r.t, cmd.Start())
	in := bufio.NewScanner(out)
	for in.Scan() {
		lines = append(lines, in.Text())
		if killAt != "" && strings.Contains(in.Text(), killAt) {
			must(r.t, cmd.Process.Kill())
			_, _ = io.Copy(io.Discard, out)
			break
		}
	}
	_ = cmd.Wait()
	if errs.Len() > 0 {
		r.t.Logf("the installer says: %s", errs.String())
	}
	return lines, cmd.ProcessState.ExitCode()
}

// run runs a program inside and returns what it said, and its exit code.
func (r *initRoot) run(argv ...string) (string, int) {
	cmd := r.command(argv...)
	out, _ := cmd.CombinedOutput()
	return string(out), cmd.ProcessState.ExitCode()
}

// tree lists what an installation may have changed, without the folders of the programs.
func (r *initRoot) tree() string {
	var out []string
	for _, top := range []string{"etc", "var", "local"} {
		must(r.t, filepath.WalkDir(filepath.Join(r.dir, top), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				info, err := d.Info()
				must(r.t, err)
				out = append(out, info.Mode().String()+" "+strings.TrimPrefix(path, r.dir))
			}
			return err
		}))
	}
	return strings.Join(out, "\n")
}
