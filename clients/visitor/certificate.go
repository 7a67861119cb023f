package visitor

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
)

// certificate reads what the address presents, whether it is trusted or not,
// and then judges it: a person is helped by knowing whose certificate it is.
// The connection carries nothing else. leaf is nil when there was no handshake.
func (v *Visitor) certificate(ctx context.Context, host string) (seen steps.TLSSeen, leaf *x509.Certificate) {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	conn, err := v.dial(ctx, host)
	if err != nil {
		return steps.TLSSeen{Err: inWords(err)}, nil
	}
	secure, err := handshake(ctx, conn, &tls.Config{
		ServerName: host, InsecureSkipVerify: true, //nolint:gosec // judged below
		MinVersion: tls.VersionTLS10, NextProtos: []string{"h2", "http/1.1"},
	})
	if err != nil {
		return steps.TLSSeen{Err: inWords(err)}, nil
	}
	defer func() { _ = secure.Close() }() // nothing was sent
	state := secure.ConnectionState()
	leaf = state.PeerCertificates[0]
	seen = steps.TLSSeen{
		Issuer: issuer(leaf), Names: leaf.DNSNames, Expires: leaf.NotAfter, Version: tls.VersionName(state.Version),
	}
	between := x509.NewCertPool()
	for _, c := range state.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err = leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: v.roots, Intermediates: between})
	if err != nil {
		seen.Err = inWords(err)
		return seen, leaf
	}
	if state.Version < tls.VersionTLS12 {
		seen.Err = "only " + seen.Version + " is offered"
		return seen, leaf
	}
	seen.OK = true
	return seen, leaf
}

// issuer names the authority as browsers do: organisation and common name.
func issuer(c *x509.Certificate) string {
	org := ""
	if len(c.Issuer.Organization) > 0 {
		org = c.Issuer.Organization[0]
	}
	switch cn := c.Issuer.CommonName; {
	case org == "" || cn == "" || org == cn:
		return cmp.Or(cn, org)
	default:
		return org + ", " + cn
	}
}

// inWords says the usual failures plainly.
func inWords(err error) string {
	if e, ok := errors.AsType[x509.HostnameError](err); ok {
		return "the certificate is not for " + e.Host
	}
	if e, ok := errors.AsType[x509.CertificateInvalidError](err); ok && e.Reason == x509.Expired {
		return "the certificate is not valid now (" + locale.Date(e.Cert.NotBefore) + " to " + locale.Date(e.Cert.NotAfter) + ")"
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "the certificate was issued by an authority that is not trusted"
	}
	if e, ok := errors.AsType[tls.AlertError](err); ok {
		return "the other side ended the TLS handshake: " + e.Error()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	return err.Error()
}
