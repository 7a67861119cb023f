// Package plex is a pretend Plex Media Server and a pretend plex.tv, speaking
// real HTTP(S) on loopback ports, for the demonstration and for tests.
//
// It knows how the two behave towards a program that sets the server up: who is
// let in, which preferences there are, how and when a custom URL reaches
// plex.tv, how a PIN becomes a token, and what both answer when they are
// unwell. It holds no media, plays nothing, and knows nothing of Cloudflare,
// tunnels or DNS.
//
// The two are tied together inside the process: the server announces itself to
// the PlexTV of its configuration and asks it whose token it was shown. Delays
// are never slept through: a publication carries the time at which it becomes
// visible, and is looked at when somebody asks.
//
// What the real ones do is taken from Plex's own API document 1.2.2, the
// community specification LukasParke/plex-api-spec, python-plexapi, and answers
// recorded by plex-api.rs. Where those are silent, the comment says which
// reading was chosen.
package plex
