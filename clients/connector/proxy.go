package connector

import (
	"context"
	"net"
	"net/url"
	"os"
	"strings"
)

// webProxy is the proxy for web requests that this computer is set to, as
// host:port, without the password that may stand before it; empty for none. The
// connector cannot use it, so it is only told of.
func (h *Host) webProxy(ctx context.Context) string {
	if p := proxyOfEnvironment(os.Getenv); p != "" {
		return p
	}
	switch h.sys.GOOS {
	case "darwin":
		r, err := h.cfg.Run.Run(ctx, Command{Argv: []string{"/usr/sbin/scutil", "--proxy"}})
		if err != nil || r.Code != 0 {
			return ""
		}
		return proxyOfMac(r.Stdout)
	case "windows":
		return proxyOfWindows(internetSettings())
	}
	return ""
}

// proxyOfEnvironment is what curl and most programs look at.
func proxyOfEnvironment(env func(string) string) string {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"} {
		if host := hostOfProxy(env(name)); host != "" {
			return host
		}
	}
	return ""
}

// proxyOfMac reads what scutil --proxy prints: one "Name : value" to a line.
func proxyOfMac(out string) string {
	set := map[string]string{}
	for line := range strings.Lines(out) {
		if name, value, ok := strings.Cut(line, " : "); ok {
			set[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	for _, kind := range []string{"HTTPS", "SOCKS"} {
		if set[kind+"Enable"] != "1" || set[kind+"Proxy"] == "" {
			continue
		}
		if port := set[kind+"Port"]; port != "" {
			return net.JoinHostPort(set[kind+"Proxy"], port)
		}
		return set[kind+"Proxy"]
	}
	if set["ProxyAutoConfigEnable"] == "1" {
		return hostOfProxy(set["ProxyAutoConfigURLString"])
	}
	return ""
}

// settings are the values under HKEY_CURRENT_USER of what Windows calls Internet
// Settings, as far as they are about a proxy.
type settings struct {
	on     bool   // ProxyEnable
	server string // ProxyServer: host:port for all, or "http=…;https=…"
	script string // AutoConfigURL
}

// proxyOfWindows takes the proxy of https out of them.
func proxyOfWindows(s settings) string {
	if s.on {
		all := ""
		for part := range strings.SplitSeq(s.server, ";") {
			kind, host, named := strings.Cut(strings.TrimSpace(part), "=")
			switch {
			case !named:
				all = kind
			case strings.EqualFold(kind, "https"):
				return hostOfProxy(host)
			case strings.EqualFold(kind, "socks") && all == "":
				all = host
			}
		}
		if host := hostOfProxy(all); host != "" {
			return host
		}
	}
	return hostOfProxy(s.script)
}

// hostOfProxy is the host, with its port, of an address with or without scheme.
func hostOfProxy(v string) string {
	if v = strings.TrimSpace(v); v != "" && !strings.Contains(v, "://") {
		v = "http://" + v
	}
	if u, err := url.Parse(v); err == nil {
		return u.Host
	}
	return ""
}
