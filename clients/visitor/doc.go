// Package visitor asks the public address the way a stranger on the internet
// would: names by public resolvers, certificate against the trusted
// authorities, no token, no redirect followed. It knows how to look and which
// layer an attempt broke at; it does not know what an answer means for Plex.
package visitor
