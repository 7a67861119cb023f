package steps

import "fmt"

func (seen plexSeen) cards(s Settings) []Evidence {
	secure := map[string]string{"0": "Required", "1": "Preferred", "2": "Disabled"}[seen.prefs[prefSecure]]
	urls := Row{Label: "Custom server access URLs"}
	for _, u := range customURLs(seen.prefs[prefURLs]) {
		v := Value{Text: u, Code: true}
		if !mine(u, s) {
			v.Note = "yours, kept"
		}
		urls.Values = append(urls.Values, v)
	}
	if len(urls.Values) == 0 {
		urls = Text("Custom server access URLs", "Empty")
	}
	network := Evidence{
		Card: "plex-network", Title: "As Plex shows it now", Place: "Settings › " + nameOr(seen.details.Name, "Server") + " › Network", Reading: seen.details.Reading,
		Rows: []Row{
			Text("Secure connections", nameOr(secure, "Preferred")), urls, Text("LAN Networks", nameOr(seen.prefs[prefLAN], "Empty")),
			Text("Enable Relay", onOff(isOn(seen.prefs[prefRelay]))),
			Text("List of IP addresses and networks that are allowed without auth", nameOr(seen.prefs[prefOpen], "Empty")),
			Text("Remote Access", onOff(isOn(seen.prefs[prefRemote]))),
		},
		Open: Link{"Open in Plex", "https://app.plex.tv/desktop/#!/settings/server"},
	}
	if !seen.resource.Found {
		return []Evidence{network}
	}
	tv := Evidence{
		Card: "plex-tv", Title: "As plex.tv tells your apps", Place: "Connections of the server " + nameOr(seen.resource.Name, seen.details.Name), Reading: seen.resource.Reading,
		Head: []string{"Address", "Port", "Kind"},
	}
	for _, c := range seen.resource.Connections {
		kind := "Remote"
		switch {
		case c.Relay:
			kind = "Relay"
		case c.Local:
			kind = "At home"
		}
		tv.Table = append(tv.Table, []string{c.Address, fmt.Sprint(c.Port), kind})
	}
	return []Evidence{network, tv}
}
