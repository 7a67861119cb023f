package rdap

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"example.test/wizard/steps/retry"
)

//go:embed bootstrap.txt
var bootstrapText string

const (
	bootstrapURL   = "https://data.iana.org/rdap/dns.json"
	bootstrapLife  = 24 * time.Hour
	bootstrapRetry = 10 * time.Minute // after a failure
	longestAnswer  = 4 << 20          // bytes
)

// base finds the RDAP server for a domain: the one that was configured, then
// IANA's live file (RFC 9224), then our own list. sure is false when the server
// may not be in charge, so that its "no such domain" proves nothing.
func (c *Client) base(ctx context.Context, domain string) (base string, sure bool) {
	if c.config.Base != "" {
		return withSlash(c.config.Base), true
	}
	ending := domain[strings.LastIndexByte(domain, '.')+1:]
	if base := c.liveBases(ctx)[ending]; base != "" {
		return base, true
	}
	return listedBase(ending)
}

// listedBase looks into the embedded list.
func listedBase(ending string) (base string, sure bool) {
	for line := range strings.Lines(bootstrapText) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] == "#" {
			continue
		}
		if last := len(fields) - 1; slices.Contains(fields[1:last], ending) {
			return fields[last], fields[0] == "file"
		}
	}
	return "", false
}

// liveBases is IANA's file, read at most once a day.
func (c *Client) liveBases(ctx context.Context) map[string]string {
	c.mu.Lock()
	bases, until := c.bases, c.basesUntil
	c.mu.Unlock()
	if c.now().Before(until) {
		return bases
	}
	life := bootstrapLife
	fresh, err := c.readBases(ctx)
	if err != nil {
		// What was read before is better than nothing.
		fresh, life = bases, bootstrapRetry
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bases, c.basesUntil = fresh, c.now().Add(life)
	return fresh
}

func (c *Client) readBases(ctx context.Context) (map[string]string, error) {
	body, status, err := c.get(ctx, bootstrapURL, "application/json")
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("read the list of RDAP servers: status %d", status)
	}
	var file struct {
		Services [][][]string `json:"services"`
	}
	if err := json.Unmarshal(body, &file); err != nil {
		return nil, fmt.Errorf("read the list of RDAP servers: %w", err)
	}
	out := map[string]string{}
	for _, service := range file.Services {
		if len(service) != 2 {
			continue
		}
		for _, u := range service[1] {
			if parsed, err := url.Parse(u); err != nil || parsed.Scheme != "https" || parsed.Host == "" {
				continue
			}
			for _, tld := range service[0] {
				if out[strings.ToLower(tld)] == "" {
					out[strings.ToLower(tld)] = withSlash(u)
				}
			}
		}
	}
	if len(out) == 0 {
		return nil, errors.New("read the list of RDAP servers: it is empty")
	}
	return out, nil
}

// get reads one document, up to a limit. It asks once: a registry is asked again
// at the next look, and not before it wants to be (RFC 7480 section 5.5).
func (c *Client) get(ctx context.Context, address, accept string) (body []byte, status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Accept", accept)
	c.mu.Lock()
	until := c.quiet[req.URL.Host]
	c.mu.Unlock()
	if wait := until.Sub(c.now()); wait > 0 {
		return nil, 0, fmt.Errorf("%s is not asked for another %s, as it wishes", req.URL.Host, wait.Round(time.Second))
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusServiceUnavailable {
		c.mu.Lock()
		c.quiet[req.URL.Host] = c.now().Add(retry.After(res.Header.Get("Retry-After"), c.now()))
		c.mu.Unlock()
	}
	body, err = io.ReadAll(io.LimitReader(res.Body, longestAnswer))
	return body, res.StatusCode, err
}

func withSlash(base string) string { return strings.TrimSuffix(base, "/") + "/" }
