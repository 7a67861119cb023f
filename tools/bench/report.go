package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A report is what is written as JSON. Fields are only ever added.
type report struct {
	At      time.Time `json:"at"`
	System  string    `json:"system"`
	Go      string    `json:"go"`
	CPUs    int       `json:"cpus"`
	Load    string    `json:"load"` // of the computer when it began: 1, 5 and 15 minutes
	Figures []figure  `json:"figures"`
}

// A figure is one line of the table.
type figure struct {
	Name  string  `json:"name"`
	Unit  string  `json:"unit"`
	Value float64 `json:"value"`
	Goal  float64 `json:"goal,omitempty"` // at most; 0 for none
}

func (f figure) missed() bool { return f.Goal > 0 && f.Value > f.Goal }

// missed names the figures above their goals.
func (r *report) missed() (names []string) {
	for _, f := range r.Figures {
		if f.missed() {
			names = append(names, f.Name)
		}
	}
	return names
}

func (r *report) add(name, unit string, value, goal float64) {
	r.Figures = append(r.Figures, figure{name, unit, value, goal})
}

// print writes the table as it stands in docs/performance.md.
func (r *report) print(w io.Writer) error {
	r.At = time.Now().UTC().Truncate(time.Second)
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %d processors, load %s, %s\n\n", r.System, r.Go, r.CPUs, r.Load, r.At.Format(time.DateOnly))
	fmt.Fprintf(&b, "| figure | measured | goal | |\n|---|---|---|---|\n")
	for _, f := range r.Figures {
		goal, met := "", ""
		if f.Goal > 0 {
			goal, met = "at most "+number(f.Goal)+" "+f.Unit, "met"
			if f.missed() {
				met = "missed"
			}
		}
		fmt.Fprintf(&b, "| %s | %s %s | %s | %s |\n", f.Name, number(f.Value), f.Unit, goal, met)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *report) write(path string) error {
	js, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, append(js, '\n'), 0o644)
}

// number writes a figure with as many digits as mean something.
func number(v float64) string {
	switch {
	case v == float64(int64(v)):
		return fmt.Sprintf("%.0f", v)
	case v < 10:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.1f", v)
}

// quantile is the nearest rank; q is between 0 and 1.
func quantile(all []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// load is what Linux says of how busy the computer is.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(b))[:3], " ")
}
