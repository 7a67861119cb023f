package plex

import (
	"crypto/sha1" // only to draw identifiers that look real
	"encoding/hex"
	"time"
)

// noise is what else an account's list holds: an owned server that is switched
// off, a stranger's server that is shared, and a player. A program that takes
// the first entry, or the first owned one, is wrong.
func (t *PlexTV) noise(a Account) []resource {
	old := time.Date(2019, 3, 2, 18, 4, 0, 0, time.UTC)
	other := func(name, product, provides, public string) resource {
		id := sha1.Sum([]byte(name))
		return resource{
			device:  device{ID: hex.EncodeToString(id[:]), Name: name, Version: "1.32.8.7639-fb6452ebf", PublicAddress: public, Created: old},
			product: product, provides: provides,
		}
	}
	basement := other("Basement", "Plex Media Server", "server", "203.0.113.7")
	basement.owned, basement.token = true, "basement-is-switched-off"
	basement.connections = []Connection{
		plexDirect("192.168.1.9", 32400, "00c0ffee00c0ffee00c0ffee00c0ffee", true),
		{Protocol: "https", Address: "basement.example.net", Port: 32400, URI: "https://basement.example.net:32400"},
	}

	shared := other("Uncle's films", "Plex Media Server", "server", "198.51.100.23")
	shared.ownerID, shared.sourceTitle, shared.token, shared.present = 771204, "uncle", "shared-by-uncle", true
	relay := plexDirect("198.51.100.80", 8443, "11decade11decade11decade11decade", false)
	relay.Relay = true
	shared.connections = []Connection{plexDirect("198.51.100.23", 17422, "11decade11decade11decade11decade", false), relay}

	player := other("Living room TV", "Plex for LG", "client,player,pubsub-player", "203.0.113.7")
	player.owned, player.present = true, true

	if a != t.cfg.Owner {
		return []resource{shared}
	}
	return []resource{basement, shared, player}
}
