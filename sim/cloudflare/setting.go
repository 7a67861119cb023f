package cloudflare

import (
	"encoding/json"
	"slices"
	"time"
)

// settingRow is a setting that was changed.
type settingRow struct {
	Value    json.RawMessage `json:"value"`
	Modified time.Time       `json:"modified"`
}

// settingKind is a setting's default on a new free zone, the values it takes
// (none listed: any of the default's type), and whether the free plan may edit it.
type settingKind struct {
	value  string // JSON
	values []string
	locked bool
}

const hstsOff = `{"strict_transport_security":{"enabled":false,"max_age":0,"include_subdomains":false,"preload":false,"nosniff":false}}`

func settingKinds() map[string]settingKind {
	onOff := []string{"on", "off"}
	flag := func(v string) settingKind { return settingKind{value: `"` + v + `"`, values: onOff} }
	return map[string]settingKind{
		"browser_check": flag("on"), "always_use_https": flag("off"), "rocket_loader": flag("off"), "websockets": flag("on"),
		"email_obfuscation": flag("on"), "server_side_exclude": flag("on"), "hotlink_protection": flag("off"), "ip_geolocation": flag("on"),
		"automatic_https_rewrites": flag("on"), "opportunistic_encryption": flag("on"), "opportunistic_onion": flag("on"),
		"http3": flag("on"), "0rtt": flag("off"), "ipv6": flag("on"), "brotli": flag("on"), "always_online": flag("off"),
		"development_mode": flag("off"), "early_hints": flag("off"), "privacy_pass": flag("on"), "tls_client_auth": flag("off"),
		"http2":                 {value: `"on"`, values: onOff, locked: true},
		"waf":                   {value: `"off"`, values: onOff, locked: true},
		"polish":                {value: `"off"`, values: []string{"off", "lossless", "lossy"}, locked: true},
		"mirage":                {value: `"off"`, values: onOff, locked: true},
		"true_client_ip_header": {value: `"off"`, values: onOff, locked: true},
		"security_level":        {value: `"medium"`, values: []string{"off", "essentially_off", "low", "medium", "high", "under_attack"}},
		"min_tls_version":       {value: `"1.0"`, values: []string{"1.0", "1.1", "1.2", "1.3"}},
		"tls_1_3":               {value: `"on"`, values: []string{"on", "off", "zrt"}},
		"ssl":                   {value: `"full"`, values: []string{"off", "flexible", "full", "strict"}},
		"cache_level":           {value: `"aggressive"`, values: []string{"aggressive", "basic", "simplified"}},
		"pseudo_ipv4":           {value: `"off"`, values: []string{"off", "add_header", "overwrite_header"}},
		"security_header":       {value: hstsOff},
		"challenge_ttl":         {value: `1800`},
		"browser_cache_ttl":     {value: `14400`},
		"max_upload":            {value: `100`},
	}
}

func settingRoutes() []route {
	const base, bots = "/zones/{zone}/settings/{setting}", "/zones/{zone}/bot_management"
	return []route{
		{method: "GET", pattern: "/zones/{zone}/settings", need: ZoneSettingsRead, handle: listSettings},
		{method: "GET", pattern: base, need: ZoneSettingsRead, handle: getSetting},
		{method: "PATCH", pattern: base, need: ZoneSettingsEdit, handle: patchSetting},
		{method: "GET", pattern: bots, need: BotManagementRead, handle: getBots},
		{method: "PUT", pattern: bots, need: BotManagementEdit, handle: putBots},
	}
}

// setting answers a setting as it stands; false if there is none of that name.
func (z *zoneRow) setting(id string) (settingRow, bool) {
	kind, ok := settingKinds()[id]
	if !ok {
		return settingRow{}, false
	}
	if row, changed := z.Settings[id]; changed {
		return row, true
	}
	return settingRow{Value: json.RawMessage(kind.value)}, true
}

func (z *zoneRow) settingView(id string) (map[string]any, error) {
	row, ok := z.setting(id)
	if !ok {
		return nil, bad(1003, "Undefined zone setting: %s", id) // from memory
	}
	return map[string]any{"id": id, "value": row.Value, "editable": !settingKinds()[id].locked, "modified_on": stamp(row.Modified)}, nil
}

func getSetting(c *call) (answer, error) {
	v, err := c.zone.settingView(c.params["setting"])
	return answer{result: v}, err
}

func listSettings(c *call) (answer, error) {
	list := []map[string]any{}
	for _, id := range sortedNames(settingKinds()) {
		v, err := c.zone.settingView(id)
		if err != nil {
			return answer{}, err
		}
		list = append(list, v)
	}
	return answer{result: list}, nil
}

func patchSetting(c *call) (answer, error) {
	id := c.params["setting"]
	kind, ok := settingKinds()[id]
	if !ok {
		return answer{}, bad(1003, "Undefined zone setting: %s", id)
	}
	var in struct {
		Value json.RawMessage `json:"value"`
	}
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if kind.locked {
		return answer{}, bad(1016, "Not allowed to edit setting for %s", id) // from memory
	}
	value, ok := kind.accept(in.Value)
	if !ok {
		return answer{}, bad(1007, "Invalid value for zone setting %s", id)
	}
	c.zone.Settings[id] = settingRow{Value: value, Modified: c.now}
	return getSetting(c)
}

// accept checks a value and writes it in one form.
func (k settingKind) accept(value json.RawMessage) (json.RawMessage, bool) {
	var have, want any
	if json.Unmarshal(value, &have) != nil || json.Unmarshal([]byte(k.value), &want) != nil {
		return nil, false
	}
	switch def := want.(type) {
	case string:
		s, ok := have.(string)
		return value, ok && slices.Contains(k.values, s)
	case float64:
		n, ok := have.(float64)
		return value, ok && n >= 0
	default:
		return mergeObject(def, have)
	}
}

// mergeObject takes the members of a given object over those of the default; an
// unknown one is refused. Objects nest once (security_header).
func mergeObject(def, given any) (json.RawMessage, bool) {
	base, ok1 := def.(map[string]any)
	over, ok2 := given.(map[string]any)
	if !ok1 || !ok2 {
		return nil, false
	}
	for name, v := range over {
		inner, ok1 := base[name].(map[string]any)
		members, ok2 := v.(map[string]any)
		if !ok1 || !ok2 {
			return nil, false
		}
		for member, value := range members {
			if _, known := inner[member]; !known {
				return nil, false
			}
			inner[member] = value
		}
	}
	b, err := json.Marshal(base)
	return b, err == nil
}
