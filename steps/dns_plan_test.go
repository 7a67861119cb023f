package steps

import (
	"strings"
	"testing"

	"example.test/wizard/steps/zone"
)

func TestWhatIsCopied(t *testing.T) {
	s := with(settled(), func(s *Settings) {
		s.Records.Proxy = []string{oldRecords()[0].Key(), oldRecords()[1].Key(), oldRecords()[2].Key()}
	})
	seen := moving()
	seen.cloud = nil
	create, change := seen.plan(s, zone.Compare(seen.found.Records, nil))
	if len(create) != 4 || len(change) != 0 {
		t.Fatalf("%d to create, %d to change", len(create), len(change))
	}
	for _, r := range create {
		web := r.Name == "example.com" && r.Type == "A"
		if r.Proxied != web {
			t.Errorf("%s proxied: %v", r.Key(), r.Proxied)
		}
		if !strings.Contains(r.Comment, s.Marker()) || len(r.Comment) > 100 {
			t.Errorf("comment %q", r.Comment)
		}
	}
	// What is there keeps its place, its proxy and its comment.
	have := inCloud(oldRecords()[1:2])
	have[0].Content, have[0].Comment, have[0].Proxied = "20 mail.example.com.", "theirs", false
	seen.cloud = have
	_, change = seen.plan(s, zone.Compare(seen.found.Records, []zone.Record{have[0].Record}))
	if len(change) != 1 || change[0].ID != "a" || change[0].Comment != "theirs" || change[0].Content != "10 mail.example.com." {
		t.Errorf("%+v", change)
	}
}
