// Package connector is cloudflared on this computer: where it is, whether it
// runs, how it is downloaded, verified and installed, and which ways out it has.
//
// It knows cloudflared's command line, its local health server, its releases
// and the service managers of Linux, macOS and Windows. It knows nothing about
// tunnels at Cloudflare: it is handed a key, and tells which tunnel that is for.
package connector
