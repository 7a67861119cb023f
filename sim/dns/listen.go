package dns

import (
	"errors"
	"fmt"
	"net"
	"time"

	mdns "github.com/miekg/dns"
)

// listen gives every server its port and then starts them all: a server may be
// asked about any other from its first moment on.
func (w *World) listen() error {
	count := map[role]int{}
	var sockets []*mdns.Server
	for _, plan := range plans() {
		s := &server{serverPlan: plan, index: count[plan.role], world: w}
		count[plan.role]++
		if plan.role == resolverRole {
			s.resolver = newResolver(w, plan.phase, s.index)
		}
		tcp, udp, err := bind()
		if err != nil {
			return errors.Join(fmt.Errorf("name server %s: %w", plan.names[0], err), release(sockets))
		}
		s.addr = udp.LocalAddr().String()
		w.servers = append(w.servers, s)
		sockets = append(sockets, &mdns.Server{Listener: tcp, Handler: s}, &mdns.Server{PacketConn: udp, Handler: s})
	}
	for i, socket := range sockets {
		if err := w.serve(socket); err != nil {
			return errors.Join(fmt.Errorf("starting the name servers: %w", err), release(sockets[i:]))
		}
	}
	return nil
}

// release closes sockets that were never served.
func release(sockets []*mdns.Server) error {
	var errs []error
	for _, s := range sockets {
		if s.Listener != nil {
			errs = append(errs, s.Listener.Close())
		} else {
			errs = append(errs, s.PacketConn.Close())
		}
	}
	return errors.Join(errs...)
}

// serve runs one socket until [World.Close] and returns when it is ready.
func (w *World) serve(s *mdns.Server) error {
	ready, failed := make(chan struct{}), make(chan error, 1)
	s.NotifyStartedFunc = func() { close(ready) }
	s.IdleTimeout = func() time.Duration { return 30 * time.Second }
	w.serving.Go(func() { failed <- s.ActivateAndServe() })
	select {
	case <-ready:
		w.sockets = append(w.sockets, s)
		return nil
	case err := <-failed:
		return err
	}
}

// bind finds a port on 127.0.0.1 that is free for TCP and for UDP.
func bind() (net.Listener, net.PacketConn, error) {
	var errs []error
	for range 20 {
		tcp, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return nil, nil, err
		}
		udp, err := net.ListenPacket("udp4", tcp.Addr().String())
		if err == nil {
			return tcp, udp, nil
		}
		errs = append(errs, err, tcp.Close())
	}
	return nil, nil, errors.Join(errs...)
}
