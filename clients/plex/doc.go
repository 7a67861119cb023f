// Package plex speaks to Plex Media Server and to plex.tv. It knows how to find
// a server on this computer, where a server keeps its token, and the dozen
// calls that the wizard needs. It does not know which preference ought to have
// which value, nor what a person should do about it.
//
// Three rules hold everywhere in it. A token travels only in the X-Plex-Token
// header, never in a URL. A server gets a token only after /identity has
// answered with the expected machine identifier. No redirect is followed.
package plex
