package visitor

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// Trace implements [steps.Visitor] by GET /cdn-cgi/trace, which Cloudflare
// answers for every host behind it: lines of key=value, among them loc (ISO
// country) and colo (data centre).
func (v *Visitor) Trace(ctx context.Context, host string) (country, colo string, err error) {
	a, err := v.Get(ctx, host, "/cdn-cgi/trace", nil)
	switch {
	case err != nil:
		return "", "", err
	case a.Err != "":
		return "", "", fmt.Errorf("trace of %s: %s: %s", host, a.Layer, a.Err)
	case a.Status != http.StatusOK:
		return "", "", fmt.Errorf("trace of %s: status %d", host, a.Status)
	}
	for line := range strings.Lines(a.Body) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch key {
		case "loc":
			country = value
		case "colo":
			colo = value
		}
	}
	if country == "" {
		return "", "", fmt.Errorf("trace of %s: the answer names no country", host)
	}
	return country, colo, nil
}
