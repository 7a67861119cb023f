package connector

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Main runs the command line of cloudflared, without the program's name in args, and returns the exit code. It reads the environment variables that
// cloudflared reads, and ends in good order on SIGINT and SIGTERM.
func Main(args []string, stdout, stderr io.Writer) int {
	run := func(ctx context.Context) int {
		c := &command{ctx: ctx, stdout: stdout, stderr: stderr, getenv: os.Getenv}
		return c.main(args)
	}
	if code, done := asService(run); done {
		return code
	}
	return run(context.Background())
}

// command is one call of the program.
type command struct {
	ctx            context.Context // ends with the service of Windows
	stdout, stderr io.Writer
	getenv         func(string) string

	options   Options
	edges     []string
	tokenFile string
	protocol  string
	output    string
	short     bool
	version   bool
}

// usageError is a mistake in the command line; cloudflared exits with -1.
func usageError(format string, args ...any) *Failure {
	return &Failure{exitUsage, fmt.Sprintf(format, args...) + "\nSee 'cloudflared tunnel run --help'."}
}

func (c *command) main(args []string) int {
	args, err := c.parse(args)
	if err != nil {
		return exit(err, c.stderr)
	}
	if c.version {
		c.printVersion()
		return 0
	}
	if len(args) == 0 {
		return exit(&Failure{exitFailure, "cloudflared: a command is needed: tunnel, service, update or version"}, c.stderr)
	}
	name := args[0]
	if args, err = c.parse(args[1:]); err != nil {
		return exit(err, c.stderr)
	}
	switch name {
	case "version":
		c.printVersion()
		return 0
	case "tunnel":
		return exit(c.tunnel(args), c.stderr)
	case "service":
		return exit(&Failure{exitFailure, "service " + strings.Join(args, " ") + ": not in the stand-in: it installs and removes nothing, run it as a child process"}, c.stderr)
	case "update":
		return exit(&Failure{10, "update: not in the stand-in"}, c.stderr)
	default:
		return exit(&Failure{exitFailure, fmt.Sprintf("cloudflared: unknown command %q", name)}, c.stderr)
	}
}

