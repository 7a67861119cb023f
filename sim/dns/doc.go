// Package dns is the pretend name system of the demo and of the tests: a
// registry with two servers, an old DNS host with two, Cloudflare's two
// assigned servers, four public resolvers and a local one, each on a loopback
// port of its own over UDP and TCP, and an RDAP server.
//
// It knows how name servers behave (RFC 1034, 2308, 4034, 4592, 6891, 8482)
// and how a change of delegation spreads. It does not know why a record exists
// or what anybody wants to do with it, and it keeps no Cloudflare state: zones
// there are read through [Config.Cloudflare] at every question.
//
// Names given to the package may be in any case and with or without the final
// dot; names handed out are lower case and without it, as people write them.
package dns
