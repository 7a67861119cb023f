package connector

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"example.test/wizard/sim/edge/wire"
)

const defaultGrace = 30 * time.Second

// Run works until ctx ends, then leaves in good order and returns nil. What keeps it from starting comes back as a *Failure. A bad secret or an
// unreachable edge does not end it: it tries again for ever, as the real program does.
func Run(ctx context.Context, o Options) error {
	token, err := wire.ParseToken(o.Token)
	if err != nil {
		return &Failure{exitUsage, "Provided Tunnel token is not valid."}
	}
	log, closeLog, err := o.logger()
	if err != nil {
		return &Failure{exitFailure, err.Error()}
	}
	defer closeLog()
	if len(o.Edges) == 0 {
		return &Failure{exitFailure, "Could not lookup srv records on _v2-origintunneld._tcp.argotunnel.com: the stand-in looks nothing up, name the edge with --edge"}
	}
	roots, err := loadRoots(o.CAFile)
	if err != nil {
		return &Failure{exitFailure, "unable to create TLS config to connect with edge: " + err.Error()}
	}
	ln, err := listenMetrics(o.Metrics)
	if err != nil {
		return &Failure{exitFailure, "Error opening metrics server listener: " + err.Error()}
	}
	s := o.supervisor(token, roots, log)
	defer s.shared.orchestrator.close()

	log.info("Starting tunnel", field{"tunnelID", token.TunnelID})
	log.info("Version " + s.shared.version + " (stand-in)")
	log.info("Generated Connector ID: " + s.shared.connectorID.String())
	log.info("Initial protocol http2")
	log.info(fmt.Sprintf("Starting metrics server on %s/metrics", ln.Addr()))
	server := &http.Server{Handler: s.metrics(), ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(ln)
	}()
	stop := context.AfterFunc(ctx, func() { log.info("Initiating graceful shutdown") })
	s.run(ctx)
	stop()
	_ = server.Close()
	<-done
	log.info("Metrics server stopped")
	return nil
}

func (o Options) supervisor(token wire.Token, roots *x509.CertPool, log *logger) *supervisor {
	s := &supervisor{edges: o.Edges, speed: o.Speed, pidFile: o.PIDFile, conns: map[int]*conn{}, first: make(chan struct{})}
	if s.speed <= 0 {
		s.speed = 1
	}
	grace := o.GracePeriod
	if grace <= 0 {
		grace = defaultGrace
	}
	s.shared = &shared{
		log: log, version: cmp.Or(o.Version, Version), token: token, connectorID: wire.NewUUID(), roots: roots, grace: grace,
		orchestrator: newOrchestrator(log), counters: newCounters(), supervisor: s,
	}
	return s
}

func (o Options) logger() (*logger, func(), error) {
	l := &logger{level: parseLevel(o.LogLevel)}
	if o.Stderr != nil {
		if o.LogJSON {
			l.json = append(l.json, o.Stderr)
		} else {
			l.text = o.Stderr
		}
	}
	if o.LogFile == "" {
		return l, func() {}, nil
	}
	f, err := os.OpenFile(o.LogFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("log file: %w", err)
	}
	l.json = append(l.json, f)
	return l, func() { _ = f.Close() }, nil
}

// loadRoots reads --cacert. Without it the system's roots would be used, which no pretend edge has; that fails at the handshake, as it should.
func loadRoots(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", file)
	}
	return pool, nil
}

// listenMetrics binds the health server: the given address, or the first free of the usual ports.
func listenMetrics(addr string) (net.Listener, error) {
	if addr != "" {
		return net.Listen("tcp", addr)
	}
	for port := 20241; port <= 20245; port++ {
		if ln, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			return ln, nil
		}
	}
	return net.Listen("tcp", "127.0.0.1:0")
}

// exit writes a failure and returns its code.
func exit(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, err)
	var f *Failure
	if errors.As(err, &f) {
		return f.Code
	}
	return exitFailure
}
