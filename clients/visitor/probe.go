package visitor

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.test/wizard/steps"
)

// kept lists the headers that the checks need. Everything else of an answer is
// dropped, cookies above all.
func kept() []string {
	return []string{
		"cf-mitigated", "cf-ray", "cf-cache-status", "server", "location", "x-plex-protocol",
		"content-type", "www-authenticate", "retry-after",
	}
}

// A probe is one request and how much of its answer is read.
type probe struct {
	path   string
	header map[string]string
	read   int64 // bytes of the body; bodyShown when zero
}

// answered is an answer with more of its body than is shown.
type answered struct {
	steps.VisitAnswer
	body []byte
}

// Get implements [steps.Visitor]. What failed is in the answer, not in the
// error, which is for a host that is none and for the end of ctx.
func (v *Visitor) Get(ctx context.Context, host, path string, header map[string]string) (steps.VisitAnswer, error) {
	if err := checkHost(host); err != nil {
		return steps.VisitAnswer{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	hc := v.client(ctx)
	defer hc.CloseIdleConnections()
	return v.get(ctx, hc, host, probe{path: path, header: header}).VisitAnswer, ctx.Err()
}

func checkHost(host string) error {
	u, err := url.Parse("https://" + host)
	if host == "" || err != nil || u.Host != host || u.Hostname() != host {
		return errors.New("visitor: not a host name")
	}
	return nil
}

func (v *Visitor) get(ctx context.Context, hc *http.Client, host string, p probe) answered {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	ctx, how := watch(ctx)
	out := answered{VisitAnswer: steps.VisitAnswer{Path: p.path, Header: map[string]string{}}}
	begin := time.Now()
	fail := func(err error) answered {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // its text repeats the URL
		}
		out.Err, out.Layer, out.Took = inWords(err), layerOf(err, how), time.Since(begin)
		return out
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+host+p.path, nil)
	if err != nil {
		return fail(errors.New("the path cannot be asked for"))
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (compatible; Plex Tunnel Wizard)")
	for name, value := range p.header {
		r.Header.Set(name, value)
	}
	resp, err := hc.Do(r)
	if err != nil {
		return fail(err)
	}
	defer func() { _ = resp.Body.Close() }() // read as far as wanted
	out.Took = time.Since(begin)
	for _, name := range kept() {
		if value := resp.Header.Get(name); value != "" {
			out.Header[name] = value
		}
	}
	if at, ok := out.Header["location"]; ok {
		// The query of a sign-in page's address holds a signed request.
		out.Header["location"], _, _ = strings.Cut(at, "?")
	}
	limit := p.read
	if limit == 0 {
		limit = bodyShown
	}
	out.Status = resp.StatusCode
	out.body, err = io.ReadAll(io.LimitReader(resp.Body, limit))
	out.Body = strings.ToValidUTF8(string(out.body[:min(len(out.body), bodyShown)]), "")
	if err != nil {
		return fail(err)
	}
	return out
}
