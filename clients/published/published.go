// Package published asks GitHub which version of this program is the newest. It
// knows the shape of the releases API and nothing of versions; it asks when it
// is told to, never by itself, and it downloads nothing.
package published

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"example.test/wizard/steps"
)

// Config says whom to ask.
type Config struct {
	Repository string // owner/name
	API        string // base URL of GitHub's API; empty is the real one
	HTTP       *http.Client
}

// A Client asks for the newest release. It may be used by several goroutines.
type Client struct {
	repository, api, page string
	http                  *http.Client
}

// New makes a Client, or nil when the repository is not one: a build that was
// not told where its releases are has nobody to ask.
func New(c Config) *Client {
	if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9_.-]+$`).MatchString(c.Repository) {
		return nil
	}
	out := &Client{repository: c.Repository, api: strings.TrimSuffix(c.API, "/"), http: c.HTTP}
	if out.api == "" {
		// The page is made here and not taken from the answer, so that an answer leads nobody elsewhere.
		out.api, out.page = "https://api.github.com", "https://github.com/"+c.Repository+"/releases/latest"
	}
	if out.http == nil {
		out.http = &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	return out
}

// Newest asks once. A repository without a release is [steps.ErrNotFound].
// Source: docs.github.com/en/rest/releases/releases#get-the-latest-release,
// which leaves out drafts and versions before a release.
func (c *Client) Newest(ctx context.Context) (steps.Published, error) {
	path := "/repos/" + c.repository + "/releases/latest"
	fail := &steps.ServiceError{Service: "GitHub", Call: "GET " + path}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.api+path, http.NoBody)
	if err != nil {
		fail.Err = err
		return steps.Published{}, fail
	}
	req.Header.Set("Accept", "application/vnd.github+json")
	req.Header.Set("User-Agent", "plex-tunnel-wizard")
	resp, err := c.http.Do(req)
	if err != nil {
		fail.Err = err
		return steps.Published{}, problem("GitHub does not answer", "Check that this computer reaches api.github.com, and ask again.", fail)
	}
	defer resp.Body.Close()
	fail.Status = resp.StatusCode
	if resp.StatusCode == http.StatusTooManyRequests || resp.Header.Get("X-Ratelimit-Remaining") == "0" && resp.StatusCode != http.StatusOK {
		return steps.Published{}, problem("GitHub asks this address to slow down", "Too many requests came from your internet address in the last hour. Ask again in an hour.", fail)
	}
	if resp.StatusCode != http.StatusOK {
		return steps.Published{}, problem("GitHub does not tell which version is the newest", "Ask again later.", fail)
	}
	var got struct {
		Tag string    `json:"tag_name"`
		At  time.Time `json:"published_at"`
	}
	if fail.Err = json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&got); fail.Err != nil || got.Tag == "" {
		return steps.Published{}, problem("GitHub does not tell which version is the newest", "Ask again later.", fail)
	}
	return steps.Published{Version: got.Tag, At: got.At, Page: c.page}, nil
}

func problem(title, fix string, e *steps.ServiceError) error {
	p := steps.Explain(e)
	return &steps.Problem{Title: title, Text: "Nothing was changed.", Fix: fix, Detail: p.Detail, Link: steps.Link{Text: "See whether GitHub reports trouble", URL: "https://www.githubstatus.com/"}, Err: e}
}
