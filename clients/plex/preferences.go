package plex

import (
	"encoding/xml"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.test/wizard/steps"
)

// Why a token could not be read, as [steps.PlexToken] names it.
const (
	reasonNone    = "not-installed"
	reasonDenied  = "permission-denied"
	reasonSignIn  = "not-signed-in"
	reasonParse   = "parse-error"
	reasonRefused = "refused" // there was a token, and the server does not take it
)

// preferences is what we read of Preferences.xml: one element with an attribute
// for each preference.
type preferences struct {
	XMLName xml.Name     `xml:"Preferences"`
	Token   steps.Secret `xml:"PlexOnlineToken,attr"`
	// ProcessedID is the machine identifier of the API; MachineIdentifier in
	// the same file is another thing.
	ProcessedID string `xml:"ProcessedMachineIdentifier,attr"`
}

// A stored is a token that was looked for at one place.
type stored struct {
	token  steps.Secret
	server string // machine identifier that it belongs to; empty when not told
	from   string // as [steps.PlexToken] names it
	path   string
	reason string // why there is none; empty when there is
	given  bool   // meant for any server by the person, not found on this computer
}

// fits reports whether the token may be shown to the server s. What was found
// on this computer is for the server that it names; when it names none, for one
// on this computer.
func (p stored) fits(s steps.PlexFound, own []netip.Addr) bool {
	if p.given || p.server != "" {
		return p.given || p.server == s.ID
	}
	host, _, _ := net.SplitHostPort(hostOf(s.Origin))
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && (ip.IsLoopback() || slices.Contains(own, ip))
}

// readPreferences looks into one data directory.
func readPreferences(dir string) stored {
	s := stored{from: "Preferences.xml", path: filepath.Join(dir, "Preferences.xml")}
	data, reason := readSmall(s.path)
	if reason != "" {
		s.reason = reason
		return s
	}
	var p preferences
	if err := xml.Unmarshal(data, &p); err != nil {
		s.reason = reasonParse
		return s
	}
	s.token, s.server = steps.NewSecret(strings.TrimSpace(p.Token.Reveal())), p.ProcessedID
	if s.token.IsZero() {
		s.reason = reasonSignIn
	}
	return s
}

// readLocalAdmin looks for the token that a server writes anew at each start.
// It opens that server's own API and nothing else; plex.tv refuses it.
func readLocalAdmin(dir string) stored {
	s := stored{from: fromLocalAdmin, path: filepath.Join(dir, ".LocalAdminToken")}
	data, reason := readSmall(s.path)
	if reason != "" {
		s.reason = reason
		return s
	}
	s.token = steps.NewSecret(strings.TrimSpace(string(data)))
	if s.token.IsZero() || strings.ContainsAny(s.token.Reveal(), " \r\n\t") {
		s.token, s.reason = steps.Secret{}, reasonParse
	}
	s.server = readPreferences(dir).server // this file does not say whose it is
	return s
}

// readSmall reads a file of a size that such a file may have.
func readSmall(path string) ([]byte, string) {
	info, err := os.Stat(path)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > bodyLimit) {
		return nil, reasonParse
	}
	var data []byte
	if err == nil {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, reasonOf(err)
	}
	return data, ""
}

func reasonOf(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return reasonNone
	case errors.Is(err, fs.ErrPermission):
		return reasonDenied
	default:
		return reasonParse
	}
}
