package steps

import "testing"

// The person's other addresses stay, in their order; ours has its port.
func TestCustomURLs(t *testing.T) {
	s := settled()
	ours := "https://" + testHost + ":443"
	tests := []struct{ before, added, removed string }{
		{"", ours, ""},
		{"http://192.168.1.2:32400", ours + ",http://192.168.1.2:32400", "http://192.168.1.2:32400"},
		{"http://a:1, http://b:2 ,", ours + ",http://a:1,http://b:2", "http://a:1, http://b:2 ,"},
		{"https://" + testHost, ours, ""},
		{"http://a:1,https://" + testHost + ":32400/,http://b:2", ours + ",http://a:1,http://b:2", "http://a:1,http://b:2"},
		{"https://COPPER-OTTER.example.com:443", ours, ""},
		{"http://" + testHost + ":80", ours + ",http://" + testHost + ":80", "http://" + testHost + ":80"},
		{"https://not-" + testHost + ":443", ours + ",https://not-" + testHost + ":443", "https://not-" + testHost + ":443"},
	}
	for _, tt := range tests {
		if got := withOurs(tt.before, s); got != tt.added {
			t.Errorf("%q: %q", tt.before, got)
		}
		if got := withOurs(withOurs(tt.before, s), s); got != tt.added {
			t.Errorf("%q a second time: %q", tt.before, got)
		}
		if got := withoutOurs(tt.before, s); got != tt.removed {
			t.Errorf("%q without ours: %q", tt.before, got)
		}
		if !listed(tt.added, s) || listed(tt.removed, s) {
			t.Errorf("%q: listed before or not listed after", tt.before)
		}
	}
}

// Another host was chosen after Plex was told the first: apps must not go on
// trying that one.
func TestCustomURLsAfterAnotherHost(t *testing.T) {
	s := with(settled(), func(s *Settings) { s.Plex.Host = "old-name.example.com" })
	ours := "https://" + testHost + ":443"
	if got := withOurs("https://old-name.example.com:443,http://a:1", s); got != ours+",http://a:1" {
		t.Error(got)
	}
	if got := withoutOurs("https://old-name.example.com:443,http://a:1,"+ours, s); got != "http://a:1" {
		t.Error(got)
	}
	if got := others("https://old-name.example.com:443, http://a:1,"+ours, s); len(got) != 1 || got[0] != "http://a:1" {
		t.Error(got)
	}
}
