package plex

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/beside"
)

// mostAnswers bounds how many addresses are tried at once. An outcome is good
// for answersPause: a page that polls need not wait for a dead name each time.
const (
	mostAnswers  = 10
	answersPause = 30 * time.Second
)

type triedAnswer struct {
	at time.Time
	steps.PlexAnswer
}

// Answers implements [steps.PlexAddresses]. It asks /identity, which needs no
// token, the way an app does: a certificate must be right, and no redirect is
// followed. What is no http or https URL says so.
func (c *Client) Answers(ctx context.Context, urls []string) map[string]steps.PlexAnswer {
	out := make(map[string]steps.PlexAnswer, len(urls))
	for _, u := range urls {
		out[u] = steps.PlexAnswer{Err: "not tried, there are too many"}
	}
	var mu sync.Mutex
	var wg beside.Group
	for i, u := range urls {
		if i == mostAnswers {
			break
		}
		wg.Go(func() {
			a := c.answersLately(ctx, u)
			mu.Lock()
			defer mu.Unlock()
			out[u] = a
		})
	}
	wg.Wait()
	return out
}

func (c *Client) answersLately(ctx context.Context, address string) steps.PlexAnswer {
	c.mu.Lock()
	last, ok := c.tried[address]
	c.mu.Unlock()
	if since := c.now().Sub(last.at); ok && since >= 0 && since < answersPause {
		return last.PlexAnswer
	}
	a := c.answers(ctx, address)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.tried) > 10*mostAnswers {
		clear(c.tried)
	}
	if ctx.Err() == nil {
		c.tried[address] = triedAnswer{c.now(), a}
	}
	return a
}

func (c *Client) answers(ctx context.Context, address string) steps.PlexAnswer {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return steps.PlexAnswer{Err: "it is not an address that apps understand"}
	}
	ctx, cancel := context.WithTimeout(ctx, findLimit)
	defer cancel()
	in, err := identifyBy(ctx, c.any, u.Scheme+"://"+u.Host)
	if err != nil {
		return steps.PlexAnswer{Err: inWords(err)}
	}
	return steps.PlexAnswer{ID: in.ID}
}

// anyClient speaks to addresses that the person entered in Plex, at home or in
// the internet. What gives out keys to whoever is inside is refused all the same.
func anyClient() *http.Client {
	dial := &net.Dialer{Timeout: findLimit, Control: control(func(ip netip.Addr) error {
		ip = ip.Unmap().WithZone("")
		if ip.IsGlobalUnicast() && !ip.IsPrivate() && ip != netip.MustParseAddr("100.100.100.200") && ip != netip.MustParseAddr("168.63.129.16") && ip != netip.MustParseAddr("192.0.0.192") {
			return nil
		}
		return permitted(ip, nil)
	})}
	return &http.Client{
		Timeout:       callLimit,
		CheckRedirect: noRedirect,
		Transport: &http.Transport{
			DialContext: dial.DialContext, TLSHandshakeTimeout: findLimit, ResponseHeaderTimeout: callLimit,
			MaxIdleConnsPerHost: 1, IdleConnTimeout: 15 * time.Second,
		},
	}
}
