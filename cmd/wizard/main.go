// Command wizard puts a Plex Media Server behind a Cloudflare Tunnel: it serves
// pages on localhost that walk a person through nine steps.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"example.test/wizard/clients/connector"
	standin "example.test/wizard/sim/connector"
	"example.test/wizard/steps/beside"
)

func main() {
	smallHeap(os.Getenv("GOGC"), debug.SetGCPercent)
	os.Exit(keepOpen(os.Args, runCaught(os.Args, os.Stdin, os.Stdout, os.Stderr), ownWindow, os.Stdin, os.Stderr))
}

// runCaught is [run], with a panic as its end. What the panic says is not shown:
// here nobody knows what of it is secret.
func runCaught(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	if f := beside.Caught(func() { code = run(args, stdin, stdout, stderr) }); f != nil {
		fmt.Fprintf(stderr, "wizard: a fault in the wizard itself\n%s", f.Stack)
		return 1
	}
	return code
}

// smallHeap lets the heap grow by half of what lives in it before it is cleaned,
// not by all of it as Go does without being told: one or two megabytes live
// here, so a cleaning costs a millisecond, and the program shares its computer
// with Plex. Whoever sets GOGC decides.
func smallHeap(told string, set func(int) int) {
	if told == "" {
		set(50)
	}
}

// run picks what the program is asked to be. The pretend releases of the
// demonstration offer this very program as cloudflared, so under that name it
// is the stand-in connector.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		return 2
	}
	if strings.HasPrefix(filepath.Base(args[0]), "cloudflared") {
		return standin.Main(args[1:], stdout, stderr)
	}
	command, rest := "serve", args[1:]
	if len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
		command, rest = rest[0], rest[1:]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch command {
	case "serve":
		return report(stderr, serve(ctx, rest, stdin, stdout, stderr, stop))
	case "check":
		return check(ctx, rest, stdout, stderr)
	case "link":
		return report(stderr, link(ctx, rest, stdout, stderr))
	case "connector":
		return connector.ChildMain(rest, stdin, stdout, stderr)
	case "version":
		fmt.Fprintln(stdout, versionLine())
		return 0
	case "help":
		fmt.Fprint(stdout, usage)
		return 0
	}
	fmt.Fprintf(stderr, "wizard: there is no command %q\n\n%s", command, usage)
	return 2
}

const usage = `wizard puts your Plex Media Server behind a Cloudflare Tunnel.

  wizard                      serve the pages and open the browser
  wizard check [-json]        look at all nine steps and print what is seen
  wizard link                 print a new start link of the wizard that runs
  wizard connector install    install the connector; reads its key from standard input
  wizard connector update     replace its program; reads where the new one is from standard input
  wizard connector uninstall  remove the connector that the wizard installed
  wizard version              print version, commit and build date
  wizard help                 print this

Flags of the first three:
  -addr HOST:PORT    where to serve (default 127.0.0.1:8080, and [::1] with it)
  -data DIR          where progress is kept
  -open=false        do not open the browser
  -demo              a pretend world instead of the real one
  -world FILE        addresses of another world (JSON), for tests
  -world-out FILE    with -demo: write that file for the pretend world
  -allow-host NAME   a host name besides localhost under which to answer; may be repeated
  -log-level LEVEL   debug, info, warn or error (default warn)
  -idle DURATION     stop when nobody has used it for so long and nothing waits (default 30m; 0 for never)

Secrets come by the environment only: CLOUDFLARE_API_TOKEN, PLEX_TOKEN.

Exit codes of check: 0 all nine steps are done, 1 something needs attention, 2 could not look.
`

// report prints an error as a sentence and gives the exit code: 2 for a command
// line that is wrong.
func report(stderr io.Writer, err error) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	fmt.Fprintln(stderr, "wizard:", err)
	if errors.Is(err, errUsage) {
		return 2
	}
	return 1
}
