package steps

import (
	"fmt"
	"net/netip"
)

// viewerCheck tells whether Plex counts a viewer through the tunnel as remote,
// by what it says of those who watch now. Plex decides by X-Forwarded-For only
// when its peer is private and the forwarded address public; that it does so
// behind Cloudflare is not documented, so it is looked up and not promised.
func (seen plexSeen) viewerCheck() Check {
	c := Check{Name: "viewer", Title: "Plex counts viewers from outside as remote", Word: "Optional"}
	if seen.viewersErr != nil {
		c.Detail = "Plex did not say who watches at present."
		return c
	}
	c.Detail = "Nobody watches at present. If limits for remote viewers matter to you: play something on a phone with mobile data, and check again."
	best := -1
	for _, v := range seen.viewers {
		if way, rank := judge(v); rank > best {
			best = rank
			c.Status, c.Word, c.Detail, c.Fix = way.Status, way.Word, way.Detail, way.Fix
		}
	}
	return c
}

// judge says how the server takes one viewer; what rank says most is shown.
func judge(v PlexViewer) (c Check, rank int) {
	who := "“" + nameOr(v.Title, "Something") + "” on " + nameOr(v.Player, "an app")
	from := nameOr(v.Public, v.Address)
	peer, err := netip.ParseAddr(v.Address)
	remote := v.Location != "lan" && !v.Local
	switch {
	case v.Relayed:
		c.Status, c.Word, c.Detail = Warn, "By Relay", who+" came over Plex Relay, which is slow, and not over the tunnel."
		c.Fix = Fix{Title: "Sign the app out and in again", Text: "Apps keep an old list of addresses for a while. If it stays so, turn Relay off below."}
		return c, 2
	case remote:
		c.Status, c.Word, c.Detail = Pass, "Remote", fmt.Sprintf("%s comes from %s, and Plex counts it as %s. Limits for remote viewers apply.", who, from, v.Location)
		return c, 1
	case err == nil && (peer.IsLoopback() || public(v.Public)):
		c.Status, c.Word, c.Detail = Warn, "Taken for home", fmt.Sprintf("%s comes through the tunnel (%s), and Plex takes it for a viewer at home. Limits for remote viewers do not work.", who, from)
		c.Fix = Fix{Text: "Playing works. To limit the rate, choose it in the app of each viewer."}
		return c, 3
	}
	c.Status, c.Word, c.Detail = Skip, "At home", who+" plays at home ("+from+"). Turn Wi-Fi off on the phone, play again, and check again."
	return c, 0
}

func public(address string) bool {
	a, err := netip.ParseAddr(address)
	return err == nil && a.IsGlobalUnicast() && !a.IsPrivate()
}
