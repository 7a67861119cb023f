package cloudflare

import (
	"context"
	"time"
)

// SetSleep replaces the waits between tries, and takes the jitter at its most.
func (c *Client) SetSleep(sleep func(context.Context, time.Duration) error) {
	c.retry.Sleep = sleep
	c.retry.Jitter = func() float64 { return 1 }
}

// SetTryTime replaces the most that one request may take.
func (c *Client) SetTryTime(d time.Duration) { c.retry.Try = d }
