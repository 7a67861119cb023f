// Package secrets keeps the Cloudflare API token: in memory always, and, only
// when the person asks for it, in the keyring of the operating system or, where
// there is none, in an encrypted file. It knows how long and how safely each of
// these keeps it and says so in plain words; it does not know what the token is
// for.
package secrets
