// Package move_test moves a whole domain with the wizard's own clients: from the
// pretend old host, and from real name servers (NSD, Knot DNS, BIND) that the
// test starts on loopback, to the pretend Cloudflare. It knows what must come
// out: the new servers answer what the old ones answered, byte for byte.
package move_test
