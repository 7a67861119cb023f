package wire

import (
	"context"
	"fmt"
	"io"
	"sync"

	capnp "zombiezen.com/go/capnproto2"
	"zombiezen.com/go/capnproto2/rpc"
	"zombiezen.com/go/capnproto2/server"
)

// Registrar is the edge's side of the calls.
type Registrar interface {
	// Register admits a connection, or refuses it.
	Register(context.Context, Registration) (Details, *Refusal)
	// Unregister says that no further request may be sent on this connection; those under way finish.
	Unregister()
}

// Session is an open control stream.
type Session struct {
	conn *rpc.Conn
	main capnp.Client // the object that is served; nil on the connector's side
	once sync.Once
}

// lent is an object that the connection may not close: when a stream breaks early, rpc.MainInterface never closes its object, and a goroutine is left.
type lent struct{ capnp.Client }

func (lent) Close() error { return nil }

// Serve answers the calls that come over rwc, and closes it at the end.
func Serve(rwc io.ReadWriteCloser, r Registrar) *Session {
	method := func(id uint16, results capnp.ObjectSize, f server.Func) server.Method {
		return server.Method{Method: capnp.Method{InterfaceID: registrationServer, MethodID: id}, ResultsSize: results, Impl: f}
	}
	main := server.New([]server.Method{
		method(methodRegister, capnp.ObjectSize{PointerCount: 1}, func(ctx context.Context, _ capnp.CallOptions, params, results capnp.Struct) error {
			in, err := getParams(params)
			if err != nil {
				return fmt.Errorf("register connection: %w", err)
			}
			d, refusal := r.Register(ctx, in)
			return putResults(results, d, refusal)
		}),
		method(methodUnregister, capnp.ObjectSize{}, func(context.Context, capnp.CallOptions, capnp.Struct, capnp.Struct) error {
			r.Unregister()
			return nil
		}),
		// A locally managed connector reports its configuration; the pretend edge has no use for it, and the call has no result.
		method(methodUpdateLocal, capnp.ObjectSize{}, func(context.Context, capnp.CallOptions, capnp.Struct, capnp.Struct) error { return nil }),
	}, nil)
	bootstrap := rpc.BootstrapFunc(func(context.Context) (capnp.Client, error) { return lent{main}, nil })
	return &Session{conn: rpc.NewConn(rpc.StreamTransport(rwc), bootstrap, rpc.ConnLog(nil)), main: main}
}

// Done is closed when the stream has ended.
func (s *Session) Done() <-chan struct{} { return s.conn.Done() }

// Close ends the stream and waits until nothing of it runs any more.
func (s *Session) Close() {
	_ = s.conn.Close() // whatever the stream says, it is over
	<-s.conn.Done()
	s.once.Do(func() {
		if s.main != nil {
			_ = s.main.Close()
		}
	})
}

// Client is the connector's side of the calls.
type Client struct {
	Session
	edge capnp.Client
}

// Dial starts a session over rwc and asks for the edge's bootstrap object. ctx bounds the whole session.
func Dial(ctx context.Context, rwc io.ReadWriteCloser) *Client {
	conn := rpc.NewConn(rpc.StreamTransport(rwc), rpc.ConnLog(nil))
	return &Client{Session: Session{conn: conn}, edge: conn.Bootstrap(ctx)}
}

// Register asks the edge to admit a connection. A refusal comes back as a *Refusal.
func (c *Client) Register(ctx context.Context, r Registration) (Details, error) {
	results, err := c.edge.Call(&capnp.Call{
		Ctx:        ctx,
		Method:     capnp.Method{InterfaceID: registrationServer, MethodID: methodRegister},
		ParamsSize: capnp.ObjectSize{DataSize: 8, PointerCount: 3},
		ParamsFunc: func(p capnp.Struct) error { return putParams(p, r) },
	}).Struct()
	if err != nil {
		return Details{}, fmt.Errorf("register connection: %w", err)
	}
	return getResults(results)
}

// Unregister tells the edge to send no further request.
func (c *Client) Unregister(ctx context.Context) error {
	_, err := c.edge.Call(&capnp.Call{
		Ctx:        ctx,
		Method:     capnp.Method{InterfaceID: registrationServer, MethodID: methodUnregister},
		ParamsFunc: func(capnp.Struct) error { return nil },
	}).Struct()
	if err != nil {
		return fmt.Errorf("unregister connection: %w", err)
	}
	return nil
}
