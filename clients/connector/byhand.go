package connector

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"example.test/wizard/steps"
)

// composeText runs the connector in a container, on the computer's own network
// so that it reaches Plex and so that its health server is seen from here. The
// key comes as a file: it stands neither in this text nor on a command line.
const composeText = `services:
  cloudflared:
    image: cloudflare/cloudflared:latest
    restart: unless-stopped
    network_mode: host
    user: "USER"
    command: tunnel --no-autoupdate --metrics 127.0.0.1:20241 run --token-file /run/secrets/tunnel
    secrets:
      - tunnel
secrets:
  tunnel:
    file: FILE
`

// prepareByHand is for systems whose services the package does not know, such
// as a NAS or a container: it writes the key and a compose file into the
// wizard's own folder. The person starts one of the two.
func (h *Host) prepareByHand(ctx context.Context, token steps.Secret, report func(steps.Part)) error {
	return do(ctx, report, "prepare", "Write the key and a compose file", func(p *part) error {
		p.Detail = h.files.dir
		if err := os.MkdirAll(h.files.dir, 0o700); err != nil {
			return problemWrite(h.files.dir, err)
		}
		if err := writeKey(h.files.token, token); err != nil {
			return problemWrite(h.files.token, err)
		}
		if err := replaceFile(h.composeFile(), []byte(h.compose()), 0o600); err != nil {
			return problemWrite(h.composeFile(), err)
		}
		return nil
	})
}

func (h *Host) composeFile() string { return filepath.Join(h.files.dir, "compose.yaml") }

// compose is the text; it holds the place of the key, never the key.
func (h *Host) compose() string {
	user := fmt.Sprintf("%d:%d", os.Getuid(), os.Getgid())
	return strings.NewReplacer("USER", user, "FILE", quoteYAML(h.files.token)).Replace(composeText)
}

// quoteYAML writes a path as a double-quoted scalar (YAML 1.2, 7.3.1).
func quoteYAML(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// prepared fills in what waits for the person, if anything does.
func (h *Host) prepared(l *steps.LocalConnector) {
	l.ByHand = true
	if l.Prepared = tunnelOf(h.files.token); l.Prepared == "" {
		return
	}
	argv := append([]string{"cloudflared", "tunnel", "--no-autoupdate", "--metrics", firstPorts()[0]}, h.cfg.Args...)
	l.Manual = quoteAll(append(argv, "run", "--token-file", h.files.token))
	l.Compose = h.compose()
}

// dropPrepared removes what prepareByHand wrote. What the person started ends
// with its next start.
func (h *Host) dropPrepared(ctx context.Context) error {
	var u undo
	u.addRemove(h.files.token)
	u.addRemove(h.composeFile())
	return u.run(ctx)
}
