package steps

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"example.test/wizard/steps/zone"
)

// mostChanged is the part, in percent, of somebody else's records that a plan
// may change without asking again. The figure is octoDNS's.
const mostChanged = 30

// ManyChanges is a plan that would change so many records of a zone that was
// there before that the person is asked once more.
type ManyChanges struct {
	Changed, Had int
	List         []string // what changes: name, what stands there now, what will
	Mark         string   // names this very set of changes
}

// many judges the changes of a plan; nil when they are few, or when the person
// has said yes to them.
func (seen dnsSeen) many(s Settings, change []CloudRecord) *ManyChanges {
	m := &ManyChanges{}
	before := map[string]CloudRecord{}
	for _, c := range seen.cloud {
		if !strings.Contains(c.Comment, s.Marker()) {
			m.Had++
			before[c.ID] = c
		}
	}
	h := sha256.New()
	for _, c := range change {
		old, theirs := before[c.ID]
		if !theirs {
			continue
		}
		m.Changed++
		line := fmt.Sprintf("%s %s: %s becomes %s", old.Type, zone.ToUnicode(old.Name), old.Content, sameType(old.Type, c))
		m.List = append(m.List, line)
		_, _ = fmt.Fprintf(h, "%q\n", line)
	}
	m.Mark = hex.EncodeToString(h.Sum(nil))[:16]
	if m.Changed*100 <= mostChanged*m.Had || s.Records.Many == m.Mark {
		return nil
	}
	return m
}

// sameType is the new data, with its type where that changes too.
func sameType(old string, c CloudRecord) string {
	if c.Type == old {
		return c.Content
	}
	return c.Type + " " + c.Content
}
