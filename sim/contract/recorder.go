package contract

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
)

// keep is how much of an answer is kept for checking, in bytes.
const keep = 8 << 20

// recorder passes an answer on and keeps a copy.
type recorder struct {
	http.ResponseWriter
	status   int
	body     bytes.Buffer
	tooLarge bool
	hijacked bool
}

// WriteHeader notes the status; informational ones are passed on only.
func (r *recorder) WriteHeader(status int) {
	if status >= http.StatusOK {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write keeps what fits.
func (r *recorder) Write(b []byte) (int, error) {
	if r.body.Len()+len(b) > keep {
		r.tooLarge = true
	} else {
		r.body.Write(b)
	}
	return r.ResponseWriter.Write(b)
}

// Flush implements http.Flusher for handlers that stream.
func (r *recorder) Flush() { _ = http.NewResponseController(r.ResponseWriter).Flush() }

// Hijack implements http.Hijacker; the rest of the call is then out of sight.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(r.ResponseWriter).Hijack()
	r.hijacked = err == nil
	return conn, rw, err
}
