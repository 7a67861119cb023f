package plex

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"
)

const (
	bodyLimit = 1 << 20         // no answer that we need comes near it
	callLimit = 5 * time.Second // for one call to a server at home
	tvLimit   = 15 * time.Second
)

// lanClient speaks to servers at home. It accepts any certificate: a server's is
// for *.<hash>.plex.direct or self-signed, never for 127.0.0.1. What is spoken
// to is proved by the guard (this computer or a private network) and by the
// machine identifier. No proxy: one would make the guard look at the proxy's
// address.
func lanClient(own func() []netip.Addr) *http.Client {
	dial := &net.Dialer{Timeout: 2 * time.Second, Control: control(func(ip netip.Addr) error { return permitted(ip, own()) })}
	return &http.Client{
		Timeout:       callLimit,
		CheckRedirect: noRedirect,
		Transport: &http.Transport{
			DialContext:           dial.DialContext,
			TLSClientConfig:       &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // see above
			TLSHandshakeTimeout:   2 * time.Second,
			ResponseHeaderTimeout: callLimit,
			MaxIdleConnsPerHost:   2,
			IdleConnTimeout:       15 * time.Second, // Plex closes after 20 s
		},
	}
}

// worldClient speaks to plex.tv, whose certificate is verified.
func worldClient(roots *x509.CertPool) *http.Client {
	return &http.Client{
		Timeout:       tvLimit,
		CheckRedirect: noRedirect,
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout: 5 * time.Second,
			ForceAttemptHTTP2:   true,
			IdleConnTimeout:     30 * time.Second,
		},
	}
}

// noRedirect hands the redirect itself to the caller: a token must not follow it.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// An answer is a response read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// do sends r and reads the whole answer, up to [bodyLimit]. Errors never hold
// the URL, whose query may hold preferences.
func do(hc *http.Client, r *http.Request) (answer, error) {
	resp, err := hc.Do(r)
	if err != nil {
		return answer{}, plain(err)
	}
	defer func() { _ = resp.Body.Close() }() // read to its end already
	body, err := io.ReadAll(io.LimitReader(resp.Body, bodyLimit+1))
	if err != nil {
		return answer{}, plain(err)
	}
	if len(body) > bodyLimit {
		return answer{}, fmt.Errorf("the answer is longer than %d bytes", bodyLimit)
	}
	return answer{resp.StatusCode, resp.Header, body}, nil
}

// plain takes the URL out of an error of net/http.
func plain(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// unsent reports whether err proves that the request never left: the
// connection could not be made.
func unsent(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// decode reads JSON or XML, whichever the answer is: Plex answers XML unless
// asked for JSON, and some errors are XML in any case. In XML the root element
// stands for the envelope around the JSON object.
func (a answer) decode(envelope, root any) error {
	text := strings.TrimLeft(string(a.body), " \t\r\n\ufeff")
	if strings.HasPrefix(text, "<") {
		return xml.Unmarshal([]byte(text), root)
	}
	return json.Unmarshal([]byte(text), envelope)
}

// words returns the service's own text of an error answer: without markup, in
// one line, at most 200 bytes, and with no secret that it may repeat, neither
// the given ones nor what looks like one.
func (a answer) words(secrets ...string) string {
	text := string(a.body)
	for {
		before, rest, found := strings.Cut(text, "<")
		_, after, closed := strings.Cut(rest, ">")
		if !found || !closed {
			break
		}
		text = before + " " + after
	}
	text = strings.Join(strings.Fields(text), " ")
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "••••••••")
		}
	}
	text = regexp.MustCompile(`[A-Za-z0-9_-]{16,}`).ReplaceAllStringFunc(text, func(word string) string {
		// Plex's tokens have 20 characters; others are longer and have digits.
		if len(word) == 20 || strings.ContainsAny(word, "0123456789") {
			return "••••••••"
		}
		return word
	})
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "…"
	}
	return text
}

// get makes a GET request for an address of ours.
func get(ctx context.Context, address string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, plain(err)
	}
	r.Header.Set("Accept", "application/json")
	return r, nil
}
