package connector

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
)

// launchd is the service manager of macOS.
type launchd struct{ caller }

const (
	launchLabel = "com.cloudflare.cloudflared"
	launchFile  = "/Library/LaunchDaemons/com.cloudflare.cloudflared.plist"
	launchAgent = "/Library/LaunchAgents/com.cloudflare.cloudflared.plist" // of somebody who is signed in; also below a home
	launchKey   = "/Library/Application Support/com.cloudflare.cloudflared/token"
	launchOut   = "/Library/Logs/com.cloudflare.cloudflared.out.log"
	launchErr   = "/Library/Logs/com.cloudflare.cloudflared.err.log"
)

const launchHead = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- MARK -->
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>com.cloudflare.cloudflared</string>
	<key>ProgramArguments</key>
	<array>
`

const launchFoot = `	</array>
	<key>RunAtLoad</key>
	<true/>
	<key>KeepAlive</key>
	<dict>
		<key>SuccessfulExit</key>
		<false/>
	</dict>
	<key>ThrottleInterval</key>
	<integer>5</integer>
	<key>StandardOutPath</key>
	<string>/Library/Logs/com.cloudflare.cloudflared.out.log</string>
	<key>StandardErrorPath</key>
	<string>/Library/Logs/com.cloudflare.cloudflared.err.log</string>
</dict>
</plist>
`

func (launchd) name() string    { return "launchd" }
func (launchd) start() string   { return "sudo launchctl kickstart system/" + launchLabel }
func (launchd) enable() string  { return "sudo launchctl enable system/" + launchLabel }
func (launchd) keyFile() string { return launchKey }

func (l launchd) find() (*service, error) {
	files := []string{launchFile, launchAgent}
	if l.sys.Home != "" {
		files = append(files, l.sys.Home+launchAgent)
	}
	for _, file := range files {
		b, err := os.ReadFile(l.sys.path(file))
		switch {
		case errors.Is(err, os.ErrNotExist):
			continue
		case errors.Is(err, os.ErrPermission):
			return &service{}, nil // it is there, which is what matters
		case err != nil:
			return nil, err
		}
		out := &service{argv: programArguments(b), atBoot: file == launchFile && bytes.Contains(b, []byte("RunAtLoad"))}
		out.readMarks(string(b))
		return out, nil
	}
	return nil, nil
}

// programArguments takes the command line out of a property list; nil when it
// is not written as XML.
func programArguments(plist []byte) []string {
	d := xml.NewDecoder(bytes.NewReader(plist))
	var text strings.Builder
	var argv []string
	var inside, wanted bool
	for {
		tok, err := d.Token()
		if err != nil {
			return nil // io.EOF included
		}
		switch t := tok.(type) {
		case xml.StartElement:
			text.Reset()
			inside = inside || wanted && t.Name.Local == "array"
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			switch {
			case t.Name.Local == "key":
				wanted = text.String() == "ProgramArguments"
			case t.Name.Local == "string" && inside:
				argv = append(argv, text.String())
			case t.Name.Local == "array" && inside:
				return argv
			}
		}
	}
}

func (l launchd) active(ctx context.Context) (bool, error) {
	r, err := l.run.Run(ctx, Command{Argv: []string{"launchctl", "print", "system/" + launchLabel}})
	return err == nil && r.Code == 0 && strings.Contains(r.Stdout, "state = running"), err
}

func (l launchd) install(ctx context.Context, p plan, u *undo) error {
	var b bytes.Buffer
	b.WriteString(strings.Replace(launchHead, "MARK", p.marks(), 1))
	for _, a := range p.argv(true) { // it is started again after an update
		b.WriteString("\t\t<string>")
		if err := xml.EscapeText(&b, []byte(a)); err != nil {
			return err
		}
		b.WriteString("</string>\n")
	}
	_, _ = io.WriteString(&b, launchFoot)
	l.newLogs(u, launchOut, launchErr)
	if err := l.define(launchFile, b.String(), 0o644, u); err != nil {
		return err
	}
	// A service that was once disabled stays so, even when its file is new.
	if err := l.call(ctx, "launchctl", "enable", "system/"+launchLabel); err != nil {
		return err
	}
	u.add(func(ctx context.Context) error { return l.call(ctx, "launchctl", "bootout", "system/"+launchLabel) })
	return l.call(ctx, "launchctl", "bootstrap", "system", launchFile)
}

func (l launchd) remove(ctx context.Context) error {
	// One that is not loaded cannot be taken out, and need not be.
	if loaded, err := l.succeeds(ctx, "launchctl", "print", "system/"+launchLabel); err != nil || loaded {
		if err := l.call(ctx, "launchctl", "bootout", "system/"+launchLabel); err != nil {
			return err
		}
	}
	return l.discard(launchFile, launchOut, launchErr)
}

func (l launchd) startNow(ctx context.Context) error {
	return l.call(ctx, "launchctl", "kickstart", "system/"+launchLabel)
}

// stopNow ends it in good order, after which launchd leaves it off.
func (l launchd) stopNow(ctx context.Context) error {
	return l.call(ctx, "launchctl", "kill", "SIGTERM", "system/"+launchLabel)
}

func (l launchd) clear(ctx context.Context) {
	_ = l.remove(ctx)
	l.discardDefinition(launchFile)
}

func (l launchd) said(context.Context) string { return l.tail(launchErr) }
