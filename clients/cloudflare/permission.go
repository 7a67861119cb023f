package cloudflare

import (
	"encoding/json"
	"net/url"
	"slices"

	"example.test/wizard/steps"
)

// Permissions is what a token needs, in the order of the steps. The keys are
// those of Cloudflare's token link: the permission group's label without
// "_read" or "_write". Cloudflare drops an unknown key without a word.
func Permissions() []steps.Permission {
	return []steps.Permission{
		{Key: "account_settings", Type: "read", Name: "Account: Account Settings: Read", For: "step 1"},
		{Key: "zone", Type: "edit", Name: "Zone: Zone: Edit", For: "step 2"},
		{Key: "dns", Type: "edit", Name: "Zone: DNS: Edit", Zone: true, For: "steps 2 and 5"},
		{Key: "cache_settings", Type: "edit", Name: "Zone: Cache Rules: Edit", Zone: true, For: "step 3"},
		{Key: "analytics", Type: "read", Name: "Zone: Analytics: Read", Zone: true, For: "step 3"},
		{Key: "argotunnel", Type: "edit", Name: "Account: Cloudflare Tunnel: Edit", For: "steps 4 and 5"},
		{Key: "zone_waf", Type: "edit", Name: "Zone: Zone WAF: Edit", Zone: true, For: "step 8"},
		{Key: "zone_settings", Type: "edit", Name: "Zone: Zone Settings: Edit", Zone: true, For: "step 8"},
		{Key: "bot_management", Type: "edit", Name: "Zone: Bot Management: Edit", Zone: true, For: "step 8"},
		{Key: "notifications", Type: "edit", Name: "Account: Notifications: Edit", For: "step 9"},
		// [?] The key follows the rule above (permission group "Config Settings
		// Write") but was not seen in a link; hence only an option.
		{Key: "config_settings", Type: "edit", Name: steps.ConfigPermission, Zone: true, For: "step 8, settings for the Plex host alone", Soft: true},
		// [?] This key follows the same rule and was not seen in a link either.
		{Key: "user_details", Type: "read", Name: "User: User Details: Read", For: "step 9, to offer your own address", Soft: true},
		{Key: keyAccess, Type: "edit", Name: "Account: Access: Apps and Policies: Edit", For: "step 8, a login page", Soft: true, Page: true},
		{Key: keyAccessAccount, Type: "read", Name: "Account: Access: Organizations, Identity Providers, and Groups: Read", For: "step 8, a login page", Soft: true, Page: true},
	}
}

// Keys of the permissions that only a login page needs.
const (
	keyAccess        = "access"
	keyAccessAccount = "access_acct"
)

// TokenLink opens Cloudflare's form for a user's token with the permissions and
// the token's name filled in. It is the user's form, because that of an
// account's token loses account permissions when zone permissions are with
// them. Access is left out: whoever wants a login page adds it.
func TokenLink(name string) string {
	type key struct {
		Key  string `json:"key"`
		Type string `json:"type"`
	}
	list := slices.DeleteFunc(Permissions(), func(p steps.Permission) bool {
		return p.Key == keyAccess || p.Key == keyAccessAccount
	})
	keys := make([]key, len(list))
	for i, p := range list {
		keys[i] = key{p.Key, p.Type}
	}
	js, err := json.Marshal(keys)
	if err != nil {
		js = []byte("[]") // strings always marshal
	}
	return "https://dash.cloudflare.com/profile/api-tokens?permissionGroupKeys=" + url.QueryEscape(string(js)) +
		"&accountId=*&zoneId=all&name=" + url.QueryEscape(name)
}
