// Package cloudflare is a pretend Cloudflare API, version 4: it keeps accounts,
// tokens, zones, records, rules, tunnels, Access applications and alerts in
// memory, speaks real HTTP under /client/v4, and behaves: what is written can be
// read, what is refused by the real service is refused here with its code.
//
// It knows nothing of DNS packets, of the edge or of Plex. Whatever it must
// learn from outside (the delegation at the parent, the answers of the old name
// servers, live connectors, traffic) it asks through the functions in Config;
// whatever the rest of the pretend world must know of it is on the read side
// (ZoneRecords, Rules, Setting, TunnelSecret, Configuration and so on).
//
// Codes and messages marked "from memory" in the code were not found in public
// material: clients should match on the HTTP status and treat them generically.
package cloudflare
