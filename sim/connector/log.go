package connector

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

type level int

const (
	levelDebug level = iota
	levelInfo
	levelWarn
	levelError
	levelFatal
)

// parseLevel reads --loglevel; unknown words mean info.
func parseLevel(s string) level {
	switch s {
	case "debug":
		return levelDebug
	case "warn":
		return levelWarn
	case "error":
		return levelError
	case "fatal", "panic":
		return levelFatal
	}
	return levelInfo
}

func (l level) short() string { return [...]string{"DBG", "INF", "WRN", "ERR", "FTL"}[l] }

func (l level) long() string { return [...]string{"debug", "info", "warn", "error", "fatal"}[l] }

// field is one key and value of a log line.
type field struct {
	key   string
	value any
}

// logger writes lines in cloudflared's two forms: for people on the console, JSON in files.
type logger struct {
	level level
	mu    sync.Mutex
	text  io.Writer // may be nil
	json  []io.Writer
}

func (l *logger) log(at level, message string, fields ...field) {
	if at < l.level {
		return
	}
	now := time.Now().UTC().Format(time.RFC3339)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.text != nil {
		var b strings.Builder
		fmt.Fprintf(&b, "%s %s %s", now, at.short(), message)
		for _, f := range fields {
			fmt.Fprintf(&b, " %s=%s", f.key, textValue(f.value))
		}
		b.WriteByte('\n')
		_, _ = io.WriteString(l.text, b.String())
	}
	if len(l.json) == 0 {
		return
	}
	m := map[string]any{"level": at.long(), "time": now, "message": message}
	for _, f := range fields {
		if err, ok := f.value.(error); ok {
			f.value = err.Error()
		}
		m[f.key] = f.value
	}
	line, err := json.Marshal(m)
	if err != nil {
		return
	}
	for _, w := range l.json {
		_, _ = w.Write(append(line, '\n'))
	}
}

func (l *logger) info(message string, fields ...field)  { l.log(levelInfo, message, fields...) }
func (l *logger) error(message string, fields ...field) { l.log(levelError, message, fields...) }

// textValue quotes what would not read as one word.
func textValue(v any) string {
	s := fmt.Sprint(v)
	if s == "" || strings.ContainsAny(s, " \"\\\t\r\n") {
		return fmt.Sprintf("%q", s)
	}
	return s
}
