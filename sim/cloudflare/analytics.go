package cloudflare

import (
	"encoding/json"
	"fmt"
	"time"
)

// Limits of the two datasets on a free zone.
const (
	analyticsSpan = 24 * time.Hour     // widest range of one query
	analyticsAge  = 8 * 24 * time.Hour // oldest data
	analyticsPage = 10000              // rows
)

func analyticsRoutes() []route {
	return []route{{method: "POST", pattern: "/graphql", handle: graphQL, prepare: askTraffic, reads: true}}
}

// askTraffic asks the world for a wide range before the lock is taken; the
// handler picks from it.
func askTraffic(c *call) {
	if c.api.cfg.Traffic == nil {
		c.outside.traffic = func(_, _ time.Time) []Traffic { return nil }
		return
	}
	all := c.api.cfg.Traffic("", c.now.Add(-analyticsAge), c.now.Add(time.Hour))
	c.outside.traffic = func(since, until time.Time) []Traffic {
		var rows []Traffic
		for _, r := range all {
			if !r.Hour.Before(since.Truncate(time.Hour)) && r.Hour.Before(until) {
				rows = append(rows, r)
			}
		}
		return rows
	}
}

// graphQL answers 200 whatever happens; errors stand in the body.
func graphQL(c *call) (answer, error) {
	data, err := c.runQuery()
	body := map[string]any{"data": data, "errors": nil}
	if err != nil {
		body = map[string]any{"data": nil, "errors": []map[string]any{{
			"message": err.Error(), "path": err.path, "extensions": map[string]any{"code": err.code, "timestamp": stamp(c.now), "ray_id": randomHex(8)},
		}}}
	}
	raw, jerr := json.Marshal(body)
	return answer{raw: raw, rawType: "application/json"}, jerr
}

// gqlError is an error of a query.
type gqlError struct {
	message, code string
	path          []any
}

func (e *gqlError) Error() string { return e.message }

func parseError(err error) *gqlError { return &gqlError{message: "error parsing args: " + err.Error()} }

func (c *call) runQuery() (any, *gqlError) {
	var in struct {
		Query     string         `json:"query"`
		Variables map[string]any `json:"variables"`
	}
	if err := json.Unmarshal(c.body, &in); err != nil {
		return nil, parseError(err)
	}
	fields, err := parseGraphQL(in.Query, in.Variables)
	if err != nil {
		return nil, parseError(err)
	}
	data := map[string]any{}
	for _, f := range fields {
		if f.name != "viewer" {
			return nil, unknownField(f.name)
		}
		viewer := map[string]any{}
		for _, z := range f.fields {
			if z.name != "zones" {
				return nil, unknownField(z.name)
			}
			list, err := c.queryZones(z)
			if err != nil {
				return nil, err
			}
			viewer[z.key()] = list
		}
		data[f.key()] = viewer
	}
	return data, nil
}

func unknownField(name string) *gqlError {
	return &gqlError{message: fmt.Sprintf("unknown field %q", name), code: "unknown_field"}
}

// queryZones answers the zone that the filter names, if the token may see its
// analytics.
func (c *call) queryZones(f gqlField) (any, *gqlError) {
	filter, _ := f.args["filter"].(map[string]any)
	tag, _ := filter["zoneTag"].(string)
	if list, ok := filter["zoneTag_in"].([]any); ok && len(list) == 1 {
		tag, _ = list[0].(string)
	}
	if tag == "" {
		return nil, &gqlError{message: "zoneTag is required", path: []any{"viewer", "zones"}}
	}
	z := c.st.zone(tag)
	if z == nil || c.need(AnalyticsRead) != nil || !c.mayAccount(z.AccountID) || !c.mayZone(z) {
		return nil, &gqlError{message: "not authorized for that account", code: "authz", path: []any{"viewer", "zones"}}
	}
	row := map[string]any{}
	for _, node := range f.fields {
		v, err := c.queryNode(z, node)
		if err != nil {
			return nil, err
		}
		row[node.key()] = v
	}
	return []any{row}, nil
}

func (c *call) queryNode(z *zoneRow, node gqlField) (any, *gqlError) {
	switch node.name {
	case "zoneTag":
		return z.ID, nil
	case "settings":
		return nodeSettings(node)
	}
	set, ok := datasets()[node.name]
	if !ok {
		return nil, unknownField(node.name)
	}
	return c.queryGroups(z, node, set)
}

// nodeSettings answers what the plan allows for each dataset.
func nodeSettings(node gqlField) (any, *gqlError) {
	out := map[string]any{}
	for _, d := range node.fields {
		set, ok := datasets()[d.name]
		if !ok {
			return nil, unknownField(d.name)
		}
		fields := append([]string{"count"}, set.sums...)
		for _, name := range sortedNames(set.dimensions) {
			fields = append(fields, "dimensions_"+name)
		}
		all := map[string]any{
			"enabled": true, "maxDuration": int(analyticsSpan.Seconds()), "maxPageSize": analyticsPage, "maxNumberOfFields": 30,
			"notOlderThan": int(analyticsAge.Seconds()), "availableFields": fields,
		}
		row := map[string]any{}
		for _, f := range d.fields {
			v, ok := all[f.name]
			if !ok {
				return nil, unknownField(f.name)
			}
			row[f.key()] = v
		}
		out[d.key()] = row
	}
	return out, nil
}
