package connector

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

// System is what matters of the operating system. Tests bring their own.
type System struct {
	GOOS, GOARCH string
	GOARM        string              // "7" where there is the floating point that the armhf release needs
	Root         string              // put before every absolute path; empty is the real root
	Elevated     bool                // root, or an elevated process on Windows
	Executable   string              // the wizard's own program, for its elevated child
	Home         string              // of the person
	Graphical    bool                // somebody sits in front of a screen
	Short        func(string) string // the 8.3 form of a path on Windows, "" where there is none; nil elsewhere
	Ports        []string            // where health servers are looked for; nil is 127.0.0.1:20241 to 20245

	// Guarded reports whether only administrators may change a program; nil asks
	// the system.
	Guarded func(program string) bool

	// Writer stands before each file that a program is written to; nil is none.
	Writer func(io.Writer) io.Writer
}

// orThis fills in this computer, unless a test has said what it is.
func (s System) orThis() System {
	if s.Ports == nil {
		s.Ports = firstPorts()
	}
	if s.GOOS != "" {
		return s
	}
	s.GOOS, s.GOARCH, s.GOARM = runtime.GOOS, runtime.GOARCH, goarm()
	s.Elevated, s.Short = elevated(), shortPath
	s.Home, _ = os.UserHomeDir()
	s.Graphical = os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
	if s.Executable == "" {
		s.Executable, _ = os.Executable()
	}
	return s
}

func (s System) writer(w io.Writer) io.Writer {
	if s.Writer == nil {
		return w
	}
	return s.Writer(w)
}

// goarm is the variant that this program was built for, which this computer has.
func goarm() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "GOARM" {
			v, _, _ := strings.Cut(s.Value, ",")
			return v
		}
	}
	return ""
}

// path is where an absolute path of the system really is.
func (s System) path(p string) string {
	if s.Root == "" {
		return p
	}
	return filepath.Join(s.Root, p)
}

// exists reports whether there is a file, folder or link at an absolute path.
func (s System) exists(p string) bool {
	_, err := os.Lstat(s.path(p))
	return err == nil
}

// files are the wizard's own files about the connector.
type files struct {
	dir      string
	program  string
	token    string
	state    string
	log      string
	download string // folder of unfinished downloads
	handover string // for the elevated child, where its standard input cannot be reached
}

func filesIn(dataDir, goos string) files {
	dir := filepath.Join(dataDir, "connector")
	program := "cloudflared"
	if goos == "windows" {
		program += ".exe"
	}
	return files{
		dir: dir, program: filepath.Join(dir, program), token: filepath.Join(dir, "token"), state: filepath.Join(dir, "state.json"),
		log: filepath.Join(dir, "log"), download: filepath.Join(dir, "download"), handover: filepath.Join(dir, "handover.json"),
	}
}
