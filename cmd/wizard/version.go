package main

import (
	"runtime"
	"runtime/debug"
)

// What the release build says of itself; see tools/ship.
var (
	version string //nolint:gochecknoglobals // the linker can set nothing else
	commit  string //nolint:gochecknoglobals // the linker can set nothing else
	date    string //nolint:gochecknoglobals // the linker can set nothing else; of the commit, RFC 3339

	// repository is owner/name at GitHub; without it nobody is asked for newer versions.
	repository string //nolint:gochecknoglobals // the linker can set nothing else
)

func versionText() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	if c := commitText(); len(c) >= 12 {
		return "dev-" + c[:12]
	}
	return "dev"
}

// commitText and dateText are empty when nothing is known.
func commitText() string { return firstOf(commit, setting("vcs.revision")) }
func dateText() string   { return firstOf(date, setting("vcs.time")) }

func setting(key string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

// versionLine names version, commit and build date, as far as they are known.
func versionLine() string {
	return "wizard " + builtFrom() + ", " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
}

// builtFrom is the same for the foot of a page and for a request for help.
func builtFrom() string {
	line := versionText()
	if c := commitText(); c != "" {
		line += ", commit " + c[:min(len(c), 12)]
	}
	if t := dateText(); t != "" {
		line += " of " + t
	}
	return line
}
