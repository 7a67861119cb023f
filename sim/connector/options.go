package connector

import (
	"io"
	"time"
)

// Version is the release that the stand-in behaves like.
const Version = "2026.8.2"

// Exit codes, as cloudflared uses them.
const (
	exitFailure = 1
	exitUsage   = 255
)

// Options are what a connector is started with.
type Options struct {
	Token       string
	Edges       []string      // host:port, at least one; it opens one connection for each, at most four
	CAFile      string        // PEM file of the only roots that are trusted for the edge
	Metrics     string        // host:port of the local health server; empty is the first free of 127.0.0.1:20241 to 20245, else any
	LogLevel    string        // debug, info, warn, error or fatal; empty is info
	LogJSON     bool          // JSON lines on Stderr
	LogFile     string        // JSON lines go here too
	PIDFile     string        // written when the first connection is registered
	Version     string        // of another release; empty is Version
	GracePeriod time.Duration // how long requests may take to finish at the end; zero is 30 s
	Speed       float64       // how much faster than life waits between attempts pass; zero is 1
	Stderr      io.Writer     // the log; nil is none
}

// Failure ends the program, with the exit code that cloudflared would use.
type Failure struct {
	Code int
	Text string
}

// Error is the text for standard error.
func (f *Failure) Error() string { return f.Text }
