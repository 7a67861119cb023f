// Package cloudflare is the wizard's client of Cloudflare's API: it speaks for
// the small interfaces that package steps declares, and is the only place that
// knows Cloudflare's own Go library.
//
// It knows paths, envelopes, error codes, paging, which failure of a write
// leaves its outcome open, and how Cloudflare writes records and rules. It does
// not know what a step wants, keeps no state besides its configuration, and
// repeats no write.
package cloudflare
