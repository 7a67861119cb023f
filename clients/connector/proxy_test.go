package connector_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"example.test/wizard/clients/connector"
	"example.test/wizard/sim/releases"
)

func TestProxyOfWindows(t *testing.T) {
	for name, tc := range map[string]struct {
		on             bool
		server, script string
		want           string
	}{
		"none":               {false, "", "", ""},
		"switched off":       {false, "proxy.lan:3128", "", ""},
		"one for all":        {true, "proxy.lan:3128", "", "proxy.lan:3128"},
		"each its own":       {true, "http=plain.lan:80;https=secure.lan:3128;socks=s.lan:1080", "", "secure.lan:3128"},
		"with a scheme":      {true, "https=http://user:pass@secure.lan:3128", "", "secure.lan:3128"},
		"socks alone":        {true, "http=plain.lan:80;socks=s.lan:1080", "", "s.lan:1080"},
		"plain pages alone":  {true, "http=plain.lan:80", "", ""},
		"a script":           {false, "", "http://wpad.lan/wpad.dat", "wpad.lan"},
		"nothing of meaning": {true, ";;=", "://", ""},
	} {
		if got := connector.ProxyOfWindows(tc.on, tc.server, tc.script); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestProxyOfMac(t *testing.T) {
	const head, tail = "<dictionary> {\n  ExceptionsList : <array> {\n    0 : *.local\n    1 : 169.254/16\n  }\n  FTPPassive : 1\n", "}\n"
	for name, tc := range map[string]struct{ lines, want string }{
		"none":              {"", ""},
		"switched off":      {"  HTTPSEnable : 0\n  HTTPSPort : 3128\n  HTTPSProxy : proxy.lan\n", ""},
		"https":             {"  HTTPEnable : 1\n  HTTPProxy : plain.lan\n  HTTPSEnable : 1\n  HTTPSPort : 3128\n  HTTPSProxy : proxy.lan\n", "proxy.lan:3128"},
		"without a port":    {"  HTTPSEnable : 1\n  HTTPSProxy : proxy.lan\n", "proxy.lan"},
		"IPv6":              {"  SOCKSEnable : 1\n  SOCKSPort : 1080\n  SOCKSProxy : fd00::5\n", "[fd00::5]:1080"},
		"plain pages alone": {"  HTTPEnable : 1\n  HTTPPort : 80\n  HTTPProxy : plain.lan\n", ""},
		"a script":          {"  ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : http://wpad.lan/wpad.dat\n", "wpad.lan"},
	} {
		if got := connector.ProxyOfMac(head + tc.lines + tail); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// TestProxyOfThisComputer: on a Mac the system is asked, once the environment
// names none.
func TestProxyOfThisComputer(t *testing.T) {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"} {
		t.Setenv(name, "")
	}
	w := newWorld(t, releases.Config{})
	mac := func(r connector.Result) string {
		cfg := w.config()
		cfg.System, cfg.Run = connector.System{GOOS: "darwin", GOARCH: "arm64"}, answering{"/usr/sbin/scutil --proxy": r}
		e, err := w.host(cfg).PreCheck(t.Context())
		must(t, err)
		return e.Proxy
	}
	set := connector.Result{Stdout: "<dictionary> {\n  HTTPSEnable : 1\n  HTTPSPort : 8080\n  HTTPSProxy : proxy.lan\n}\n"}
	if got := mac(set); got != "proxy.lan:8080" {
		t.Errorf("%q", got)
	}
	if got := mac(connector.Result{Code: 1, Stdout: set.Stdout}); got != "" {
		t.Errorf("of a call that failed: %q", got)
	}
	t.Setenv("HTTPS_PROXY", "http://user:pass@env.lan:3128")
	if got := mac(set); got != "env.lan:3128" {
		t.Errorf("%q", got)
	}
}

// answering is a system whose programs say what is written here, and nothing else.
type answering map[string]connector.Result

func (a answering) Run(_ context.Context, c connector.Command) (connector.Result, error) {
	r, ok := a[strings.Join(c.Argv, " ")]
	if !ok {
		return r, errors.New("no such program")
	}
	return r, nil
}

func (answering) Look(string) (string, error) { return "", errors.New("no such program") }
