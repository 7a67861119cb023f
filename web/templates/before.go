package templates

// ways compares this way with the others.
func ways() Table {
	row := func(ours bool, cells ...string) TableRow {
		r := TableRow{Ours: ours}
		for _, c := range cells {
			r.Cells = append(r.Cells, Value{Text: c})
		}
		return r
	}
	return Table{
		Caption: "Five ways to reach Plex from outside", HideCapt: true,
		Head: []Column{{Name: "Way"}, {Name: "For it"}, {Name: "Against it"}, {Name: "Who can see the traffic"}, {Name: "Costs"}},
		Rows: []TableRow{
			row(false, "Port forwarding", "Nobody in between, full speed, every app works", "One port of your router is open to everyone", "Nobody else", "Nothing"),
			row(false, "Plex Relay", "Nothing to set up, no open port", "1 Mbit/s, or 2 with Plex Pass", "Plex passes it on, encrypted", "Nothing"),
			row(false, "VPN, such as Tailscale", "Nobody in between, no open port", "Each device needs the VPN; few TVs can run one", "Nobody else", "Nothing"),
			row(false, "Own proxy on a rented server", "No open port, your own rules", "A server to keep safe and up to date", "You, on that server", "About 5 euros a month"),
			row(true, "This way", "No open port, every app works, protection in front", "Cloudflare may object to video", "Cloudflare, decrypted", "The domain"),
		},
	}
}

// risks is what must be known before anything starts. The third is about Plex's pass, in the words for this server when they are known.
func risks(pass *Note) []Note {
	third := Note{Tone: "info", Title: "Plex asks for a pass to play remotely", Text: "A tunnel counts as remote. You need Plex Pass, or each viewer needs Remote Watch Pass."}
	if pass != nil {
		third = *pass
	}
	return []Note{
		{Tone: "attention", Title: "Cloudflare may object to video", Text: "Its terms for the content network ask free customers not to serve video through it. Whether a tunnel counts is disputed. Turning caching off (step 3) makes a complaint less likely, not impossible: accounts have been limited."},
		{Tone: "attention", Title: "Cloudflare can read what passes", Text: "It ends the encryption at its edge and starts it again. That includes what you watch and the sign-in of every app."},
		third,
		{Tone: "info", Title: "Your domain moves its DNS to Cloudflare", Text: "Mail and websites on the same domain move along. Step 2 copies every record it can find and shows you the list before anything is switched."},
	}
}
