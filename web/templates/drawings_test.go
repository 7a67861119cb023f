package templates

import (
	"strings"
	"testing"
	"time"
)

func TestScale(t *testing.T) {
	for name, c := range map[string]struct {
		in                 Scale
		needle, text, last string
	}{
		"begun":       {Scale{}, "M0 34", "now, 0 seconds", "2 days, limit"},
		"half hour":   {Scale{Elapsed: 30 * time.Minute}, "M110.1 34", "now, 30 min", "2 days, limit"},
		"usual":       {Scale{Elapsed: time.Hour}, "M220.2 34", "now, 1 hour", "2 days, limit"},
		"a day":       {Scale{Elapsed: 24 * time.Hour}, "M430.1 34", "now, 1 day", "2 days, limit"},
		"over":        {Scale{Elapsed: 99 * time.Hour}, "M640 34", "now, 4 days", "2 days, limit"},
		"clock moved": {Scale{Elapsed: -time.Hour}, "M0 34", "now, 0 seconds", "2 days, limit"},
		"short":       {Scale{Elapsed: 3 * time.Second, Usual: 5 * time.Second, Limit: 20 * time.Second}, "M132.1 34", "now, 3 seconds", "20 seconds, limit"},
	} {
		t.Run(name, func(t *testing.T) {
			v := newScale(c.in, 640)
			if !strings.HasPrefix(v.needle, c.needle) || v.nowText != c.text || v.limitText != c.last {
				t.Errorf("needle %q, %q, %q", v.needle, v.nowText, v.limitText)
			}
		})
	}
}

func TestChart(t *testing.T) {
	few := newChart(Chart{Bars: []Bar{{"BYPASS", 40}, {"DYNAMIC", 10}, {"HIT", 0}}}, 300)
	if len(few.bars) != 2 || few.bars[0].h != "76" || few.bars[1].h != "19" || few.peak.text != "40" || len(few.names) != 3 {
		t.Errorf("few bars: %+v", few)
	}
	many := newChart(Chart{Bars: make([]Bar, 24)}, 640)
	if many.peak != nil || len(many.bars) != 0 || len(many.names) != 4 || many.names[3].anchor != "end" {
		t.Errorf("24 empty bars: %+v", many)
	}
	if none := newChart(Chart{}, 300); none.peak != nil || none.names != nil {
		t.Errorf("no bars: %+v", none)
	}
}

func TestDiffer(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		want difference
	}{
		"whole number":  {"203.0.113.80", "203.0.113.10", difference{"203.0.113.", "80", ""}},
		"one sign":      {"v=spf1 ?all", "v=spf1 -all", difference{"v=spf1 ", "?all", ""}},
		"middle":        {"10 mx1.example.com", "10 mx2.example.com", difference{"10 ", "mx1", ".example.com"}},
		"added":         {"a b", "a b c", difference{"a ", "b", ""}},
		"taken away":    {"a b c", "a b", difference{"a ", "b c", ""}},
		"equal":         {"a", "a", difference{before: "a"}},
		"nothing there": {"a", "", difference{middle: "a"}},
		"other letters": {"zürich.ch", "zurich.ch", difference{"", "zürich", ".ch"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := differ(c.a, c.b)
			if got.before+got.middle+got.after != c.a {
				t.Errorf("%+v does not make up %q", got, c.a)
			}
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestClip(t *testing.T) {
	for in, want := range map[string]string{"short": "short", "exactly ten": "exactly t…", "München-West": "München-W…"} {
		if got := clip(in, 10); got != want {
			t.Errorf("clip(%q) = %q", in, got)
		}
	}
}

// TestPathIsNeverSolidFromMemory: a stretch whose state is not known is drawn as not yet built.
func TestPathIsNeverSolidFromMemory(t *testing.T) {
	for state, want := range map[string]string{"done": "seg", "waiting": "seg seg--wait", "problem": "seg seg--problem", "todo": "seg seg--todo", "": "seg seg--todo", "attention": "seg seg--todo"} {
		if got := segClass(state); got != want {
			t.Errorf("%q is drawn as %q", state, got)
		}
	}
	if tubeClass("waiting") != "tube tube--todo" {
		t.Error("the tube is drawn solid while the tunnel waits")
	}
}
