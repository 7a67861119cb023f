package zone

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// service rewrites SVCB and HTTPS data (RFC 9460): priority, target and
// parameters in the order of their numbers, values without quotes where none
// are needed.
func service(parts []token) (string, bool) {
	if len(parts) < 2 {
		return "", false
	}
	head, ok := layout(parts[:2], "dn")
	if !ok {
		return "", false
	}
	type param struct {
		key   int
		name  string
		value string
	}
	var params []param
	for _, p := range parts[2:] {
		if p.glued {
			if !p.quoted || len(params) == 0 || params[len(params)-1].value != "=" {
				return "", false
			}
			params[len(params)-1].value = "=" + value(p.text)
			continue
		}
		name, v, has := strings.Cut(p.text, "=")
		if p.quoted || name == "" {
			return "", false
		}
		if has {
			v = "=" + value(v)
		}
		key, name := serviceKey(strings.ToLower(name))
		params = append(params, param{key, name, v})
	}
	slices.SortStableFunc(params, func(a, b param) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.name, b.name)) })
	for _, p := range params {
		if p.value == "=" {
			p.value = ""
		}
		head += " " + p.name + p.value
	}
	return head, true
}

// value quotes v when it could not stand alone.
func value(v string) string {
	if strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' || r == ';' }) {
		return quote(v)
	}
	return v
}

// serviceKey gives the number and the registered name of a parameter, for
// "alpn" as well as for "key1" (RFC 9460 section 14.3.2).
func serviceKey(name string) (int, string) {
	names := []string{"mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp"}
	if i := slices.Index(names, name); i >= 0 {
		return i, name
	}
	if digits, ok := strings.CutPrefix(name, "key"); ok {
		if n, err := strconv.ParseUint(digits, 10, 16); err == nil {
			if int(n) < len(names) {
				return int(n), names[n]
			}
			return int(n), "key" + strconv.FormatUint(n, 10)
		}
	}
	return 1 << 16, name
}

// location rewrites LOC data (RFC 1876): latitude and longitude to thousandths
// of a second of arc, altitude and sizes to centimetres, defaults filled in.
func location(parts []token) (string, bool) {
	words := make([]string, 0, len(parts))
	for _, p := range parts {
		words = append(words, strings.ToUpper(p.text))
	}
	var out []string
	for _, half := range []string{"NS", "EW"} {
		end := slices.IndexFunc(words, func(w string) bool { return len(w) == 1 && strings.Contains(half, w) })
		if end < 1 || end > 3 {
			return "", false
		}
		angle := []string{"0", "0", "0.000"}
		for i, w := range words[:end] {
			n, err := strconv.ParseFloat(w, 64)
			if err != nil || !(n >= 0 && n <= 180) || (i < 2 && n != float64(int(n))) {
				return "", false
			}
			if i < 2 {
				angle[i] = strconv.Itoa(int(n))
			} else {
				angle[i] = strconv.FormatFloat(n, 'f', 3, 64)
			}
		}
		out = append(append(out, angle...), words[end])
		words = words[end+1:]
	}
	metres := []string{"", "1", "10000", "10"}
	if len(words) < 1 || len(words) > 4 {
		return "", false
	}
	copy(metres, words)
	for _, m := range metres {
		n, err := strconv.ParseFloat(strings.TrimSuffix(m, "M"), 64)
		if err != nil || !(n >= -100000 && n <= 90000000) {
			return "", false
		}
		out = append(out, strconv.FormatFloat(n, 'f', 2, 64)+"m")
	}
	return strings.Join(out, " "), true
}
