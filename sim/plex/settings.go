package plex

import (
	"fmt"
	"strconv"
)

// setting is one preference that the server knows.
type setting struct {
	id, label, summary string
	kind               string // bool, int or text
	initial            string // Plex's default, in canonical form
	hidden, advanced   bool
	group              string
	enum               string // "value:name" pairs with | between
}

// The preferences that have consequences in this package.
const (
	prefCustomConnections = "customConnections"
	prefRemoteAccess      = "PublishServerOnPlexOnlineKey"
	prefManualMode        = "ManualPortMappingMode"
	prefManualPort        = "ManualPortMappingPort"
	prefMappedPort        = "LastAutomaticMappedPort"
	prefRelay             = "RelayEnabled"
	prefSecure            = "secureConnections"
	prefAllowed           = "allowedNetworks"
	prefLanNetworks       = "LanNetworksBandwidth"
	prefGDM               = "GdmEnabled"
	prefFriendlyName      = "FriendlyName"
	prefMachine           = "MachineIdentifier"
	prefCertificate       = "CertificateUUID"
)

// knownSettings is a part of the 155 to 171 settings of a real server, in its
// order and with its identifiers, types and defaults.
func knownSettings(withoutLanNetworks bool) []setting {
	all := []setting{
		{id: prefFriendlyName, label: "Friendly name", summary: "This name will be used to identify this media server to other computers on your network. If you leave it blank, your computer's name will be used instead.", kind: "text", group: "general"},
		{id: "sendCrashReports", label: "Send crash reports to Plex", summary: "This helps us improve your experience.", kind: "bool", initial: "1", group: "general"},
		{id: "pushNotificationsEnabled", label: "Enable push notifications", kind: "bool", initial: "0", group: "general"},
		{id: "logDebug", label: "Enable Plex Media Server debug logging", kind: "bool", initial: "1", advanced: true, group: "general"},
		{id: "ScheduledLibraryUpdatesEnabled", label: "Scan my library periodically", kind: "bool", initial: "0", group: "library"},
		{id: "autoEmptyTrash", label: "Empty trash automatically after every scan", kind: "bool", initial: "1", group: "library"},
		{id: "customCertificatePath", label: "Custom certificate location", summary: "Path to a PKCS #12 file containing a certificate and private key to enable TLS support on a custom domain.", kind: "text", advanced: true, group: "network"},
		{id: "customCertificateKey", label: "Custom certificate encryption key", kind: "text", advanced: true, group: "network"},
		{id: "customCertificateDomain", label: "Custom certificate domain", summary: "Domain name to be published to plex.tv using your mapped port; must match a name from the custom certificate file.", kind: "text", advanced: true, group: "network"},
		{id: "EnableIPv6", label: "Enable server support for IPv6", kind: "bool", initial: "0", advanced: true, group: "network"},
		{id: prefSecure, label: "Secure connections", summary: "When set to \"Required\", some unencrypted connections will be rejected.", kind: "int", initial: "1", group: "network", enum: "0:Required|1:Preferred"},
		{id: "PreferredNetworkInterface", label: "Preferred network interface", kind: "text", group: "network"},
		{id: "DisableTLSv1_0", label: "Strict TLS configuration", kind: "bool", initial: "0", advanced: true, group: "network"},
		{id: prefGDM, label: "Enable local network discovery (GDM)", summary: "This enables the media server to discover other servers and players on the local network.", kind: "bool", initial: "1", group: "network"},
		{id: "WanPerUserStreamCount", label: "Remote streams allowed per user", kind: "int", initial: "0", advanced: true, group: "network", enum: "0:Unlimited|1:1|2:2|3:3|4:4|5:5"},
		{id: prefLanNetworks, label: "LAN Networks", summary: "Comma separated list of IP addresses or IP/netmask entries for networks that will be considered to be on the local network when enforcing bandwidth restrictions.", kind: "text", advanced: true, group: "network"},
		{id: "TreatWanIpAsLocal", label: "Treat WAN IP As LAN Bandwidth", kind: "bool", initial: "1", advanced: true, group: "network"},
		{id: prefRelay, label: "Enable Relay", summary: "The Relay allows connections to the server through a proxy relay when not accessible otherwise. This proxy relay is bandwidth limited.", kind: "bool", initial: "1", group: "network"},
		{id: prefCustomConnections, label: "Custom server access URLs", summary: "A comma-separated list of URLs (http or https) which are published up to plex.tv for server discovery. IPv6 addresses must specify a port.", kind: "text", advanced: true, group: "network"},
		{id: prefAllowed, label: "List of IP addresses and networks that are allowed without auth", summary: "Comma separated list of IP addresses or IP/netmask entries for networks that are allowed to access Plex Media Server without logging in. When the server is signed out and this value is set, only localhost and addresses on this list will be allowed.", kind: "text", advanced: true, group: "network"},
		{id: "WebHooksEnabled", label: "Webhooks", kind: "bool", initial: "1", group: "network"},
		{id: prefRemoteAccess, label: "Publish server on Plex Online", kind: "bool", initial: "0", hidden: true},
		{id: prefManualMode, kind: "bool", initial: "0", hidden: true},
		{id: prefManualPort, kind: "int", initial: "32400", hidden: true},
		{id: prefMappedPort, kind: "int", initial: "0", hidden: true},
		{id: "WanPerStreamMaxUploadRate", label: "Limit remote stream bitrate", kind: "int", initial: "0", group: "general", enum: "0:Original (No limit)|20000:20 Mbps (1080p)|8000:8 Mbps (1080p)|4000:4 Mbps (720p)|2000:2 Mbps (720p)|320:320 kbps"},
		{id: "WanTotalMaxUploadRate", label: "Internet upload speed", kind: "int", initial: "0", hidden: true},
		{id: "allowedHttpOrigins", kind: "text", hidden: true},
		{id: "enableLocalSecurity", kind: "bool", initial: "0", hidden: true},
		{id: prefMachine, kind: "text", hidden: true},
		{id: prefCertificate, kind: "text", hidden: true},
		{id: "AcceptedEULA", kind: "bool", initial: "0", hidden: true},
	}
	if !withoutLanNetworks {
		return all
	}
	kept := all[:0]
	for _, one := range all {
		if one.id != prefLanNetworks {
			kept = append(kept, one)
		}
	}
	return kept
}

// canonical checks a value that somebody sent: a bool is 0, 1, true or false,
// an int is decimal, a text is anything.
func (s setting) canonical(value string) (string, error) {
	switch s.kind {
	case "bool":
		switch value {
		case "1", "true":
			return "1", nil
		case "0", "false":
			return "0", nil
		}
		return "", fmt.Errorf("cannot set preference %s: not a boolean", s.id)
	case "int":
		n, err := strconv.Atoi(value)
		if err != nil {
			return "", fmt.Errorf("cannot set preference %s: not a number", s.id)
		}
		return strconv.Itoa(n), nil
	}
	return value, nil
}

// typed turns a canonical value into the type that JSON shows.
func (s setting) typed(value string) any {
	switch s.kind {
	case "bool":
		return value == "1"
	case "int":
		n, _ := strconv.Atoi(value) // canonical values parse
		return n
	}
	return value
}

func (s setting) node(value string) node {
	return node{name: "Setting", attrs: []attr{
		{"id", s.id},
		{"label", s.label},
		{"summary", s.summary},
		{"type", s.kind},
		{"default", s.typed(s.initial)},
		{"value", s.typed(value)},
		{"hidden", s.hidden},
		{"advanced", s.advanced},
		{"group", s.group},
		{"enumValues", s.enum},
	}}
}
