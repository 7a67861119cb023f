package plex

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// Server is a pretend Plex Media Server. It answers HTTP and HTTPS on one port
// and keeps its settings in a Preferences.xml.
type Server struct {
	cfg ServerConfig
	mux *http.ServeMux

	gate    sync.Mutex // one start or stop at a time; taken before mu
	socket  socket
	gdm     *responder
	running bool // what the service manager would say

	mu         sync.Mutex
	addr       string // host:port as the handlers and the connections show it
	leaf       *tls.Certificate
	prefs      *preferences
	token      string
	adminToken string
	mood       Mood
	publishing Publishing
	sessions   []Session
	sockets    map[*webSocket]struct{}
	shutting   bool // no further webSocket may join
	readyAt    time.Time
	writes     int
	violations []string
}

// StartServer starts a server. A Preferences.xml in the data directory is taken
// over; without one the configuration's values are written there.
func StartServer(cfg ServerConfig) (*Server, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg: cfg, socket: socket{addr: cfg.Addr}, addr: cfg.Addr,
		prefs: newPreferences(cfg.NoLanNetworks), token: cfg.Token,
		publishing: cfg.Publishing, sockets: map[*webSocket]struct{}{},
	}
	s.mux = s.routes()
	if err := s.firstRun(); err != nil {
		return nil, err
	}
	if err := s.start(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reannounce()
	return s, nil
}

// firstRun reads the data directory or fills it.
func (s *Server) firstRun() error {
	if err := os.MkdirAll(s.cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("data directory of the pretend Plex: %w", err)
	}
	found, err := s.load()
	if err != nil {
		return err
	}
	initial := map[string]string{}
	if !found {
		initial[prefFriendlyName] = s.cfg.FriendlyName
		initial["AcceptedEULA"] = "1"
		for id, value := range s.cfg.Prefs {
			initial[id] = value
		}
	}
	if s.prefs.text(prefMachine) == "" {
		initial[prefMachine] = s.cfg.MachineUUID
	}
	if s.prefs.text(prefCertificate) == "" {
		initial[prefCertificate] = newHash()
	}
	if _, err := s.prefs.set(initial); err != nil {
		return fmt.Errorf("pretend Plex server: %w", err)
	}
	if err := s.renewCertificate(); err != nil {
		return err
	}
	return s.save()
}

// start opens the port and writes a fresh .LocalAdminToken, as every start of
// the real one does.
func (s *Server) start() error {
	s.mu.Lock()
	s.adminToken = "local-" + newUUID()
	err := writePrivate(filepath.Join(s.cfg.Dir, adminTokenFile), []byte(s.adminToken))
	refuse := s.mood.Refuse
	s.mu.Unlock()
	if err != nil {
		return err
	}
	if !refuse {
		err = s.open()
	}
	s.running = err == nil
	return err
}

func (s *Server) open() error {
	var h http.Handler = s
	if s.cfg.Wrap != nil {
		h = s.cfg.Wrap(s)
	}
	config := &tls.Config{GetCertificate: s.presentCertificate, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12}
	s.mu.Lock()
	s.shutting = false
	s.mu.Unlock()
	err := s.socket.open(h, func(l net.Listener) net.Listener { return newSniffer(l, config, s.refusesTLS) })
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.addr = s.socket.addr
	s.mu.Unlock()
	if s.cfg.GDMAddr != "" && s.gdm == nil {
		s.gdm, err = startResponder(s.cfg.GDMAddr, s.discovery)
		if err == nil {
			s.cfg.GDMAddr = s.gdm.addr()
		}
	}
	if err != nil {
		return errors.Join(err, s.shut())
	}
	return nil
}

func (s *Server) shut() error {
	s.closeWebSockets()
	err := s.socket.close()
	if s.gdm != nil {
		err = errors.Join(err, s.gdm.close())
		s.gdm = nil
	}
	return err
}

// Stop ends the server as its service manager would: the port refuses, plex.tv
// sees it leave, and Preferences.xml is written from memory.
func (s *Server) Stop() error {
	defer s.cfg.Changed()
	s.gate.Lock()
	defer s.gate.Unlock()
	return s.stop()
}

func (s *Server) stop() error {
	if !s.running {
		return nil
	}
	s.running = false
	err := s.shut()
	s.mu.Lock()
	err = errors.Join(err, s.save())
	s.tellPresence()
	s.mu.Unlock()
	return err
}

// Start brings a stopped server back on the same port. It reads Preferences.xml
// anew and answers 503 until its start-up time has passed.
func (s *Server) Start() error {
	defer s.cfg.Changed()
	s.gate.Lock()
	defer s.gate.Unlock()
	return s.restart()
}

func (s *Server) restart() error {
	if s.running {
		return nil
	}
	s.mu.Lock()
	_, err := s.load()
	s.readyAt = s.cfg.Now().Add(scaled(s.cfg.StartupTime, s.cfg.Speed))
	s.mu.Unlock()
	if err == nil {
		err = s.start()
	}
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.tellPresence()
	s.publish(triggerRestart)
	s.mu.Unlock()
	return nil
}

// Restart stops and starts the server.
func (s *Server) Restart() error {
	defer s.cfg.Changed()
	s.gate.Lock()
	defer s.gate.Unlock()
	return errors.Join(s.stop(), s.restart())
}

// Close ends the server for good, like Stop but without a call of Changed; its
// data directory stays.
func (s *Server) Close() error {
	s.gate.Lock()
	defer s.gate.Unlock()
	return errors.Join(s.stop(), s.socket.giveUp())
}

// URL is the address for a program on the same computer.
func (s *Server) URL() string { return "https://" + s.Addr() }

// Addr is the host:port that answers both HTTPS and HTTP. It stays the same
// over Stop and Start.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addr
}

// GDMAddr is the UDP host:port of discovery, empty when there is none.
func (s *Server) GDMAddr() string {
	s.gate.Lock()
	defer s.gate.Unlock()
	return s.cfg.GDMAddr
}

// port is called with the lock held.
func (s *Server) port() int {
	_, text, _ := net.SplitHostPort(s.addr) // the address of a listener
	port, _ := strconv.Atoi(text)
	return port
}