// parse reads the flags before the next word and returns the rest. cloudflared takes most flags at any level, and so does this.
func (c *command) parse(args []string) ([]string, error) {
	fs := flag.NewFlagSet("cloudflared", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	o := &c.options
	ignored := func(names string) {
		for name := range strings.FieldsSeq(names) {
			fs.Bool(name, false, "")
		}
	}
	ignoredValues := func(names string) {
		for name := range strings.FieldsSeq(names) {
			fs.String(name, "", "")
		}
	}
	ignored("no-autoupdate no-prechecks post-quantum no-update-service")
	ignoredValues("autoupdate-freq region edge-ip-version edge-bind-address label tag retries max-edge-addr-retries transport-loglevel features log-directory trace-output")
	fs.Func("edge", "", func(v string) error {
		c.edges = append(c.edges, strings.Split(v, ",")...)
		return nil
	})
	fs.StringVar(&o.CAFile, "cacert", o.CAFile, "")
	fs.StringVar(&o.Metrics, "metrics", o.Metrics, "")
	fs.StringVar(&o.LogLevel, "loglevel", o.LogLevel, "")
	fs.StringVar(&o.LogFile, "logfile", o.LogFile, "")
	fs.StringVar(&o.PIDFile, "pidfile", o.PIDFile, "")
	fs.StringVar(&o.Token, "token", o.Token, "")
	fs.StringVar(&c.tokenFile, "token-file", c.tokenFile, "")
	fs.StringVar(&c.protocol, "protocol", c.protocol, "")
	fs.StringVar(&c.output, "output", c.output, "")
	fs.DurationVar(&o.GracePeriod, "grace-period", o.GracePeriod, "")
	fs.Float64Var(&o.Speed, "standin-speed", o.Speed, "") // ours: not known to the real program
	fs.BoolVar(&c.short, "short", c.short, "")
	fs.BoolVar(&c.short, "s", c.short, "")
	fs.BoolVar(&c.version, "version", c.version, "")
	fs.BoolVar(&c.version, "v", c.version, "")
	if err := fs.Parse(args); err != nil {
		return nil, &Failure{exitFailure, "Incorrect Usage: " + err.Error()}
	}
	return fs.Args(), nil
}

// release is the version that it behaves as: ours, not known to the real program.
func (c *command) release() string { return cmp.Or(c.getenv("STANDIN_VERSION"), Version) }

func (c *command) printVersion() {
	if c.short {
		fmt.Fprintln(c.stdout, c.release())
		return
	}
	fmt.Fprintf(c.stdout, "cloudflared version %s (built 2026-08-20T10:00:00Z, stand-in)\n", c.release())
}

func (c *command) tunnel(args []string) error {
	if len(args) == 0 {
		return usageError(`Use "cloudflared tunnel run" to start a tunnel`)
	}
	rest, err := c.parse(args[1:])
	if err != nil {
		return err
	}
	switch args[0] {
	case "run":
		return c.run(rest)
	case "ready":
		return c.ready()
	default:
		return &Failure{exitFailure, fmt.Sprintf("tunnel %s: not in the stand-in", args[0])}
	}
}

// fromEnvironment fills in what the flags left open.
func (c *command) fromEnvironment() error {
	set := func(to *string, name string) {
		if *to == "" {
			*to = c.getenv(name)
		}
	}
	o := &c.options
	set(&o.CAFile, "TUNNEL_CACERT")
	set(&o.Metrics, "TUNNEL_METRICS")
	set(&o.LogLevel, "TUNNEL_LOGLEVEL")
	set(&o.LogFile, "TUNNEL_LOGFILE")
	set(&o.PIDFile, "TUNNEL_PIDFILE")
	set(&o.Token, "TUNNEL_TOKEN")
	set(&c.tokenFile, "TUNNEL_TOKEN_FILE")
	set(&c.protocol, "TUNNEL_TRANSPORT_PROTOCOL")
	set(&c.output, "TUNNEL_LOG_OUTPUT")
	if edges := c.getenv("TUNNEL_EDGE"); len(c.edges) == 0 && edges != "" {
		c.edges = strings.Split(edges, ",")
	}
	if grace := c.getenv("TUNNEL_GRACE_PERIOD"); o.GracePeriod == 0 && grace != "" {
		d, err := time.ParseDuration(grace)
		if err != nil {
			return &Failure{exitFailure, fmt.Sprintf("could not parse %q as duration value for flag grace-period", grace)}
		}
		o.GracePeriod = d
	}
	if speed := c.getenv("STANDIN_SPEED"); o.Speed == 0 && speed != "" {
		f, err := strconv.ParseFloat(speed, 64)
		if err != nil {
			return &Failure{exitFailure, fmt.Sprintf("could not parse %q as number for STANDIN_SPEED", speed)}
		}
		o.Speed = f
	}
	return nil
}

func (c *command) run(args []string) error {
	if err := c.fromEnvironment(); err != nil {
		return err
	}
	o := c.options
	if o.Token == "" && c.tokenFile != "" {
		b, err := os.ReadFile(c.tokenFile)
		if err != nil {
			return usageError("Failed to read token file: %v", err)
		}
		if o.Token = strings.TrimSpace(string(b)); o.Token == "" {
			return usageError("Provided Tunnel token is not valid.")
		}
	}
	if o.Token == "" {
		if len(args) > 0 {
			return &Failure{exitFailure, "tunnel run: the stand-in runs only with a token, not by name"}
		}
		return usageError(`"cloudflared tunnel run" requires the ID or name of the tunnel to run as the last command line argument or in the configuration file.`)
	}
	switch c.protocol {
	case "", "auto", "http2":
	default:
		return &Failure{exitFailure, fmt.Sprintf("protocol %s: the stand-in speaks only http2", c.protocol)}
	}
	o.Edges, o.LogJSON, o.Stderr, o.Version = c.edges, c.output == "json", c.stderr, c.release()
	ctx, stop := signal.NotifyContext(c.ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := Run(ctx, o)
	if f, ok := err.(*Failure); ok && f.Code == exitUsage {
		return usageError("%s", f.Text)
	}
	return err
}

// ready asks a running connector's health server.
func (c *command) ready() error {
	if c.options.Metrics == "" {
		c.options.Metrics = c.getenv("TUNNEL_METRICS")
	}
	if c.options.Metrics == "" {
		return &Failure{exitFailure, "--metrics has to be provided"}
	}
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	url := "http://" + c.options.Metrics + "/ready"
	resp, err := client.Get(url)
	if err != nil {
		return &Failure{exitFailure, err.Error()}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
		return &Failure{exitFailure, fmt.Sprintf("%s endpoint returned status code %d\n%s", url, resp.StatusCode, body)}
	}
	return nil
}
