package computer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

const clockLimit = 10 * time.Second

func newClient(cfg Config) *http.Client {
	tlsConfig := &tls.Config{RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12}
	if cfg.Now != nil {
		tlsConfig.Time = cfg.Now // a wrong clock is wrong for certificates too
	}
	return &http.Client{
		Timeout:       clockLimit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, TLSClientConfig: tlsConfig, TLSHandshakeTimeout: 5 * time.Second,
		},
	}
}

// ClockSkew implements [steps.Computer]. It is positive when this computer is
// ahead, and right to about a second: the Date header, which any answer
// carries, counts whole seconds. When the clock is so wrong that Cloudflare's
// certificate does not seem valid, the skew is the least that would explain it.
func (b *Box) ClockSkew(ctx context.Context) (time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, b.base, nil)
	if err != nil {
		return 0, fmt.Errorf("clock: %w", err)
	}
	sent := b.now()
	resp, err := b.http.Do(r)
	if bad, ok := errors.AsType[x509.CertificateInvalidError](err); ok && bad.Reason == x509.Expired {
		if sent.Before(bad.Cert.NotBefore) {
			return sent.Sub(bad.Cert.NotBefore), nil
		}
		return sent.Sub(bad.Cert.NotAfter), nil
	}
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err
		}
		return 0, fmt.Errorf("clock: %w", err)
	}
	_ = resp.Body.Close() // HEAD has none
	came := b.now()
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return 0, errors.New("clock: the answer has no date")
	}
	// The header was written between sending and receiving, at some moment of
	// the second that it names: the middle of both is the best guess.
	skew := sent.Add(came.Sub(sent) / 2).Sub(date.Add(500 * time.Millisecond))
	if skew.Abs() <= came.Sub(sent)/2+500*time.Millisecond {
		return 0, nil // within what can be told
	}
	return skew, nil
}
