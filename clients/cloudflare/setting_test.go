package cloudflare_test

import "testing"

func TestSettings(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	got, err := w.Setting(ctx, w.zone, "browser_check")
	if err != nil || got.ID != "browser_check" || got.Value != "on" || !got.Editable || got.Ray == "" {
		t.Errorf("%+v, %v", got, err)
	}
	for id, value := range map[string]string{"browser_check": "off", "min_tls_version": "1.2", "always_use_https": "on"} {
		if err := w.ChangeSetting(ctx, w.zone, id, value); err != nil {
			t.Errorf("%s: %v", id, err)
		}
		if got, err = w.Setting(ctx, w.zone, id); err != nil || got.Value != value {
			t.Errorf("%s: %+v, %v", id, got, err)
		}
	}
	if got, err = w.Setting(ctx, w.zone, "security_header"); err != nil || got.Value[0] != '{' {
		t.Errorf("a compound value is not JSON: %+v, %v", got, err)
	}
	if err := w.ChangeSetting(ctx, w.zone, "min_tls_version", "9"); failure(t, err).Status != 400 {
		t.Errorf("got %v", err)
	}
	if err := w.ChangeSetting(ctx, w.zone, "browser_check", func() {}); err == nil {
		t.Error("a function is no value")
	}
	for _, on := range []bool{true, false} {
		if err := w.ChangeBotFightMode(ctx, w.zone, on); err != nil {
			t.Fatal(err)
		}
		if got, err := w.BotFightMode(ctx, w.zone); err != nil || got != on || w.api.BotFightMode("example.com") != on {
			t.Errorf("%t, %v; want %t", got, err, on)
		}
	}
}
