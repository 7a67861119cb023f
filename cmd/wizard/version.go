package main

import (
	"runtime"
	"runtime/debug"
)

// version is set by the release build; otherwise the module's own is used.
var version string //nolint:gochecknoglobals // the linker can set nothing else

func versionText() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	if c := setting("vcs.revision"); len(c) >= 12 {
		return "dev-" + c[:12]
	}
	return "dev"
}

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
	line := "wizard " + versionText()
	if c := setting("vcs.revision"); c != "" {
		line += ", commit " + c
	}
	if t := setting("vcs.time"); t != "" {
		line += " of " + t
	}
	return line + ", " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
}
