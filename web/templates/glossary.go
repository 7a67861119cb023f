package templates

// term is a word of the field, and what it means here.
type term struct{ id, name, text string }

// terms are the few that the pages cannot do without, in the order of the alphabet.
func terms() []term {
	return []term{
		{"cache", "Cache", "A store of copies nearer to those who ask. Cloudflare keeps copies of pages and pictures by itself; step 3 turns that off for Plex."},
		{"certificate", "Certificate", "What proves to an app that it talks to your address and to nobody else. Cloudflare makes it and renews it."},
		{"connector", "Connector", "The small program `cloudflared`, made by Cloudflare. It runs on this computer, calls Cloudflare, and keeps the tunnel open. The wizard installs it as a service, which runs without the wizard; where it cannot, it runs as long as the wizard does."},
		{"dns", "DNS", "The telephone book of the internet: it turns a name such as `plex.example.com` into the place where it is. Each entry is a **record**; mail, websites and your Plex address each have theirs."},
		{"dnssec", "DNSSEC", "A signature under the records of a domain. It must be off while a domain moves, because the new signer has another key."},
		{"domain", "Domain", "The name that you bought, such as `example.com`. You can make as many addresses below it as you like."},
		{"name-server", "Name server", "A computer that answers for the records of a domain. Your registrar tells the world which ones are yours; step 2 changes them to Cloudflare’s."},
		{"proxy", "Proxy", "Someone who passes on what others say. A proxied record leads to Cloudflare, which passes the visit on, and so hides where your home is."},
		{"ray", "Ray ID", "Cloudflare’s number for one single answer. Their support can find it again by that number."},
		{"registrar", "Registrar", "The company where you bought your domain, and where you pay for it each year."},
		{"relay", "Relay", "Plex’s own way round closed routers: slow, but it needs nothing. The tunnel takes its place."},
		{"token", "Token", "A key for one purpose: it can do only what you ticked when you made it, ends on the day that you chose, and can be deleted at any time without changing your password."},
		{"tunnel", "Tunnel", "A connection that this computer opens to Cloudflare from the inside. Visits come back through it, so your router opens no door."},
	}
}

// Glossary is the page of terms. Each has an id that the other pages link to.
type Glossary struct{ Page Page }
