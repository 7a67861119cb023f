package templates

// htmxConfig is the whole configuration of htmx, as JSON. No indicator style sheet, no extensions, and an opened disclosure stays open over a morph.
const htmxConfig = `{"includeIndicatorCSS":false,"noSwap":[204,304],"defaultTimeout":15000,"extensions":"none","morphIgnore":["data-htmx-powered","open"]}`

// polls reports whether the page asks for itself again. A refused form does not: its words would be swept away.
func polls(p Page) bool { return p.Poll != "" && p.PollURL != "" && !p.ErrorTitle }

// withRail reports whether the nine steps stand beside the page.
func withRail(p Page) bool { return p.Step > 0 && !p.Wide && len(p.Rail) > 0 }

// favicon is the address of the icon that tells the page's state.
func favicon(p Page) string {
	switch p.Favicon {
	case "waiting":
		return p.Assets.IconWaiting
	case "attention":
		return p.Assets.IconAttention
	default:
		return p.Assets.Icon
	}
}

// navEntry is one entry of the navigation.
type navEntry struct{ at, text, href string }

func navEntries() []navEntry {
	return []navEntry{
		{"home", "Steps", "/"},
		{"summary", "Summary", "/summary"},
		{"history", "History", "/history"},
		{"undo", "Undo", "/undo"},
	}
}

// linkBack reports whether a step of the rail is a link: what is not reachable yet and where the person is are not.
func linkBack(r RailItem) bool { return !r.Here && r.State != "todo" && r.Href != "" }
