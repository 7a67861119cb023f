package plex

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// socket is one loopback port that can be closed and opened again. While it is
// closed the port refuses, and is given to nobody else.
type socket struct {
	addr   string // host:port; the port is fixed by the first open
	kept   io.Closer
	server *http.Server
	ended  chan struct{}
}

// open listens and serves. The listener passes through wrap when it is given.
func (s *socket) open(h http.Handler, wrap func(net.Listener) net.Listener) error {
	if s.server != nil {
		return nil
	}
	if s.kept == nil {
		kept, addr, err := keepPort(s.addr)
		if err != nil {
			return fmt.Errorf("taking a port for the pretend Plex: %w", err)
		}
		s.kept, s.addr = kept, addr
	}
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		return fmt.Errorf("listening for the pretend Plex: %w", err)
	}
	s.addr = listener.Addr().String()
	if wrap != nil {
		listener = wrap(listener)
	}
	s.server = &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       20 * time.Second, // Plex says Keep-Alive: timeout=20 and means it
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	s.ended = make(chan struct{})
	go func(server *http.Server, ended chan struct{}) {
		defer close(ended)
		_ = server.Serve(listener) // ends with ErrServerClosed, by close below
	}(s.server, s.ended)
	return nil
}

// close refuses new connections and drops the present ones.
func (s *socket) close() error {
	if s.server == nil {
		return nil
	}
	err := s.server.Close()
	<-s.ended
	s.server = nil
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// giveUp closes it for good, and the port is free.
func (s *socket) giveUp() error {
	err := s.close()
	if s.kept != nil {
		err = errors.Join(err, s.kept.Close())
		s.kept = nil
	}
	return err
}
