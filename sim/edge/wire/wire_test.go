package wire_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.test/wizard/sim/edge/wire"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestToken(t *testing.T) {
	want := wire.Token{AccountTag: "acc", TunnelID: wire.NewUUID(), Secret: []byte("0123456789abcdef0123456789abcdef")}
	got, err := wire.ParseToken(want.Encode())
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v %v", got, err)
	}
	literal := base64.StdEncoding.EncodeToString([]byte(`{"a":"acc","t":"11111111-2222-4333-8444-555555555555","s":"MDEyMw==","e":"fed"}`))
	got, err = wire.ParseToken(literal)
	if err != nil || got.AccountTag != "acc" || string(got.Secret) != "0123" || got.Endpoint != "fed" || got.TunnelID.String() != "11111111-2222-4333-8444-555555555555" {
		t.Errorf("%v %v", got, err)
	}
	for name, bad := range map[string]string{
		"empty": "", "garbage": "canary-garbage", "truncated": literal[:40], "not json": base64.StdEncoding.EncodeToString([]byte("canary")),
		"no secret":  base64.StdEncoding.EncodeToString([]byte(`{"a":"canary","t":"11111111-2222-4333-8444-555555555555"}`)),
		"no account": base64.StdEncoding.EncodeToString([]byte(`{"t":"11111111-2222-4333-8444-555555555555","s":"MDEyMw=="}`)),
		"bad id":     base64.StdEncoding.EncodeToString([]byte(`{"a":"canary","t":"1111","s":"MDEyMw=="}`)),
	} {
		if _, err := wire.ParseToken(bad); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUUID(t *testing.T) {
	u := wire.NewUUID()
	back, err := wire.ParseUUID(u.String())
	if err != nil || back != u || u == wire.NewUUID() {
		t.Errorf("%v %v %v", u, back, err)
	}
	if s := u.String(); s[14] != '4' || !strings.ContainsRune("89ab", rune(s[19])) {
		t.Errorf("%s is not of version 4", s)
	}
	for _, bad := range []string{"", "x", strings.Repeat("1", 36), "11111111-2222-4333-8444-55555555555g", "11111111-2222-4333-8444-5555555-5555"} {
		if _, err := wire.ParseUUID(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestHeaders(t *testing.T) {
	want := http.Header{"Content-Type": {"text/html; charset=utf-8"}, "Set-Cookie": {"a=1; Path=/", "b=2"}, "X-Empty": {""}}
	got, err := wire.UnpackHeaders(wire.PackHeaders(want))
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v %v", got, err)
	}
	if s := wire.PackHeaders(http.Header{"A": {"bc"}}); s != "QQ:YmM" {
		t.Errorf("packed form %q", s)
	}
	if got, err := wire.UnpackHeaders(""); err != nil || len(got) != 0 {
		t.Errorf("nothing: %v %v", got, err)
	}
	for _, bad := range []string{"QQ", "*:YmM", "QQ:*", "QQ:YmM;"} {
		if _, err := wire.UnpackHeaders(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

// clerk is a Registrar that remembers.
type clerk struct {
	got     wire.Registration
	details wire.Details
	refusal *wire.Refusal
	left    chan struct{}
}

func (c *clerk) Register(_ context.Context, r wire.Registration) (wire.Details, *wire.Refusal) {
	c.got = r
	return c.details, c.refusal
}

func (c *clerk) Unregister() { close(c.left) }

func TestSession(t *testing.T) {
	c := &clerk{details: wire.Details{ConnectionID: wire.NewUUID(), Location: "lhr01", RemotelyManaged: true}, left: make(chan struct{})}
	a, b := net.Pipe()
	session := wire.Serve(a, c)
	defer session.Close()
	client := wire.Dial(t.Context(), b)
	defer client.Close()
	want := wire.Registration{
		AccountTag: "acc", Secret: []byte{1, 2, 3}, TunnelID: wire.NewUUID(), ConnIndex: 3, ConnectorID: wire.NewUUID(), Features: []string{"one", "two"},
		Version: "2026.8.2", Arch: "linux_amd64", OriginLocalIP: []byte{127, 0, 0, 1}, ReplaceExisting: true, CompressionQuality: 5, PreviousAttempts: 7,
	}
	details, err := client.Register(t.Context(), want)
	if err != nil || details != c.details {
		t.Errorf("%+v %v", details, err)
	}
	if diff := cmp.Diff(want, c.got); diff != "" {
		t.Error(diff)
	}
	c.refusal = &wire.Refusal{Cause: "Unauthorized: Invalid tunnel secret", RetryAfter: 5 * time.Second, ShouldRetry: true}
	_, err = client.Register(t.Context(), want)
	var refusal *wire.Refusal
	if !errors.As(err, &refusal) || *refusal != *c.refusal || err.Error() != c.refusal.Cause {
		t.Errorf("refusal %v", err)
	}
	if err := client.Unregister(t.Context()); err != nil {
		t.Error(err)
	}
	<-c.left
	client.Close()
	<-session.Done()
}
