// Package edge is the pretend Cloudflare edge: the data centres that a tunnel connector dials, and the public face where visitors arrive.
//
// It knows the protocol between cloudflared and the edge (HTTP/2 with the roles reversed, Cap'n Proto registration, pushed configuration), how a
// visitor's HTTPS request is judged, cached and carried through a tunnel, and what Cloudflare answers when something on the way is broken.
//
// It does not know what zones, records, rules or tunnels exist: it asks the functions in [Config] each time, so the state lives with the pretend API.
// It speaks no QUIC: its UDP ports answer with a Version Negotiation packet, which shows that the way is open and nothing more.
package edge
