package templates

import (
	"fmt"
	"time"

	"example.test/wizard/locale"
)

// scaleView is the drawing of a wait at one width. The usual time takes a third of the width, the first half of the limit another third.
type scaleView struct {
	box, label                    string
	width, usual, mid             string
	usualBand, ticks, needle      string
	nowX, nowText                 string
	usualText, midText, limitText string
	start                         time.Time
}

// newScale places a wait on a drawing of the given width in units.
func newScale(s Scale, width int) scaleView {
	usual, limit := s.Usual, s.Limit
	if usual <= 0 {
		usual = time.Hour
	}
	if limit <= 0 {
		limit = 48 * time.Hour
	}
	w := float64(width)
	at := func(d time.Duration) float64 {
		switch mid := limit / 2; {
		case d <= usual:
			return 0.344 * w * float64(d) / float64(usual)
		case d <= mid:
			return 0.344*w + 0.328*w*float64(d-usual)/float64(mid-usual)
		case d < limit:
			return 0.672*w + 0.328*w*float64(d-mid)/float64(limit-mid)
		default:
			return w
		}
	}
	u, m, n := at(usual), at(limit/2), at(max(s.Elapsed, 0))
	text := "now, " + lasting(s.Elapsed)
	half := 4.0 * float64(len(text))
	x := min(max(n, half), w-half) // the words stay inside the drawing
	limitText := lasting(limit)
	if width > 400 {
		limitText += ", limit"
	}
	return scaleView{
		box:   fmt.Sprintf("0 0 %d 76", width),
		label: fmt.Sprintf("%s so far. Most changes are done within %s; the limit is %s.", lasting(s.Elapsed), lasting(usual), lasting(limit)),
		width: fmt.Sprint(width), usual: units(u), mid: units(m),
		usualBand: fmt.Sprintf("M4 36H%sv8H4a4 4 0 0 1 0-8z", units(u)),
		ticks:     fmt.Sprintf("M%s 30v20M%s 30v20", units(u), units(m)),
		needle:    fmt.Sprintf("M%s 34l-6-9h12zM%s 32h2v16h-2z", units(n), units(n-1)),
		nowX:      units(x), nowText: text,
		start: s.Start, usualText: lasting(usual) + ", usual", midText: lasting(limit / 2), limitText: limitText,
	}
}

// units writes a coordinate with at most one decimal.
func units(f float64) string { return number(float64(int(f*10+0.5)) / 10) }

// lasting says a duration in one unit, rounded down.
func lasting(d time.Duration) string {
	switch {
	case d < time.Minute:
		return locale.Count(max(int(d/time.Second), 0), "second", "seconds")
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d/time.Minute))
	case d < 24*time.Hour:
		return locale.Count(int(d/time.Hour), "hour", "hours")
	default:
		return locale.Count(int(d/(24*time.Hour)), "day", "days")
	}
}
