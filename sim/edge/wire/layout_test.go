package wire

import (
	"bytes"
	"testing"
	"time"

	capnp "zombiezen.com/go/capnproto2"
)

// The two sides of the language come from the same hands, so a swapped offset would not show between them. This reads what they write at the observed
// positions, without their help.

func newStruct(t *testing.T, data capnp.Size, pointers uint16) capnp.Struct {
	t.Helper()
	_, seg, err := capnp.NewMessage(capnp.SingleSegment(nil))
	if err != nil {
		t.Fatal(err)
	}
	s, err := capnp.NewRootStruct(seg, capnp.ObjectSize{DataSize: data, PointerCount: pointers})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ptr(t *testing.T, s capnp.Struct, i uint16) capnp.Ptr {
	t.Helper()
	p, err := s.Ptr(i)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParamsLayout(t *testing.T) {
	p := newStruct(t, 8, 3)
	r := Registration{
		AccountTag: "acc", Secret: []byte("secret"), TunnelID: UUID{1}, ConnIndex: 2, ConnectorID: UUID{3}, Features: []string{"f"}, Version: "v", Arch: "a",
		OriginLocalIP: []byte{127, 0, 0, 1}, ReplaceExisting: true, CompressionQuality: 4, PreviousAttempts: 5,
	}
	if err := putParams(p, r); err != nil {
		t.Fatal(err)
	}
	auth, options := ptr(t, p, 0).Struct(), ptr(t, p, 2).Struct()
	client := ptr(t, options, 0).Struct()
	features := capnp.TextList{List: ptr(t, client, 1).List()}
	first, err := features.At(0)
	if err != nil {
		t.Fatal(err)
	}
	for what, ok := range map[string]bool{
		"connIndex":     p.Uint8(0) == 2,
		"account":       ptr(t, auth, 0).Text() == "acc",
		"secret":        string(ptr(t, auth, 1).Data()) == "secret",
		"tunnel":        bytes.Equal(ptr(t, p, 1).Data(), r.TunnelID[:]),
		"ip":            bytes.Equal(ptr(t, options, 1).Data(), r.OriginLocalIP),
		"options' data": options.Uint8(0) == 1 && options.Uint8(1) == 4 && options.Uint8(2) == 5,
		"connector":     bytes.Equal(ptr(t, client, 0).Data(), r.ConnectorID[:]),
		"features":      features.Len() == 1 && first == "f",
		"version":       ptr(t, client, 2).Text() == "v",
		"arch":          ptr(t, client, 3).Text() == "a",
	} {
		if !ok {
			t.Errorf("%s is not where it should be", what)
		}
	}
}

func TestResultsLayout(t *testing.T) {
	s := newStruct(t, 0, 1)
	if err := putResults(s, Details{ConnectionID: UUID{9}, Location: "lhr01", RemotelyManaged: true}, nil); err != nil {
		t.Fatal(err)
	}
	response := ptr(t, s, 0).Struct()
	value := ptr(t, response, 0).Struct()
	if response.Uint16(0) != 1 || ptr(t, value, 0).Data()[0] != 9 || ptr(t, value, 1).Text() != "lhr01" || value.Uint8(0) != 1 {
		t.Error("details are not where they should be")
	}

	s = newStruct(t, 0, 1)
	if err := putResults(s, Details{}, &Refusal{Cause: "no", RetryAfter: time.Second, ShouldRetry: true}); err != nil {
		t.Fatal(err)
	}
	response = ptr(t, s, 0).Struct()
	value = ptr(t, response, 0).Struct()
	if response.Uint16(0) != 0 || ptr(t, value, 0).Text() != "no" || value.Uint64(0) != 1e9 || value.Uint8(8) != 1 {
		t.Error("the error is not where it should be")
	}
	response.SetUint16(0, 2)
	if _, err := getResults(s); err == nil {
		t.Error("an unknown tag was taken")
	}
}

func TestBadParams(t *testing.T) {
	if _, err := getParams(newStruct(t, 8, 3)); err == nil {
		t.Error("a registration without ids was taken")
	}
}
