package edge_test

import (
	"io"
	"net/http"
	"testing"

	"example.test/wizard/sim/edge/wire"
)

func TestTwoConnectors(t *testing.T) {
	eachConnector(t, func(t *testing.T, run starter) {
		w := newWorld()
		w.serve(1, origin(t, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { io.WriteString(rw, "here") })))
		e := start(t, w)
		first := run(t, e, w.token())
		one := connected(t, w, e, 2)
		second := run(t, e, w.token())
		eventually(t, "two connectors", func() bool { c := e.Connectors(tunnel); return len(c) == 2 && len(c[1].Conns) == 2 })
		if err := first.stop(); err != nil {
			t.Fatal(err)
		}
		left := e.Connectors(tunnel)
		if len(left) != 1 || left[0].ID == one.ID {
			t.Fatalf("left over: %+v", left)
		}
		eventually(t, "the second's configuration", func() bool { c := e.Connectors(tunnel); return len(c) == 1 && c[0].ConfigVersion == 1 })
		visitor := visitorFor(t, e)
		for range 4 {
			if _, body := get(t, visitor, "https://"+host+"/"); body != "here" {
				t.Errorf("the other connector does not serve: %q", body)
			}
		}
		if err := second.stop(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestDuplicateConnection(t *testing.T) {
	w := newWorld()
	e := start(t, w)
	id, err := wire.ParseUUID(tunnel)
	if err != nil {
		t.Fatal(err)
	}
	reg := wire.Registration{AccountTag: account, Secret: w.secret, TunnelID: id, ConnectorID: wire.NewUUID(), Version: "1", Arch: "x"}
	first, second, third := rawConnection(t, e), rawConnection(t, e), rawConnection(t, e)
	if _, err := first.Register(t.Context(), reg); err != nil {
		t.Fatal(err)
	}
	before := e.Connectors(tunnel)[0].Conns
	if _, err := second.Register(t.Context(), reg); err == nil || err.Error() != "EDUPCONN" {
		t.Errorf("a second connection with the same index: %v", err)
	}
	if _, err := first.Register(t.Context(), reg); err == nil || err.Error() != "EDUPCONN" {
		t.Errorf("a second registration of the same connection: %v", err)
	}
	reg.ReplaceExisting = true
	details, err := third.Register(t.Context(), reg)
	if err != nil {
		t.Fatal(err)
	}
	after := e.Connectors(tunnel)[0].Conns
	if len(before) != 1 || len(after) != 1 || after[0].ID != details.ConnectionID.String() || after[0].ID == before[0].ID {
		t.Errorf("before %+v, after %+v", before, after)
	}
	stranger := reg
	stranger.AccountTag = "another account"
	if _, err := second.Register(t.Context(), stranger); err == nil || err.Error() != "Unauthorized: Failed to get tunnel" {
		t.Errorf("another account's token: %v", err)
	}
}
