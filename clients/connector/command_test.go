package connector_test

import (
	"testing"

	"example.test/wizard/clients/connector"
)

// TestWindowsCommand is one line for both of Windows' shells: without quotes as
// the first thing, which PowerShell takes for a text, and without an ampersand
// before it, which cmd takes for a fault.
func TestWindowsCommand(t *testing.T) {
	short := map[string]string{
		`C:\Users\Robin Ellery\wizard.exe`:    `C:\Users\ROBINE~1\wizard.exe`,
		`C:\Users\Robin Ellery\handover.json`: `C:\Users\ROBINE~1\HANDOV~1.JSO`,
		`D:\a (1)\wizard.exe`:                 `D:\a (1)\wizard.exe`, // a drive without short forms gives the long one
	}
	for name, tc := range map[string]struct {
		argv []string
		want string
	}{
		"nothing to quote": {[]string{`C:\wizard\wizard.exe`, "connector", "uninstall"}, `C:\wizard\wizard.exe connector uninstall`},
		"a short form": {
			[]string{`C:\Users\Robin Ellery\wizard.exe`, "connector", "install", "--handover", `C:\Users\Robin Ellery\handover.json`},
			`C:\Users\ROBINE~1\wizard.exe connector install --handover C:\Users\ROBINE~1\HANDOV~1.JSO`,
		},
		"none":                {[]string{`D:\a (1)\wizard.exe`, "connector", "start"}, `powershell -Command "& 'D:\a (1)\wizard.exe' connector start"`},
		"none for one":        {[]string{`C:\Users\Robin Ellery\wizard.exe`, "--handover", `D:\O'Hara\h.json`}, `powershell -Command "& 'C:\Users\Robin Ellery\wizard.exe' --handover 'D:\O''Hara\h.json'"`},
		"an ampersand inside": {[]string{`D:\a&b\wizard.exe`, "connector"}, `powershell -Command "& 'D:\a&b\wizard.exe' connector"`},
		"another language":    {[]string{`C:\Büro\wizard.exe`, "connector"}, `C:\Büro\wizard.exe connector`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := connector.WindowsCommand(tc.argv, func(p string) string { return short[p] }); got != tc.want {
				t.Errorf("%s\n%s", got, tc.want)
			}
		})
	}
}
