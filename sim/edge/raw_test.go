package edge_test

//lint:file-ignore SA1019 the connector is the HTTP/2 server on a connection that it dialled; net/http has no way to say that

import (
	"crypto/tls"
	"io"
	"net/http"
	"testing"

	"example.test/wizard/sim/edge"
	"example.test/wizard/sim/edge/wire"

	"golang.org/x/net/http2"
)

// rawConnection dials the edge and gives the test the registration calls themselves.
func rawConnection(t *testing.T, e *edge.Edge) *wire.Client {
	t.Helper()
	conn, err := tls.Dial("tcp", e.ConnectorAddrs()[0], &tls.Config{ServerName: wire.ServerNameHTTP2, RootCAs: roots(e)})
	if err != nil {
		t.Fatal(err)
	}
	clients, release, over := make(chan *wire.Client), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		(&http2.Server{}).ServeConn(conn, &http2.ServeConnOpts{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get(wire.HeaderUpgrade) != wire.UpgradeControlStream {
				return
			}
			c := wire.Dial(r.Context(), flushed{r.Body, w})
			clients <- c
			<-release
			c.Close()
		})})
	}()
	t.Cleanup(func() {
		close(release)
		conn.Close()
		<-over
	})
	return <-clients
}

// flushed is a stream made of a request's two bodies.
type flushed struct {
	io.ReadCloser
	w http.ResponseWriter
}

func (f flushed) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	if err == nil {
		err = http.NewResponseController(f.w).Flush()
	}
	return n, err
}
