package main

// A target is a kind of computer that the program is shipped for.
type target struct{ os, arch, arm string }

// targets lists them all: Plex boxes are mostly Windows PCs, Macs and NAS.
func targets() []target {
	return []target{
		{"windows", "amd64", ""},
		{"darwin", "amd64", ""},
		{"darwin", "arm64", ""},
		{"linux", "amd64", ""},
		{"linux", "arm64", ""},
		{"linux", "arm", "7"},
	}
}

func (t target) String() string { return t.os + "/" + t.arch }

func (t target) program() string {
	if t.os == "windows" {
		return "wizard.exe"
	}
	return "wizard"
}

// name is the base name of everything for this target.
func (t target) name(version string) string {
	arch := t.arch
	if t.arm != "" {
		arch += "v" + t.arm
	}
	return "plex-tunnel-wizard_" + version + "_" + t.os + "_" + arch
}
