package plex

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	simplex "example.test/wizard/sim/plex"
)

func TestDataDirsFindsEveryLayout(t *testing.T) {
	// The data of a container lies below the folder that is mounted into it.
	mounted := map[simplex.Layout]string{
		simplex.LayoutDocker: "/srv/plex", simplex.LayoutBinhex: "/opt/plex/config", simplex.LayoutHotio: "/home/morgan/docker/plex",
		simplex.LayoutMacOS: "/Users/morgan",
	}
	for _, layout := range simplex.Layouts() {
		t.Run(string(layout), func(t *testing.T) {
			root := t.TempDir()
			want, err := simplex.LayOut(filepath.Join(root, mounted[layout]), layout, simplex.Install{Token: "t", MachineUUID: "u"})
			if err != nil {
				t.Fatal(err)
			}
			goos := map[simplex.Layout]string{simplex.LayoutFreeBSD: "freebsd", simplex.LayoutMacOS: "darwin"}[layout]
			home := map[string]string{"darwin": "/Users/morgan"}[goos]
			if home == "" {
				home = "/home/morgan"
			}
			env := func(name string) string { return map[string]string{"HOME": home}[name] }
			if got := dataDirs(goos, root, env, ""); !slices.Contains(got, want) {
				t.Errorf("data directory %s is not among\n%q", want, got)
			}
		})
	}
}

func TestDataDirsLeavesOutFoldersWithoutPlex(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "config"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, dir := range dataDirs("linux", root, func(string) string { return "" }, "") {
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s is there and holds no Plex", dir)
		}
	}
}

func TestDataDirsOfWindowsAndOfTheEnvironment(t *testing.T) {
	env := func(name string) string {
		return map[string]string{"LOCALAPPDATA": `C:\Users\m\AppData\Local`, envSupportDir: `/data/plex`}[name]
	}
	got := dataDirs("windows", "", env, `D:\Big disk\Plex\`)
	want := []string{`/data/plex/Plex Media Server`, `D:\Big disk\Plex\Plex Media Server`, `C:\Users\m\AppData\Local\Plex Media Server`, `C:\Users\m\AppData\Local\Plex\Plex Media Server`}
	if !slices.Equal(got, want) {
		t.Errorf("data directories are %q, want %q", got, want)
	}
}

func TestCommands(t *testing.T) {
	for dir, want := range map[string]string{
		"/var/lib/plexmediaserver/Library/Application Support/Plex Media Server":         "sudo systemctl start plexmediaserver",
		"/var/snap/plexmediaserver/common/Library/Application Support/Plex Media Server": "sudo snap start plexmediaserver",
		"/volume2/PlexMediaServer/AppData/Plex Media Server":                             "sudo synopkg start PlexMediaServer",
		"/share/CACHEDEV1_DATA/.qpkg/PlexMediaServer/Library/Plex Media Server":          "sudo /etc/init.d/plex.sh start",
		"/usr/local/plexdata/Plex Media Server":                                          "sudo service plexmediaserver start",
		"/usr/local/plexdata-plexpass/Plex Media Server":                                 "sudo service plexmediaserver_plexpass start",
		"/Users/m/Library/Application Support/Plex Media Server":                         `open -a "Plex Media Server"`,
		`C:\Users\m\AppData\Local\Plex Media Server`:                                     `& "$env:ProgramFiles\Plex\Plex Media Server\Plex Media Server.exe"`,
		`\\attic\films\Plex Media Server`:                                                `& "$env:ProgramFiles\Plex\Plex Media Server\Plex Media Server.exe"`,
		`D:/moved\Plex Media Server`:                                                     `& "$env:ProgramFiles\Plex\Plex Media Server\Plex Media Server.exe"`,
		"/mnt/user/appdata/plex/Library/Application Support/Plex Media Server":           "docker start plex",
	} {
		start, restart := commands(dir)
		if start != want {
			t.Errorf("start command for %s is %q, want %q", dir, start, want)
		}
		if shell := shellFor(dir); (shell == "PowerShell") != strings.HasPrefix(want, "& ") {
			t.Errorf("%s is run in %q", want, shell)
		}
		if asked := strings.ReplaceAll(want, "start", "restart"); strings.Contains(want, " start") && restart != asked || !strings.Contains(restart, "restart") && !strings.HasSuffix(restart, want) {
			t.Errorf("restart command for %s is %q", dir, restart)
		}
	}
}

func TestPlistString(t *testing.T) {
	home := t.TempDir()
	if _, err := simplex.LayOut(home, simplex.LayoutMacOS, simplex.Install{
		Token: "plist-token", MachineUUID: "u", Settings: map[string]string{"FriendlyName": "PlexOnlineToken"},
	}); err != nil {
		t.Fatal(err)
	}
	laidOut, err := os.ReadFile(filepath.Join(home, "Library/Preferences/com.plexapp.plexmediaserver.plist"))
	if err != nil {
		t.Fatal(err)
	}
	const nested = `<plist><dict><key>a</key><dict><key>PlexOnlineToken</key><string>inner</string></dict><key>b</key><true/><key>PlexOnlineToken</key><string>outer</string></dict></plist>`
	for name, c := range map[string]struct {
		data, want string
		fails      bool
	}{
		"as laid out":       {string(laidOut), "plist-token", false},
		"outermost only":    {nested, "outer", false},
		"not a string":      {`<plist><dict><key>PlexOnlineToken</key><true/><key>x</key><string>y</string></dict></plist>`, "", false},
		"missing":           {`<plist><dict><key>x</key><string>y</string></dict></plist>`, "", false},
		"cut in the middle": {`<plist><dict><key>PlexOnlineToken</key><string>canary-abc`, "", true},
	} {
		got, err := plistString([]byte(c.data), "PlexOnlineToken")
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("%s: got %q, %v; want %q, error %v", name, got, err, c.want, c.fails)
		}
	}
}
