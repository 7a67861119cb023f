package connector

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"sync"

	"example.test/wizard/steps/beside"
)

const (
	logLimit  = 1 << 20 // a connector that cannot connect may write a hundred thousand lines a second
	lineLimit = 16 << 10
)

// childLog is the connector's own log: at most twice logLimit on disk, secrets
// replaced, and the few facts in it that are told nowhere else.
type childLog struct {
	mu      sync.Mutex
	path    string
	file    *os.File
	size    int64
	partial []byte
	hide    *strings.Replacer

	protocol string
	refused  string
	lastErr  string
	taken    bool // the address of its health server is somebody else's
}

// openLog opens the log of one process. tokenFile holds the secret that must
// not appear in it.
func openLog(path, tokenFile string) (*childLog, error) {
	l := &childLog{path: path, hide: strings.NewReplacer()}
	if b, err := os.ReadFile(tokenFile); err == nil {
		text := strings.TrimSpace(string(b))
		if k, err := parseKey(text); err == nil {
			l.hide = strings.NewReplacer(text, "[key]", k.secret.Reveal(), "[key]")
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil {
		l.size = info.Size()
	}
	l.file = f
	return l, nil
}

// Write implements io.Writer. It never fails: a full disk must not stop the tunnel.
// os/exec calls it in a goroutine of its own, so a panic ends here, unsaid: what
// it would say may hold the key.
func (l *childLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = beside.Caught(func() { l.take(p) })
	return len(p), nil
}

// take must be called with the lock held.
func (l *childLog) take(p []byte) {
	l.partial = append(l.partial, p...)
	for {
		i := bytes.IndexByte(l.partial, '\n')
		if i < 0 {
			break
		}
		l.line(string(l.partial[:i]))
		l.partial = l.partial[i+1:]
	}
	if len(l.partial) > lineLimit {
		l.line(string(l.partial))
		l.partial = nil
	}
}

var (
	protocolWord = regexp.MustCompile(`\bprotocol=(quic|http2)\b`)
	quotedError  = regexp.MustCompile(`\berror="((?:[^"\\]|\\.)*)"`)
)

// line must be called with the lock held.
func (l *childLog) line(s string) {
	s = l.hide.Replace(s)
	switch {
	case strings.Contains(s, "Registered tunnel connection"):
		if m := protocolWord.FindStringSubmatch(s); m != nil {
			l.protocol = m[1]
		}
		l.refused, l.lastErr = "", ""
	case strings.Contains(s, "Unauthorized:"):
		l.refused = errorIn(s)
	case strings.Contains(s, "Unable to establish connection with Cloudflare edge"), strings.Contains(s, "TLS handshake with edge error"),
		strings.Contains(s, "Provided Tunnel token is not valid"):
		l.lastErr = errorIn(s)
	case strings.Contains(s, "Error opening metrics server listener"):
		l.lastErr, l.taken = errorIn(s), true
	}
	if l.file == nil {
		return
	}
	n, err := l.file.WriteString(s + "\n")
	l.size += int64(n)
	if err == nil && l.size > logLimit {
		l.rotate()
	}
}

func errorIn(line string) string {
	if m := quotedError.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	return line[:min(len(line), 300)]
}

// rotate keeps one older file.
func (l *childLog) rotate() {
	_ = l.file.Close()
	l.file, l.size = nil, 0
	_ = os.Rename(l.path, l.path+".1")
	if f, err := os.OpenFile(l.path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600); err == nil {
		l.file = f
	}
}

// facts are what the log tells about the process.
func (l *childLog) facts() (protocol, refused, lastErr string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.protocol, l.refused, l.lastErr
}

// lostItsAddress reports whether the process could not listen where it was told to.
func (l *childLog) lostItsAddress() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.taken
}

func (l *childLog) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.partial) > 0 {
		l.line(string(l.partial))
		l.partial = nil
	}
}

func (l *childLog) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		_ = l.file.Close()
		l.file = nil
	}
}
