package plex

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"
)

// newCertificate makes a self-signed certificate for *.<hash>.plex.direct. The
// real one is issued by a public authority for that name; like here it names
// neither localhost nor the tunnel's host.
func newCertificate(hash string, now time.Time) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("key for the pretend Plex certificate: %w", err)
	}
	name := "*." + hash + ".plex.direct"
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: name, Organization: []string{"Pretend Plex, Inc."}},
		DNSNames:     []string{name},
		NotBefore:    now.Add(-24 * time.Hour),
		NotAfter:     now.Add(90 * 24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("the pretend Plex certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// renewCertificate follows the setting CertificateUUID; the caller holds the
// lock or has the server for itself.
func (s *Server) renewCertificate() error {
	leaf, err := newCertificate(s.prefs.text(prefCertificate), s.cfg.Now())
	if err != nil {
		return err
	}
	s.leaf = &leaf
	return nil
}

func (s *Server) presentCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.leaf, nil
}
