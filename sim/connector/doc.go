// Package connector is a stand-in for cloudflared 2026.8.2: it speaks the same protocol to an edge, takes the same command line and exits with the same
// codes and words, as far as those were observed on the real program. The real one cannot be had from a package registry, and continuous integration has
// to run something.
//
// It knows how to register connections, apply pushed configurations, carry requests to the origin, report its health and leave in good order.
//
// What it does not do: QUIC (it always uses HTTP/2), discovery of the edge (it dials only what --edge names), service installation, updates, config files,
// and origins other than http, https and http_status. With a single refused --edge address it backs off, where the real program retries without a pause.
package connector
