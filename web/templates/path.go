package templates

import "fmt"

// A pathText is one line of words in the drawing of the way.
type pathText struct{ x, y, class, anchor, text string }

// pathNode is one station: a circle with an icon in it.
type pathNode struct {
	x, y, r int
	icon    string
	scale   float64
	live    bool
}

// pathMark is the state of one stretch, drawn on it.
type pathMark struct {
	x, y  int
	state string
}

// segClass is the class of a stretch: solid only when it was seen to work.
func segClass(state string) string {
	switch state {
	case "done":
		return "seg"
	case "waiting":
		return "seg seg--wait"
	case "problem":
		return "seg seg--problem"
	default:
		return "seg seg--todo"
	}
}

func tubeClass(state string) string {
	if state == "done" {
		return "tube"
	}
	return "tube tube--todo"
}

func nodeClass(n pathNode) string {
	if n.live {
		return "node node--live"
	}
	return "node"
}

// glyphAt moves an icon of 24 units so that its middle stands at the node.
func glyphAt(n pathNode) string {
	return fmt.Sprintf("translate(%g %g) scale(%g)", float64(n.x)-12*n.scale, float64(n.y)-12*n.scale, n.scale)
}

func markAt(m pathMark) string { return fmt.Sprintf("translate(%d %d) scale(.8333)", m.x-10, m.y-10) }

// wideNodes, wideMarks and wideTexts are the drawing of 960 by 214 units.
func wideNodes(p Path) []pathNode {
	return []pathNode{
		{76, 100, 34, "apps", 1.25, p.Address == "done"},
		{385, 100, 39, "cloud", 1.6, p.Tunnel == "done"},
		{713, 100, 39, "plug", 1.25, p.Tunnel == "done"},
		{861, 100, 39, "play", 1.4, p.Origin == "done"},
	}
}

func wideMarks(p Path) []pathMark {
	return []pathMark{{228, 100, p.Address}, {549, 100, p.Tunnel}, {787, 100, p.Origin}}
}

func wideTexts(p Path) []pathText {
	at := func(x, y int, class, text string, limit int) pathText {
		return pathText{fmt.Sprint(x), fmt.Sprint(y), class, "middle", clip(text, limit)}
	}
	return []pathText{
		at(76, 160, "t-b", "Your apps", 20), at(76, 180, "t-s", "anywhere", 20),
		at(228, 74, "t-b", p.AddressName, 24), at(228, 136, "t-s", p.AddressWord, 26),
		at(385, 160, "t-b", "Cloudflare", 20), at(385, 180, "t-s", p.EdgeWord, 26),
		at(529, 66, "t-b", p.TunnelName, 16), at(529, 136, "t-s", p.TunnelWord, 20),
		at(713, 160, "t-b", "Connector", 20), at(713, 180, "t-s", p.ConnectorWord, 20),
		at(861, 160, "t-b", "Plex", 20), at(861, 180, "t-s", p.PlexWord, 20),
		at(781, 42, "t-s", orElse(p.Home, "This computer"), 26),
	}
}

// narrowNodes, narrowMarks and narrowTexts are the drawing of 320 by 560 units.
func narrowNodes(p Path) []pathNode {
	return []pathNode{
		{46, 46, 32, "apps", 1.25, p.Address == "done"},
		{46, 206, 32, "cloud", 1.4, p.Tunnel == "done"},
		{46, 400, 32, "plug", 1.25, p.Tunnel == "done"},
		{46, 512, 32, "play", 1.25, p.Origin == "done"},
	}
}

func narrowMarks(p Path) []pathMark {
	return []pathMark{{46, 126, p.Address}, {46, 298, p.Tunnel}, {46, 456, p.Origin}}
}

func narrowTexts(p Path) []pathText {
	at := func(y int, class, text string) pathText {
		return pathText{"96", fmt.Sprint(y), class, "start", clip(text, 28)}
	}
	return []pathText{
		at(42, "t-b", "Your apps"), at(62, "t-s", "anywhere"),
		at(122, "t-b", p.AddressName), at(141, "t-s", p.AddressWord),
		at(202, "t-b", "Cloudflare"), at(222, "t-s", p.EdgeWord),
		at(292, "t-b", p.TunnelName), at(311, "t-s", p.TunnelWord),
		at(360, "t-s", orElse(p.Home, "This computer")),
		at(396, "t-b", "Connector"), at(416, "t-s", p.ConnectorWord),
		at(508, "t-b", "Plex"), at(528, "t-s", p.PlexWord),
	}
}

// emptyPath is the drawing before anything was built.
func emptyPath() Path {
	return Path{
		Label:   "The way from your apps to Plex: an address at your own domain, Cloudflare, a tunnel, the connector and Plex on this computer. Nothing is built yet.",
		Address: "todo", Tunnel: "todo", Origin: "todo",
		AddressName: "Your address", AddressWord: "not yet",
		EdgeWord:   "certificate, rules",
		TunnelName: "Tunnel", TunnelWord: "not yet", ConnectorWord: "not yet", PlexWord: "not yet",
	}
}
