package connector

import (
	"context"
	"strings"
)

// service is a service of the system that runs cloudflared, as it is defined.
type service struct {
	argv    []string // how the manager starts it, the program first
	ours    bool     // it bears our mark
	program bool     // its program was put in place by us as well
	atBoot  bool
}

// Marks are in every definition that the wizard writes. Readers of older
// definitions look for them, so they never change.
const (
	mark        = "Installed by Plex Tunnel Wizard"
	markProgram = "and so was its program"
)

// marks is the line for a definition.
func (p plan) marks() string {
	if p.placed {
		return mark + ", " + markProgram + "."
	}
	return mark + "."
}

func (s *service) readMarks(definition string) {
	s.ours = strings.Contains(definition, mark)
	s.program = s.ours && strings.Contains(definition, markProgram)
}

func (s service) path() string {
	if len(s.argv) == 0 {
		return ""
	}
	return s.argv[0]
}

// flag is the value of a flag of cloudflared, or "".
func (s service) flag(name string) string {
	for i, a := range s.argv {
		a, v, with := strings.Cut(a, "=")
		switch {
		case !strings.HasPrefix(a, "-") || strings.TrimLeft(a, "-") != name:
		case with:
			return v
		case i+1 < len(s.argv):
			return s.argv[i+1]
		}
	}
	return ""
}

// keyOnArgv reports whether everyone who may list processes can see the key.
func (s service) keyOnArgv() bool { return s.flag("token") != "" }

// tunnel is the one that the service's key is for, or "" when it cannot be read.
func (s service) tunnel(sys System) string {
	if text := s.flag("token"); text != "" {
		k, err := parseKey(text)
		if err != nil {
			return ""
		}
		return k.tunnel
	}
	if file := s.flag("token-file"); file != "" {
		return tunnelOf(sys.path(file))
	}
	return ""
}

// plan is the service that is to be made.
type plan struct {
	program   string
	placed    bool // the program was put in place by us
	tokenFile string
	args      []string
}

// argv starts the connector. Where nothing would start it again after an update
// of its own, and where the program is somebody else's, it must not update itself. It chooses the port of its health server
// by itself, the first free of the usual ones: one that was fixed here could be
// taken at some later start of the computer, and cloudflared ends then.
func (p plan) argv(updates bool) []string {
	argv := []string{p.program, "tunnel"}
	if !updates || !p.placed { // somebody else's program is left as it is
		argv = append(argv, "--no-autoupdate")
	}
	return append(append(argv, p.args...), "run", "--token-file", p.tokenFile)
}

// manager is one kind of service manager. It knows one service: cloudflared's.
type manager interface {
	name() string
	// find reads the definition, without starting a program. It returns nil when there is none.
	find() (*service, error)
	// active asks whether the service runs. It may start a program.
	active(ctx context.Context) (bool, error)
	// install defines the service, has it started with the computer, and starts
	// it now. What it did it adds to u as it goes.
	install(ctx context.Context, p plan, u *undo) error
	// remove stops the service and removes its definition, nothing else.
	remove(ctx context.Context) error
	// clear removes what there is of a service of ours that was made only in
	// part. It goes on after failures: what is not there cannot be stopped.
	clear(ctx context.Context)
	// startNow and stopNow do so once; whether it starts with the computer stays.
	startNow(ctx context.Context) error
	stopNow(ctx context.Context) error
	// start is the command for a person to start it with.
	start() string
	// enable is the command for a person to have it started with the computer.
	enable() string
	// said is the end of the service's own log; empty when it cannot be read.
	said(ctx context.Context) string
	// keyFile is where the key belongs.
	keyFile() string
}
