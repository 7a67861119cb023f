package steps

import "strings"

// ourURL always carries the port: without one plex.tv publishes the port of
// Remote Access instead (truecharts#21836).
func ourURL(s Settings) string { return "https://" + s.Host() + ":443" }

// customURLs splits the preference. Plex ignores a value with a space after the comma.
func customURLs(pref string) []string {
	var out []string
	for _, u := range strings.Split(pref, ",") {
		if u = strings.TrimSpace(u); u != "" {
			out = append(out, u)
		}
	}
	return out
}

// isOurs reports whether a URL of the list means our host, with any port or none.
func isOurs(u, host string) bool {
	rest, ok := strings.CutPrefix(strings.ToLower(u), "https://")
	if !ok {
		return false
	}
	rest, _, _ = strings.Cut(rest, "/")
	name, _, _ := strings.Cut(rest, ":")
	return name == host
}

// mine reports whether a URL of the list leads to the present host, or to the
// one that we told Plex before the person chose another: apps would go on
// trying it.
func mine(u string, s Settings) bool {
	return isOurs(u, s.Host()) || s.Plex.Host != "" && isOurs(u, s.Plex.Host)
}

// withOurs puts our URL first and keeps the person's others in their order.
func withOurs(pref string, s Settings) string {
	out := []string{ourURL(s)}
	for _, u := range customURLs(pref) {
		if !mine(u, s) {
			out = append(out, u)
		}
	}
	return strings.Join(out, ",")
}

// withoutOurs removes our URL and leaves the rest exactly as it was.
func withoutOurs(pref string, s Settings) string {
	parts := strings.Split(pref, ",")
	out := parts[:0]
	for _, u := range parts {
		if !mine(strings.TrimSpace(u), s) {
			out = append(out, u)
		}
	}
	return strings.Join(out, ",")
}

func listed(pref string, s Settings) bool {
	for _, u := range customURLs(pref) {
		if strings.EqualFold(strings.TrimSuffix(u, "/"), ourURL(s)) {
			return true
		}
	}
	return false
}

// others are the person's own URLs, in their order.
func others(pref string, s Settings) []string {
	var out []string
	for _, u := range customURLs(pref) {
		if !mine(u, s) {
			out = append(out, u)
		}
	}
	return out
}
