package store_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
	"example.test/wizard/store"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// day is a moment without a monotonic part, so that it comes back equal.
func day(n int) time.Time { return time.Date(2026, 11, n, 15, 42, 10, 0, time.UTC) }

// open opens a file that must open, and closes it when the test ends.
func open(t *testing.T, path string) *store.DB {
	t.Helper()
	db, err := store.Open(path)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() }) // a second Close is harmless
	return db
}

func fresh(t *testing.T) *store.DB {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "wizard.db"))
}

// used is what a wizard in the middle of its work holds.
func used() (steps.Settings, []steps.Intent, []steps.Event, steps.Found) {
	set := steps.Settings{
		Installation: "k3xq81ab", Agreed: day(1), AccountID: "acc", Domain: "example.com", ZoneID: "z1", OldServers: []string{"ns1.old.example", "ns2.old.example"},
		Story: []steps.Moment{{At: day(2), What: "The first server of the registry showed the new pair"}}, Subdomain: "copper-otter", TunnelID: "t1", TunnelCreated: true,
		Plex: steps.PlexChoices{RelayOff: true, Before: map[string]string{"RelayEnabled": "1"}},
	}
	intents := []steps.Intent{{Attempt: "AAAA", Step: steps.IDTunnel, Action: "create-tunnel", What: "Create a tunnel", At: day(3)}}
	var events []steps.Event
	for i := range 40 {
		events = append(events, steps.Event{
			At: day(1 + i%28), Took: time.Duration(i) * time.Second, Attempt: "B" + string(rune('A'+i%26)), Step: steps.IDDNS, Action: "create-records",
			Verb: steps.Create, What: "Create 12 DNS records", To: "MX example.com", Result: steps.Done,
		})
	}
	found := steps.Found{Domain: "example.com", At: day(2), Complete: "transfer", Statement: "Complete."}
	for range 60 {
		found.Records = append(found.Records, zone.Record{Name: "example.com", Type: "TXT", TTL: 300, Content: `"v=spf1 include:_spf.example.net -all"`, Sources: []string{zone.SourceTransfer}})
	}
	return set, intents, events, found
}

// fill writes used into a file and closes it.
func fill(t *testing.T, path string) {
	t.Helper()
	db := open(t, path)
	set, intents, events, found := used()
	must(t, db.SaveSettings(set))
	for _, in := range intents {
		must(t, db.Begin(in))
	}
	for _, ev := range events {
		must(t, db.Finish(steps.Intent{Attempt: ev.Attempt}, ev))
	}
	must(t, db.SaveFound("example.com", found))
	must(t, db.Close())
}

func copyOf(t *testing.T, from string) string {
	t.Helper()
	data, err := os.ReadFile(from)
	must(t, err)
	to := filepath.Join(t.TempDir(), "wizard.db")
	must(t, os.WriteFile(to, data, 0o600))
	return to
}
