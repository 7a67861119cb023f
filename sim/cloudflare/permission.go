package cloudflare

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Permission is a permission group of a token as "key:type", with the keys of
// the dashboard's token link. Edit includes read.
type Permission string

// The permissions that the endpoints of this package ask for.
const (
	ZoneEdit           Permission = "zone:edit"
	ZoneRead           Permission = "zone:read"
	DNSEdit            Permission = "dns:edit"
	DNSRead            Permission = "dns:read"
	ZoneSettingsEdit   Permission = "zone_settings:edit"
	ZoneSettingsRead   Permission = "zone_settings:read"
	CacheSettingsEdit  Permission = "cache_settings:edit"
	CacheSettingsRead  Permission = "cache_settings:read"
	ConfigSettingsEdit Permission = "config_settings:edit"
	ConfigSettingsRead Permission = "config_settings:read"
	ZoneWAFEdit        Permission = "zone_waf:edit"
	ZoneWAFRead        Permission = "zone_waf:read"
	BotManagementEdit  Permission = "bot_management:edit"
	BotManagementRead  Permission = "bot_management:read"
	AnalyticsRead      Permission = "analytics:read"
	TunnelEdit         Permission = "argotunnel:edit"
	TunnelRead         Permission = "argotunnel:read"
	NotificationsEdit  Permission = "notifications:edit"
	NotificationsRead  Permission = "notifications:read"
	AccountRead        Permission = "account_settings:read"
	AccessEdit         Permission = "access:edit"
	AccessRead         Permission = "access:read"
	AccessOrgEdit      Permission = "access_acct:edit"
	AccessOrgRead      Permission = "access_acct:read"
	TokensRead         Permission = "api_tokens:read"
	UserRead           Permission = "user_details:read"
)

// group is a permission group as the API names it.
type group struct {
	name  string // without the final Read or Write
	scope string // zone, account or user
	write string // id of the Write group where it is publicly known
}

// groups maps the keys of the token link to permission groups. It is built anew
// for each use: small, and nobody can change it.
func groups() map[string]group {
	return map[string]group{
		"zone":             {"Zone", "zone", "e6d2666161e84845a636613608cee8d5"},
		"dns":              {"DNS", "zone", "4755a26eedb94da69e1066d98aa820be"},
		"zone_settings":    {"Zone Settings", "zone", "3030687196b94b638145a3953da2b699"},
		"cache_settings":   {"Cache Settings", "zone", "9ff81cbbe65c400b97d92c3c1033cab6"},
		"config_settings":  {"Config Settings", "zone", ""},
		"zone_waf":         {"Zone WAF", "zone", "fb6778dc191143babbfaa57993f1d275"},
		"bot_management":   {"Bot Management", "zone", "3b94c49258ec4573b06d51d99b6416c0"},
		"analytics":        {"Analytics", "zone", ""},
		"argotunnel":       {"Cloudflare Tunnel", "account", "c07321b023e944ff818fec44d8203567"},
		"notifications":    {"Notifications", "account", ""},
		"account_settings": {"Account Settings", "account", ""},
		"access":           {"Access: Apps and Policies", "account", "1e13c5124ca64b72b1969a67e8829049"},
		"access_acct":      {"Access: Organizations, Identity Providers, and Groups", "account", ""},
		"api_tokens":       {"API Tokens", "user", ""},
		"user_details":     {"User Details", "user", ""},
	}
}

// split parts "dns:edit" into key and type.
func (p Permission) split() (key, kind string) {
	key, kind, _ = strings.Cut(string(p), ":")
	return key, kind
}

// group answers the API's name, id and scope of a permission; false if unknown.
func (p Permission) group() (name, id, scope string, ok bool) {
	key, kind := p.split()
	g, ok := groups()[key]
	if !ok {
		return "", "", "", false
	}
	name, id = g.name+" Read", ""
	if kind == "edit" {
		name, id = g.name+" Write", g.write
	}
	if id == "" { // not publicly known: any stable id of the right form
		sum := sha256.Sum256([]byte(name))
		id = hex.EncodeToString(sum[:16])
	}
	return name, id, g.scope, true
}

// allows tells whether a set of permissions contains p, directly or by an edit.
func allows(have []Permission, p Permission) bool {
	if slices.Contains(have, p) {
		return true
	}
	key, kind := p.split()
	return kind == "read" && slices.Contains(have, Permission(key+":edit"))
}

// AllPermissions lists every permission that some endpoint asks for, in its
// strongest form: a token with all boxes ticked.
func AllPermissions() []Permission {
	return []Permission{
		ZoneEdit, DNSEdit, ZoneSettingsEdit, CacheSettingsEdit, ConfigSettingsEdit, ZoneWAFEdit, BotManagementEdit,
		AnalyticsRead, TunnelEdit, NotificationsEdit, AccountRead, AccessEdit, AccessOrgEdit, TokensRead, UserRead,
	}
}
