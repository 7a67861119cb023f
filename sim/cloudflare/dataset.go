package cloudflare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// dataset is a node of the analytics API: its dimensions, its sums and which
// rows of traffic it holds.
type dataset struct {
	dimensions map[string]func(Traffic) string
	sums       []string // members of "sum", written as the settings node does
	holds      func(Traffic) bool
}

func datasets() map[string]dataset {
	hour := func(t Traffic) string { return t.Hour.UTC().Format(time.RFC3339) }
	common := func(more map[string]func(Traffic) string) map[string]func(Traffic) string {
		more["clientRequestHTTPHost"] = func(t Traffic) string { return t.Host }
		more["clientCountryName"] = func(t Traffic) string { return t.Country }
		more["datetimeHour"] = hour
		more["date"] = func(t Traffic) string { return t.Hour.UTC().Format(time.DateOnly) }
		return more
	}
	return map[string]dataset{
		"httpRequestsAdaptiveGroups": {
			dimensions: common(map[string]func(Traffic) string{
				"cacheStatus":   func(t Traffic) string { return t.CacheStatus },
				"requestSource": func(Traffic) string { return "eyeball" },
			}),
			sums:  []string{"sum_edgeResponseBytes", "sum_visits"},
			holds: func(Traffic) bool { return true },
		},
		"firewallEventsAdaptiveGroups": {
			dimensions: common(map[string]func(Traffic) string{
				"action": func(t Traffic) string { return t.Action },
				"ruleId": func(t Traffic) string { return t.RuleID },
				"source": func(Traffic) string { return "firewallCustom" },
			}),
			holds: func(t Traffic) bool { return t.Action != "" && t.Action != "allow" },
		},
	}
}

// groupRow is one line of an answer.
type groupRow struct {
	dims  map[string]any
	count int
	bytes int64
}

// queryGroups filters, groups by the wanted dimensions, sorts and cuts.
func (c *call) queryGroups(z *zoneRow, node gqlField, set dataset) (any, *gqlError) {
	limit, ok := node.args["limit"].(float64)
	if !ok || limit < 1 || limit > analyticsPage {
		return nil, &gqlError{message: fmt.Sprintf("limit must be positive number and not greater than %d", analyticsPage)}
	}
	filter, _ := node.args["filter"].(map[string]any)
	since, until, err := c.span(filter)
	if err != nil {
		return nil, err
	}
	wanted, err := set.check(node, filter)
	if err != nil {
		return nil, err
	}
	groups := map[string]*groupRow{}
	for _, t := range c.outside.traffic(since, until) {
		if !set.fits(t, filter) || !set.holds(t) || !within(t.Host, z.Name) {
			continue
		}
		row := groupRow{dims: map[string]any{}}
		var key []string
		for _, d := range wanted {
			value := set.dimensions[d.name](t)
			row.dims[d.key()] = value
			key = append(key, value)
		}
		k := strings.Join(key, "\x00")
		if groups[k] == nil {
			groups[k] = &row
		}
		groups[k].count += t.Count
		groups[k].bytes += t.Bytes
	}
	return render(groups, node, int(limit)), nil
}

// check refuses names that the dataset does not know, whether there are rows or
// not, and answers the dimensions that were asked for.
func (set dataset) check(node gqlField, filter map[string]any) (wanted []gqlField, err *gqlError) {
	for name := range filter {
		dim, op, _ := strings.Cut(name, "_")
		if _, ok := set.dimensions[dim]; dim != "datetime" && (!ok || !slices.Contains([]string{"", "neq", "in"}, op)) {
			return nil, unknownField(name)
		}
	}
	for _, f := range node.fields {
		switch f.name {
		case "count":
		case "sum":
			for _, sum := range f.fields {
				if !slices.Contains(set.sums, "sum_"+sum.name) {
					return nil, unknownField(sum.name)
				}
			}
		case "dimensions":
			wanted = f.fields
		default:
			return nil, unknownField(f.name)
		}
	}
	for _, d := range wanted {
		if set.dimensions[d.name] == nil {
			return nil, unknownField(d.name)
		}
	}
	return wanted, nil
}

// span reads the range of time of a filter and checks it against the plan.
func (c *call) span(filter map[string]any) (since, until time.Time, err *gqlError) {
	until = c.now
	for name, v := range filter {
		if !strings.HasPrefix(name, "datetime_") {
			continue
		}
		s, _ := v.(string)
		t, perr := time.Parse(time.RFC3339, s)
		if perr != nil {
			return since, until, parseError(perr)
		}
		switch name {
		case "datetime_geq", "datetime_gt":
			since = t
		case "datetime_leq", "datetime_lt":
			until = t
		}
	}
	switch {
	case since.IsZero():
		return since, until, &gqlError{message: "datetime_geq is required"}
	case until.Sub(since) > analyticsSpan:
		return since, until, &gqlError{message: fmt.Sprintf("query time range is too large. Time range can't be wider than %s", analyticsSpan), code: "quota"}
	case c.now.Sub(since) > analyticsAge+time.Hour:
		return since, until, &gqlError{message: fmt.Sprintf("cannot request data older than %s", analyticsAge), code: "quota"}
	}
	return since, until, nil
}

// fits compares a row with a filter that was checked: equality, _in, _neq.
func (set dataset) fits(t Traffic, filter map[string]any) bool {
	for name, want := range filter {
		dim, op, _ := strings.Cut(name, "_")
		if dim == "datetime" {
			continue
		}
		have, fits := set.dimensions[dim](t), false
		switch op {
		case "neq":
			fits = have != want
		case "in":
			list, _ := want.([]any)
			fits = slices.Contains(list, any(have))
		default:
			fits = have == want
		}
		if !fits {
			return false
		}
	}
	return true
}

// render writes the groups with the fields that were asked for, largest first.
func render(groups map[string]*groupRow, node gqlField, limit int) []any {
	keys := sortedNames(groups)
	slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(groups[b].count, groups[a].count) })
	out := []any{}
	for _, k := range keys[:min(limit, len(keys))] {
		g, row := groups[k], map[string]any{}
		for _, f := range node.fields {
			switch f.name {
			case "count":
				row[f.key()] = g.count
			case "dimensions":
				row[f.key()] = g.dims
			case "sum":
				sums := map[string]any{}
				for _, s := range f.fields {
					sums[s.key()] = map[string]any{"edgeResponseBytes": g.bytes, "visits": g.count}[s.name]
				}
				row[f.key()] = sums
			}
		}
		out = append(out, row)
	}
	return out
}
