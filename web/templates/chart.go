package templates

import (
	"fmt"

	"example.test/wizard/locale"
)

// chartView is the drawing of a few bars at one width.
type chartView struct {
	box, axis, label string
	bars             []barView
	names            []pathText
	peak             *pathText
}

// barView is one drawn bar.
type barView struct{ x, y, w, h string }

const (
	chartFloor = 96 // y of the axis, in units
	chartRoom  = 76 // height of the highest bar
	chartNames = 6  // so many bars or fewer are named each; of more, only every few
)

// newChart places bars on a drawing of the given width in units.
func newChart(c Chart, width int) chartView {
	v := chartView{box: fmt.Sprintf("0 0 %d 120", width), axis: fmt.Sprintf("M0 %d.5H%d", chartFloor, width), label: c.Label}
	if len(c.Bars) == 0 {
		return v
	}
	top, topAt := 0, 0
	for i, b := range c.Bars {
		if b.N > top {
			top, topAt = b.N, i
		}
	}
	step := float64(width) / float64(len(c.Bars))
	for i, b := range c.Bars {
		if b.N > 0 {
			h := max(chartRoom*float64(b.N)/float64(top), 1)
			v.bars = append(v.bars, barView{units(step*float64(i) + step*0.12), units(chartFloor - h), units(step * 0.76), units(h)})
		}
	}
	if top > 0 {
		v.peak = &pathText{x: units(step * (float64(topAt) + 0.5)), y: "14", anchor: "middle", text: locale.Number(top)}
	}
	v.names = chartLabels(c.Bars, step)
	return v
}

// chartLabels names the bars: each in its middle when they are few, else a third of them where they begin.
func chartLabels(bars []Bar, step float64) []pathText {
	var out []pathText
	if len(bars) <= chartNames {
		for i, b := range bars {
			out = append(out, pathText{x: units(step * (float64(i) + 0.5)), y: "114", anchor: "middle", text: clip(b.Name, int(step/7))})
		}
		return out
	}
	every := (len(bars) + 2) / 3
	for i := 0; i < len(bars); i += every {
		anchor := "middle"
		if i == 0 {
			anchor = "start"
		}
		out = append(out, pathText{x: units(step * float64(i)), y: "114", anchor: anchor, text: bars[i].Name})
	}
	return append(out, pathText{x: units(step * float64(len(bars))), y: "114", anchor: "end", text: bars[len(bars)-1].Name})
}

// qrBox leaves the four modules of quiet zone that cameras need.
func qrBox(q QR) string { return fmt.Sprintf("-4 -4 %d %d", q.Size+8, q.Size+8) }
