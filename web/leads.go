package web

import "example.test/wizard/steps"

// leads are the sentences below the headlines of the generic pages.
func leads() map[steps.ID]string {
	return map[steps.ID]string{
		steps.IDAccount:       "The wizard works with a [token](/words#token): a key that you make, that can do only what the nine steps need, and that you delete at the end.",
		steps.IDCache:         "Cloudflare passes your films on and keeps no copy of them.",
		steps.IDTunnel:        "A small program on this computer, the [connector](/words#connector), holds a [tunnel](/words#tunnel) to Cloudflare open. Your router stays closed.",
		steps.IDHostname:      "Only your apps will use it, so it need not be pretty. Two random words are hard to guess.",
		steps.IDURL:           "Asked from here over the internet, through every layer.",
		steps.IDPlex:          "Your apps learn it from plex.tv by themselves, usually within a minute. You need not set anything in them.",
		steps.IDSecurity:      "Each switch is what you want; nothing changes until you have seen the plan. Each can be taken back, and after every change the address is checked again.",
		steps.IDNotifications: "Cloudflare sends the mail, so it reaches you even when this computer is off.",
	}
}

// waitLeads stand there instead while a step waits: what is normal, and that
// nobody need do anything.
func waitLeads() map[steps.ID]string {
	return map[steps.ID]string{
		steps.IDTunnel:   "There is nothing to do. The [connector](/words#connector) has started and joins Cloudflare, usually within 20 seconds. This page goes on by itself.",
		steps.IDHostname: "There is nothing to do. All is in place; the world learns a new name usually within a minute. This page goes on by itself.",
		steps.IDURL:      "There is nothing to do. A new address may need a minute, and its [certificate](/words#certificate) a quarter of an hour. This page goes on by itself.",
		steps.IDPlex:     "There is nothing to do. Plex has the address; plex.tv usually tells it to your apps within a minute. This page goes on by itself.",
	}
}
