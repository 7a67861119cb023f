package main

import (
	"strings"
	"testing"

	"example.test/wizard/sim"
	"example.test/wizard/sim/cloudflare"
	"example.test/wizard/steps"
)

// TestAddressUnread: Cloudflare does not tell the account's address at all. The
// form of step 9 is empty then, and asks for it; the person types it, once, and
// gets to the end.
func TestAddressUnread(t *testing.T) {
	long(t)
	o := lived(t)
	if err := o.Cloudflare.Faults().Add(cloudflare.Fault{Kind: cloudflare.ServerError, Method: "GET", Path: "^/user$", Times: -1}); err != nil {
		t.Fatal(err)
	}
	in := o.start(t, t.TempDir())
	w := o.sit(t, in)
	w.walk("/steps/notifications")
	field := w.Page().Find(`input[name="email"][required]`)
	if got, ok := field.Attr("value"); field.Length() != 1 || ok {
		t.Fatalf("%d fields, proposed %q:\n%s", field.Length(), got, w.text("main"))
	}
	// A browser holds back a form that is not filled in, and so does a person who
	// knows no address: that is an end, and no page that comes again and again.
	known := w.Blanks
	w.Blanks = nil
	if err := w.Forward(t.Context()); err == nil || !strings.Contains(err.Error(), `"email" must be filled`) {
		t.Errorf("without an address: %v", err)
	}
	w.Blanks = known
	w.next()
	set, err := in.engine.Settings()
	if err != nil || set.Alerts.Email != sim.DemoEmail || len(set.Alerts.Types) != 1 || set.Alerts.Types[0] != steps.AlertTunnel {
		t.Fatalf("%+v, %v:\n%s", set.Alerts, err, w.text("main"))
	}
	w.walk("/summary")
	w.allDone()
}
