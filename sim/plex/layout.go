package plex

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Layout is a way of installing Plex, by where it keeps its data.
type Layout string

// The layouts. QNAP is the least certain of them.
const (
	LayoutDeb       Layout = "deb"       // Debian and RPM packages
	LayoutDebMoved  Layout = "deb-moved" // the same, moved by /etc/default/plexmediaserver
	LayoutSnap      Layout = "snap"
	LayoutDocker    Layout = "docker"       // plexinc and linuxserver images; the root is the mounted /config
	LayoutBinhex    Layout = "binhex"       // likewise
	LayoutHotio     Layout = "hotio"        // likewise; the root itself
	LayoutSynology  Layout = "synology"     // DSM 7
	LayoutSynology6 Layout = "synology-old" // DSM 6
	LayoutQNAP      Layout = "qnap"
	LayoutUnraid    Layout = "unraid"
	LayoutFreeBSD   Layout = "freebsd"
	LayoutMacOS     Layout = "macos" // settings in a property list; the root is the home directory
)

// Layouts lists them all.
func Layouts() []Layout {
	return []Layout{
		LayoutDeb, LayoutDebMoved, LayoutSnap, LayoutDocker, LayoutBinhex, LayoutHotio,
		LayoutSynology, LayoutSynology6, LayoutQNAP, LayoutUnraid, LayoutFreeBSD, LayoutMacOS,
	}
}

const applicationSupport = "Library/Application Support/Plex Media Server"

// dataDir is the data directory below the root.
func (l Layout) dataDir() (string, bool) {
	dir, ok := map[Layout]string{
		LayoutDeb:       "var/lib/plexmediaserver/" + applicationSupport,
		LayoutDebMoved:  "srv/plex/Plex Media Server",
		LayoutSnap:      "var/snap/plexmediaserver/common/" + applicationSupport,
		LayoutDocker:    applicationSupport,
		LayoutBinhex:    "Plex Media Server",
		LayoutHotio:     ".",
		LayoutSynology:  "volume1/PlexMediaServer/AppData/Plex Media Server",
		LayoutSynology6: "volume1/Plex/" + applicationSupport,
		LayoutQNAP:      "share/CACHEDEV1_DATA/.qpkg/PlexMediaServer/Library/Plex Media Server",
		LayoutUnraid:    "mnt/user/appdata/plex/" + applicationSupport,
		LayoutFreeBSD:   "usr/local/plexdata/Plex Media Server",
		LayoutMacOS:     applicationSupport,
	}[l]
	return filepath.FromSlash(dir), ok
}

// Install is what a laid-out data directory holds.
type Install struct {
	Token           string            // PlexOnlineToken; empty means present but not signed in
	LocalAdminToken string            // no such file when empty
	MachineUUID     string            // raw MachineIdentifier
	Settings        map[string]string // further attributes
	Damaged         bool              // the settings end in the middle, as after a full disk
	Bare            bool              // the directory exists, its settings do not
}

// LayOut makes the files of an installation below the root, and answers with
// the data directory. Nothing runs there; it is for programs that look for a
// token on the disk. Windows keeps its settings in the registry and is not
// among the layouts.
func LayOut(root string, l Layout, in Install) (dataDir string, err error) {
	below, ok := l.dataDir()
	if !ok {
		return "", fmt.Errorf("no layout of Plex is called %q", l)
	}
	dataDir = filepath.Join(root, below)
	if err := os.MkdirAll(filepath.Join(dataDir, "Plug-in Support", "Databases"), 0o755); err != nil {
		return "", fmt.Errorf("laying out Plex as %s: %w", l, err)
	}
	files := map[string]string{}
	if !in.Bare {
		path, content := in.settings(l)
		files[path] = content
	}
	if in.LocalAdminToken != "" {
		files[filepath.Join(below, adminTokenFile)] = in.LocalAdminToken
	}
	switch l {
	case LayoutDebMoved:
		files["etc/default/plexmediaserver"] = "# default script for Plex Media Server\nPLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR=\"/srv/plex\"\n"
	case LayoutQNAP:
		files["etc/config/qpkg.conf"] = "[PlexMediaServer]\nName = PlexMediaServer\nEnable = TRUE\nInstall_path = /share/CACHEDEV1_DATA/.qpkg/PlexMediaServer\n"
	}
	for path, content := range files {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", fmt.Errorf("laying out Plex as %s: %w", l, err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			return "", fmt.Errorf("laying out Plex as %s: %w", l, err)
		}
	}
	return dataDir, nil
}

// settings is the file of settings and where it lies below the root.
func (in Install) settings(l Layout) (path, content string) {
	attrs := []attr{
		{"MachineIdentifier", in.MachineUUID},
		{"ProcessedMachineIdentifier", machineIdentifier(in.MachineUUID)},
		{"PlexOnlineToken", in.Token},
	}
	for _, id := range slices.Sorted(maps.Keys(in.Settings)) {
		attrs = append(attrs, attr{id, in.Settings[id]})
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if l == LayoutMacOS {
		path = "Library/Preferences/com.plexapp.plexmediaserver.plist"
		writePropertyList(&b, attrs)
	} else {
		below, _ := l.dataDir()
		path = filepath.Join(below, preferencesFile)
		node{name: "Preferences", attrs: attrs}.writeXML(&b)
	}
	if in.Damaged {
		b.Truncate(b.Len() - 12)
	}
	return path, b.String()
}

// writePropertyList writes the XML form; macOS itself keeps the binary one,
// which plutil converts.
func writePropertyList(b *bytes.Buffer, attrs []attr) {
	b.WriteString("<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n")
	var entries []node
	for _, a := range attrs {
		entries = append(entries,
			node{name: "key", text: a.name},
			node{name: "string", text: xmlText(a.value)})
	}
	node{name: "plist", attrs: []attr{{"version", "1.0"}}, kids: []node{{name: "dict", kids: entries}}}.writeXML(b)
}
