package cloudflare

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/retry"
)

// realBase is where Cloudflare's API v4 lives.
const realBase = "https://api.cloudflare.com/client/v4/"

// Config says where the API is and how to reach it. Only Token is required.
type Config struct {
	BaseURL string                    // with the path of version 4; empty for the real one
	HTTP    *http.Client              // empty for one like http.DefaultClient; redirects are never followed
	Token   func() steps.Secret       // asked before every call, so that a new token takes effect at once
	Now     func() time.Time          // time of a reading; empty for time.Now
	Source  string                    // name in readings; empty for the host of BaseURL
	Pace    float64                   // waits between tries are divided by it; 0 means 1
	Try     time.Duration             // most that one request with its answer may take; 0 means the usual
	Count   func(method, path string) // told of every request that is sent; may be nil
}

// A Client talks to Cloudflare with the token of its configuration. It is safe
// for use by several goroutines.
type Client struct {
	base   *url.URL // ends in a slash; nil when the configured one is no URL
	http   *http.Client
	token  func() steps.Secret
	now    func() time.Time
	source string
	count  func(method, path string)
	retry  retry.Policy

	refusals refusals

	sharing sharing
	steady  steady
}

var (
	_ steps.Tokens       = (*Client)(nil)
	_ steps.Zones        = (*Client)(nil)
	_ steps.Records      = (*Client)(nil)
	_ steps.Rulesets     = (*Client)(nil)
	_ steps.Plans        = (*Client)(nil)
	_ steps.ZoneSettings = (*Client)(nil)
	_ steps.Analytics    = (*Client)(nil)
	_ steps.Tunnels      = (*Client)(nil)
	_ steps.Alerts       = (*Client)(nil)
	_ steps.Access       = (*Client)(nil)
)

// New makes a client. It makes no call. A BaseURL that is no http or https URL
// is reported by every call.
func New(cfg Config) *Client {
	c := &Client{
		http:   &http.Client{},
		token:  cfg.Token,
		now:    cfg.Now,
		source: cfg.Source,
		count:  cfg.Count,
		retry:  retry.New(cfg.Pace),
	}
	if cfg.HTTP != nil {
		*c.http = *cfg.HTTP
	}
	c.retry.Try = cmp.Or(cfg.Try, c.retry.Try)
	// A redirect would carry a write, or the token, to somewhere else.
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if c.now == nil {
		c.now = time.Now
	}
	if c.count == nil {
		c.count = func(string, string) {}
	}
	base, err := url.Parse(cmp.Or(cfg.BaseURL, realBase))
	if err == nil && base.Host != "" && (base.Scheme == "https" || base.Scheme == "http") {
		base.Path = strings.TrimSuffix(base.Path, "/") + "/"
		c.base = base
		c.source = cmp.Or(c.source, base.Hostname())
	}
	return c
}

// DropIdle closes connections that nobody uses. The client stays usable.
func (c *Client) DropIdle() { c.http.CloseIdleConnections() }

// secret is the token as it goes into the header, or [steps.ErrNoToken].
func (c *Client) secret() (string, error) {
	if c.token == nil {
		return "", steps.ErrNoToken
	}
	t := CleanToken(c.token().Reveal())
	if t == "" {
		return "", steps.ErrNoToken
	}
	return t, nil
}
