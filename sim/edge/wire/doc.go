// Package wire is the language between a tunnel connector and the edge: the registration calls in Cap'n Proto, the names and packing of the HTTP/2
// headers, the configuration message and the tunnel token.
//
// It knows bytes and layouts, as they were observed on cloudflared 2026.8.2. It does not know who may register, nor what is done with a request.
package wire
