package templates

import "strconv"

// trackOf is the class of a row on a track: solid from a station that was passed.
func trackOf(c Check, ordered bool) string {
	if ordered && c.Status == "pass" {
		return "built"
	}
	return ""
}

// number writes a meter's value without an exponent.
func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// jobState is "running" or "ended".
func jobState(j Job) string {
	if j.Running {
		return "running"
	}
	return "ended"
}
