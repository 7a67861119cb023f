package web_test

import (
	"slices"
	"strings"
	"testing"

	"example.test/wizard/steps"
)

// TestNotificationsAddressReadLater: an empty address is refused, and does not win
// over one that can be read by now. That is proposed, and taken only when it is sent.
func TestNotificationsAddressReadLater(t *testing.T) {
	w := newWorld(t)
	types := map[string]string{steps.AlertTunnel: "Tunnel Health Alert", "a_zone": "Zone"}
	w.shows(steps.IDNotifications, steps.Finding{Ask: "email", Detail: &steps.NotificationsDetail{Types: types}})
	b := w.open()
	if got := b.get("/steps/notifications").value("email"); got != "" {
		t.Errorf("proposed %q", got)
	}
	a := b.post("/steps/notifications/choose", "email", " ", "alert", "a_zone")
	refused(t, a, "email", "Enter an address such as robin@example.com")
	w.shows(steps.IDNotifications, steps.Finding{Ask: "email", Detail: &steps.NotificationsDetail{Email: "robin@example.com", Types: types}})
	for _, empty := range []string{"", " "} {
		a = b.post("/steps/notifications/choose", "email", empty, "alert", "a_zone")
		refused(t, a, "email", "No address was given. If this one is right, go on; else type another")
		if got := a.value("email"); got != "robin@example.com" {
			t.Errorf("proposed %q", got)
		}
		a.has(`input[value="a_zone"][checked]`, `input[value="`+steps.AlertTunnel+`"]:not([checked])`)
	}
	if w.store.now().Alerts.Chosen {
		t.Error("taken although nobody has said yes")
	}
	b.post("/steps/notifications/choose", "email", a.value("email"), "alert", "a_zone").leads("/steps/notifications")
	if s := w.store.now().Alerts; !s.Chosen || s.Email != "robin@example.com" {
		t.Errorf("%+v", s)
	}
}

func TestNotificationsForm(t *testing.T) {
	w := newWorld(t)
	w.shows(steps.IDNotifications, steps.Finding{Ask: "email", Detail: &steps.NotificationsDetail{Email: "robin@example.com", Types: map[string]string{steps.AlertTunnel: "Tunnel Health Alert", "a_zone": "Zone"}}})
	b := w.open()
	form := b.get("/steps/notifications")
	form.has(`input[name="alert"][value="`+steps.AlertTunnel+`"][checked]`, `input[name="alert"][value="a_zone"]:not([checked])`)
	if form.value("email") != "robin@example.com" {
		t.Errorf("proposed %q", form.value("email"))
	}
	for _, typed := range []string{"robin", "robin@", "Robin <robin@example.com>", "robin@example.com, mallory@evil.test", "<b>@example.com"} {
		a := b.post("/steps/notifications/choose", "email", typed, "alert", "a_zone")
		refused(t, a, "email", "Enter an address such as robin@example.com")
		if got := a.value("email"); got != strings.TrimSpace(typed) {
			t.Errorf("typed %q, kept %q", typed, got)
		}
		a.has(`input[value="a_zone"][checked]`, `input[value="`+steps.AlertTunnel+`"]:not([checked])`)
	}
	b.post("/steps/notifications/choose", "email", "x").hasNot(`input[name="alert"][checked]`) // a tick that was taken away stays away
	b.post("/steps/notifications/choose", "email", " robin@example.org ", "alert", "a_zone", "alert", steps.AlertTunnel).leads("/steps/notifications")
	if s := w.store.now().Alerts; !s.Chosen || s.Email != "robin@example.org" || !slices.Equal(s.Types, []string{"a_zone", steps.AlertTunnel}) {
		t.Errorf("%+v", s)
	}
	b.post("/steps/notifications/choose", "do", "skip", "email", "").leads("/steps/notifications")
	if s := w.store.now().Alerts; !s.Chosen || s.Email != "" || len(s.Types) != 0 {
		t.Errorf("%+v", s)
	}
}
