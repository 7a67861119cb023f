package templates

import (
	"strconv"
	"strings"
	"time"
)

// stateWord is the word beside a mark.
func stateWord(state, word string) string {
	if word != "" {
		return word
	}
	switch state {
	case "done":
		return "Done"
	case "attention":
		return "Needs attention"
	case "problem":
		return "Problem"
	case "waiting":
		return "Waiting"
	case "next":
		return "Next"
	case "skipped":
		return "Skipped"
	case "info":
		return "For your information"
	default:
		return "Not yet"
	}
}

// checkMark is the shape of a check's status.
func checkMark(c Check) string {
	if c.Mark != "" {
		return c.Mark
	}
	switch c.Status {
	case "pass":
		return "done"
	case "warn":
		return "attention"
	case "wait":
		return "waiting"
	case "fail":
		return "problem"
	default:
		return "skipped"
	}
}

// checkWord is the word beside a check's mark. "Not yet" belongs to a job, "Not looked at" to a check.
func checkWord(c Check, job bool) string {
	switch mark := checkMark(c); {
	case c.Word != "":
		return c.Word
	case mark == "done" && !job:
		return "OK"
	case mark == "waiting" && job:
		return "Working"
	case mark == "todo" && !job:
		return "Not looked at"
	default:
		return stateWord(mark, "")
	}
}

// tabTitle is the title of the browser's tab.
func tabTitle(p Page) string {
	t := p.Title
	if p.ErrorTitle && !strings.HasPrefix(t, "Error: ") {
		t = "Error: " + t
	}
	return t + " - Plex Tunnel Wizard"
}

// stamp is the machine's form of a time.
func stamp(t time.Time) string { return t.Format(time.RFC3339) }

// refreshSeconds is the interval of the refresh without script, from a poll such as "3s": never below five seconds, because a whole page is read again.
func refreshSeconds(poll string) string {
	n, err := strconv.Atoi(strings.TrimSuffix(poll, "s"))
	if err != nil || n < 5 {
		n = 5
	}
	return strconv.Itoa(n)
}

// orElse is the first of the two that is not empty.
func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// clip cuts a text for a drawing, where nothing wraps.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// lower is for state words inside a sentence.
func lower(s string) string { return strings.ToLower(s) }
