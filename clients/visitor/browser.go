package visitor

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// findBrowser returns the first Chromium-family browser of this computer, or
// "" when there is none. find is [exec.LookPath].
func findBrowser(goos string, env func(string) string, find func(string) (string, error)) string {
	for _, name := range browsers(goos, env) {
		if path, err := find(name); err == nil {
			return path
		}
	}
	return ""
}

// browsers lists names to look for on the path and places where installers put
// them, in order of preference.
func browsers(goos string, env func(string) string) []string {
	switch goos {
	case "windows":
		var out []string
		for _, program := range []string{
			`Google\Chrome\Application\chrome.exe`, `Microsoft\Edge\Application\msedge.exe`,
			`BraveSoftware\Brave-Browser\Application\brave.exe`, `Chromium\Application\chrome.exe`,
		} {
			for _, root := range []string{"ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"} {
				if dir := env(root); dir != "" {
					out = append(out, dir+`\`+program)
				}
			}
		}
		return out
	case "darwin":
		var out []string
		for _, root := range []string{"/Applications", filepath.Join(env("HOME"), "Applications")} {
			for _, app := range []string{"Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser"} {
				out = append(out, root+"/"+app+".app/Contents/MacOS/"+app)
			}
		}
		return out
	default:
		return []string{
			"chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
			"microsoft-edge", "microsoft-edge-stable", "msedge", "brave-browser", "brave", "/snap/bin/chromium",
		}
	}
}

func (v *Visitor) browserPath() string {
	switch v.browser {
	case "none":
		return ""
	case "":
		return findBrowser(runtime.GOOS, os.Getenv, exec.LookPath)
	}
	return v.browser
}
