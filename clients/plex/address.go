package plex

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"example.test/wizard/steps"
)

// plexPort is where a server listens unless a container maps it elsewhere.
const plexPort = "32400"

// parseAddress reads what a person may type or paste: "nas", "192.168.1.5",
// "[fd00::5]:32400", "http://nas:32400/web/index.html#!/". It returns
// host:port. Path, query and fragment are dropped unread: the query of a pasted
// address may hold a token.
func parseAddress(s string) (string, error) {
	s = strings.TrimSpace(s)
	if ip, err := netip.ParseAddr(s); err == nil && ip.Zone() == "" {
		return net.JoinHostPort(ip.String(), plexPort), nil
	}
	if !strings.Contains(s, "://") {
		s = "http://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		// The parse error repeats the text, which may hold a token.
		return "", errors.New("this is not an address")
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("the address must begin with http:// or https://, or with neither")
	case u.User != nil:
		return "", errors.New("the address must not hold a user name or a password")
	case !isHost(u.Hostname()):
		return "", errors.New("the address names no computer")
	}
	port := u.Port()
	if port == "" {
		port = plexPort
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return "", errors.New("the port must be a number from 1 to 65535")
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port), nil
}

// isHost reports whether the text can be a name or an IP address of a computer.
// An address with a zone means something else on every computer.
func isHost(s string) bool {
	if ip, err := netip.ParseAddr(s); err == nil {
		return ip.Zone() == ""
	}
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r)
	}
	return s != "" && strings.IndexFunc(s, odd) < 0
}

// typedAddress is parseAddress with the error worded for the form field.
func typedAddress(s string) (string, error) {
	at, err := parseAddress(s)
	if err != nil {
		p := steps.Invalid("plex_address", "Enter the address of the computer that Plex runs on")
		p.Text = "What was entered cannot be used: " + err.Error() + "."
		p.Fix = "An address looks like 192.168.1.5 or nas.local:32400."
		return "", p
	}
	return at, nil
}

// checkOrigin makes sure that s.Origin is a plain http or https origin before
// anything is sent there.
func checkOrigin(origin string) error {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("the server's origin is not a plain http or https address")
	}
	return nil
}

// hostOf is the host:port of an origin, for Readings.
func hostOf(origin string) string {
	_, host, _ := strings.Cut(origin, "://")
	return host
}
