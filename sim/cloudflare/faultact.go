package cloudflare

import (
	"net"
	"net/http"
	"strconv"
	"time"
)

// gatewayPage is what stands in for the API when it is in trouble.
const gatewayPage = `<html>
<head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>cloudflare</center></body>
</html>
`

// before does what a fault does before the call acts, and tells whether that was
// all.
func (f Fault) before(w http.ResponseWriter, r *http.Request) (done bool) {
	switch f.Kind {
	case Reset:
		reset(w)
	case TooMany:
		w.Header().Set("Retry-After", strconv.Itoa(seconds(f.Delay)))
		write(w, answer{}, tooMany())
	case ServerError:
		write(w, answer{}, fail(http.StatusInternalServerError, 10013, "internal error"))
	case Unavailable:
		write(w, answer{}, fail(http.StatusServiceUnavailable, 10013, "service unavailable"))
	case BadGateway:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = w.Write([]byte(gatewayPage))
	case Unsuccess:
		write(w, answer{}, fail(http.StatusOK, 10013, "internal error, please try later"))
	case Refuse:
		write(w, answer{}, fail(f.Status, f.Code, "%s", f.Message))
	case Slow:
		return !pause(r, f.Delay)
	default: // LostReply and HalfBody come afterwards
		return false
	}
	return true
}

// after does what a fault does to the reply of a call that has acted.
func (f Fault) after(w http.ResponseWriter, ans answer, err error) (done bool) {
	switch f.Kind {
	case LostReply:
		panic(http.ErrAbortHandler) // closes the connection, nothing was written
	case HalfBody:
		status, contentType, body := encode(ans, err)
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(status)
		_, _ = w.Write(body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	default:
		return false
	}
}

// pause waits, and tells whether the client waited too.
func pause(r *http.Request, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// reset tears the connection down as a broken network does: with a TCP reset
// where the connection can be had, by closing it elsewhere.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
