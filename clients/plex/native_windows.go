package plex

import (
	"errors"

	"golang.org/x/sys/windows/registry"

	"example.test/wizard/steps"
)

// settingsKey is where the server for Windows keeps its preferences.
const settingsKey = `Software\Plex, Inc.\Plex Media Server`

// nativeToken reads PlexOnlineToken from the registry, where the server for
// Windows keeps its preferences. The text is the place that was looked at.
func nativeToken() (steps.Secret, string, error) {
	const place = "registry"
	key, err := registry.OpenKey(registry.CURRENT_USER, settingsKey, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return steps.Secret{}, place, nil
	}
	if err != nil {
		return steps.Secret{}, place, err
	}
	defer func() { _ = key.Close() }() // opened for reading only
	token, _, err := key.GetStringValue("PlexOnlineToken")
	if errors.Is(err, registry.ErrNotExist) {
		return steps.Secret{}, place, nil
	}
	return steps.NewSecret(token), place, err
}

// movedData reads where the person has moved the server's data to, by "Where the local
// application data is stored" of its settings; empty when it lies in the usual place.
func movedData() string {
	key, err := registry.OpenKey(registry.CURRENT_USER, settingsKey, registry.QUERY_VALUE)
	if err != nil {
		return ""
	}
	defer func() { _ = key.Close() }() // opened for reading only
	dir, kind, err := key.GetStringValue("LocalAppDataPath")
	if err != nil {
		return ""
	}
	if kind == registry.EXPAND_SZ {
		if whole, err := registry.ExpandString(dir); err == nil {
			return whole
		}
	}
	return dir
}
