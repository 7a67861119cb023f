package plex

import (
	"errors"

	"golang.org/x/sys/windows/registry"

	"example.test/wizard/steps"
)

// nativeToken reads PlexOnlineToken from the registry, where the server for
// Windows keeps its preferences. The text is the place that was looked at.
func nativeToken() (steps.Secret, string, error) {
	const path = `Software\Plex, Inc.\Plex Media Server`
	const place = "registry"
	key, err := registry.OpenKey(registry.CURRENT_USER, path, registry.QUERY_VALUE)
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
