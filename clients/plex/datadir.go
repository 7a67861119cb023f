package plex

import (
	"path/filepath"
	"slices"
	"strings"
)

// leaf is the folder's own name on every platform but one.
const leaf = "Plex Media Server"

// dataDirs lists, in order of likelihood, where a server on goos may keep its
// data. Sources: the packages' own scripts (deb, rpm, plexinc/pms-docker) and
// write-ups for snap, Synology, QNAP, unRAID and FreeBSD; QNAP and Windows are
// the least certain. root is put before every path; it is empty but in tests. moved
// is where the server's own settings say that its data lies, as the registry of
// Windows does; empty for nowhere else.
func dataDirs(goos, root string, env func(string) string, moved string) []string {
	var out []string
	add := func(patterns ...string) {
		for _, p := range patterns {
			for _, dir := range expand(root + p) {
				if !slices.Contains(out, dir) {
					out = append(out, dir)
				}
			}
		}
	}
	if dir := env(envSupportDir); dir != "" {
		add(dir + "/" + leaf)
	}
	const support = "/Library/Application Support/" + leaf
	home := env("HOME")
	switch goos {
	case "windows":
		if moved = strings.TrimRight(moved, `\/`); moved != "" {
			add(moved + `\` + leaf)
		}
		if local := env("LOCALAPPDATA"); local != "" {
			add(local+`\`+leaf, local+`\Plex\`+leaf)
		}
	case "darwin":
		add(home + support)
	case "freebsd":
		add("/usr/local/plexdata/"+leaf, "/usr/local/plexdata-plexpass/"+leaf)
	default:
		if dir := movedByPackage(root + "/etc/default/plexmediaserver"); dir != "" {
			add(dir + "/" + leaf)
		}
		add("/var/lib/plexmediaserver"+support,
			"/var/snap/plexmediaserver/common"+support,
			"/volume*/PlexMediaServer/AppData/"+leaf,       // Synology, DSM 7
			"/volume*/Plex"+support,                        // Synology, older
			"/share/*/.qpkg/PlexMediaServer/Library/"+leaf) // QNAP
		// The folders that containers see as /config, and /config itself when the
		// wizard runs in one. Inside, the images of plexinc and linuxserver,
		// binhex and hotio differ.
		for _, config := range []string{
			"/config", "/mnt/user/appdata/*[Pp]lex*", "/opt/*[Pp]lex*", "/opt/*[Pp]lex*/config", "/srv/*[Pp]lex*", "/srv/*[Pp]lex*/config",
			home + "/*[Pp]lex*", home + "/*[Pp]lex*/config", home + "/docker/*[Pp]lex*", home + "/docker/*[Pp]lex*/config",
		} {
			// The brackets make patterns of them, which match only what is there.
			add(config+"/Library/Application Support/Plex Media Serve[r]", config+"/Plex Media Serve[r]")
			for _, file := range expand(root + config + "/Preferences.xm[l]") {
				add(strings.TrimPrefix(filepath.Dir(file), root))
			}
		}
	}
	return out
}

// expand lists what matches a pattern. A path without wildcards stays as it is,
// so that a folder which may not be looked into is still tried and reported.
func expand(pattern string) []string {
	if !strings.ContainsAny(pattern, "*[") {
		return []string{pattern}
	}
	found, err := filepath.Glob(pattern)
	if err != nil {
		return nil
	}
	return found
}

const envSupportDir = "PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR"

// movedByPackage reads the variable that moves the data of a deb or rpm
// installation out of a file of shell assignments.
func movedByPackage(file string) string {
	data, reason := readSmall(file)
	if reason != "" {
		return ""
	}
	for line := range strings.Lines(string(data)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if strings.TrimPrefix(name, "export ") == envSupportDir {
			return strings.Trim(value, `"'`)
		}
	}
	return ""
}
