package main

import (
	"example.test/wizard/sim/edge"
	"example.test/wizard/sim/plex"
)

// rowsThroughTheTunnel is the table "seen through the tunnel" of the section on
// Plex's API (A).
func rowsThroughTheTunnel() []row {
	mood := func(m edge.Mood, want ...string) func(*plexWorld) {
		return func(w *plexWorld) {
			host := w.host()
			w.Edge.SetMood(host, m)
			defer w.Edge.SetMood(host, edge.MoodNormal)
			w.shows("/steps/url", want...)
		}
	}
	return []row{
		{"A/all is well", func(w *plexWorld) {
			w.shows("/steps/url", is("same", "pass"), is("signin", "pass"), is("web", "pass"), is("websocket", "pass"), is("cache", "pass"), `"BYPASS, then BYPASS`)
		}},
		{"A/403 and cf-mitigated: a puzzle", mood(edge.MoodChallenge, is("cloudflare", "fail"), `"puzzle, which Plex apps cannot solve`, `"Turn Bot Fight Mode and Under Attack mode off`)},
		{"A/302 to cloudflareaccess.com", mood(edge.MoodAccess, is("cloudflare", "fail"), `"sign-in page of Cloudflare Access`)},
		{"A/530 and 1033: the tunnel is not connected", mood(edge.Mood1033, is("tunnel", "fail"), `"No connector is connected`)},
		{"A/502: the connector cannot reach Plex", mood(edge.Mood502, is("origin", "fail"), `"got no answer from Plex (502)`)},
		{"A/502 in truth, because Plex refuses", func(w *plexWorld) {
			must(w.t, w.Plex.SetMood(plex.Mood{Refuse: true}))
			w.shows("/steps/url", is("origin", "fail"), `"(502)`, `"Start Plex again`)
			must(w.t, w.Plex.SetMood(plex.Mood{}))
		}},
		{"A/524: Plex is too slow", mood(edge.Mood524, is("origin", "fail"), `"(524)`)},
		{"A/200 of another site, without X-Plex-Protocol", mood(edge.MoodOtherOrigin, is("same", "fail"), `"Another server or website answers at the address`)},
		{"A/200 of another server", func(w *plexWorld) {
			must(w.t, w.Plex.SetMood(plex.Mood{OtherID: "another-server"}))
			w.shows("/steps/url", is("same", "fail"), `"Another server or website`)
			must(w.t, w.Plex.SetMood(plex.Mood{}))
		}},
		{"A/401 on identity: a proxy in between", func(w *plexWorld) {
			w.walled.Store(true)
			defer w.walled.Store(false)
			w.shows("/steps/url", is("origin", "fail"), `"asks for a sign-in of its own`)
		}},
		{"A/an app that is signed in gets in", func(w *plexWorld) {
			w.shows("/steps/plex", is("through", "pass"), `"it lets in an app that is signed in`)
		}},
		{"A/an app that is signed in is refused on the way", func(w *plexWorld) {
			w.picky.Store(true)
			defer w.picky.Store(false)
			w.shows("/steps/plex", is("through", "fail"), `"does not get in (403)`, `"Look at what stands in between`)
		}},
		{"A/and well again", func(w *plexWorld) { w.shows("/steps/url", is("web", "pass")) }},
	}
}
