package cloudflare

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/retry"
)

// The data sets that the wizard asks.
const (
	cacheNode = "httpRequestsAdaptiveGroups"
	eventNode = "firewallEventsAdaptiveGroups"
)

const cacheQuery = `query($zone: string!, $since: Time!, $until: Time!, $host: string!) {
  viewer { zones(filter: {zoneTag: $zone}) {
    httpRequestsAdaptiveGroups(limit: 50, orderBy: [count_DESC],
      filter: {datetime_geq: $since, datetime_lt: $until, clientRequestHTTPHost: $host, requestSource: "eyeball"}) {
        count sum { edgeResponseBytes } dimensions { cacheStatus } } } }
}`

const eventQuery = `query($zone: string!, $since: Time!, $until: Time!, $host: string!) {
  viewer { zones(filter: {zoneTag: $zone}) {
    firewallEventsAdaptiveGroups(limit: 500, orderBy: [count_DESC],
      filter: {datetime_geq: $since, datetime_lt: $until, clientRequestHTTPHost: $host, action: "block"}) {
        count dimensions { ruleId clientCountryName datetimeHour } } } }
}`

const limitQuery = `query($zone: string!) {
  viewer { zones(filter: {zoneTag: $zone}) {
    settings { NODE { enabled maxDuration maxPageSize notOlderThan availableFields } } } }
}`

// A row of both data sets; each fills in its part.
type analyticsRow struct {
	Count int64 `json:"count"`
	Sum   struct {
		Bytes int64 `json:"edgeResponseBytes"`
	} `json:"sum"`
	Dimensions struct {
		CacheStatus string    `json:"cacheStatus"`
		RuleID      string    `json:"ruleId"`
		Country     string    `json:"clientCountryName"`
		Hour        time.Time `json:"datetimeHour"`
	} `json:"dimensions"`
}

// CacheStatuses implements [steps.Analytics]. The figures are sampled and come
// some minutes late. A window that the plan does not give is narrowed.
func (c *Client) CacheStatuses(ctx context.Context, zoneID, host string, since, until time.Time) ([]steps.Count, error) {
	rows, err := c.rows(ctx, cacheNode, cacheQuery, []string{"cacheStatus", "clientRequestHTTPHost"}, zoneID, host, since, until)
	var list []steps.Count
	for _, r := range rows {
		list = append(list, steps.Count{Key: r.Dimensions.CacheStatus, N: r.Count, Bytes: r.Sum.Bytes})
	}
	return list, err
}

// Blocked implements [steps.Analytics], in the manner of [Client.CacheStatuses].
func (c *Client) Blocked(ctx context.Context, zoneID, host string, since, until time.Time) ([]steps.Count, error) {
	rows, err := c.rows(ctx, eventNode, eventQuery, []string{"ruleId", "clientCountryName", "datetimeHour"}, zoneID, host, since, until)
	var list []steps.Count
	for _, r := range rows {
		d := r.Dimensions
		list = append(list, steps.Count{Key: d.RuleID, Country: d.Country, Hour: d.Hour, N: r.Count})
	}
	return list, err
}

// rows asks for the data, and only when that is refused for the limits of this
// zone: whether it has the data set and the fields at all, and for how long
// back.
func (c *Client) rows(ctx context.Context, node, query string, needed []string, zoneID, host string, since, until time.Time) ([]analyticsRow, error) {
	ctx, cancel := retry.Bounded(ctx)
	defer cancel()
	ask := func(since time.Time) ([]analyticsRow, error) {
		var zone map[string][]analyticsRow
		err := c.query(ctx, query, map[string]string{
			"zone": zoneID, "host": host,
			"since": since.UTC().Format(time.RFC3339), "until": until.UTC().Format(time.RFC3339),
		}, &zone)
		return zone[node], err
	}
	list, err := ask(since)
	if _, refused := errors.AsType[queryError](err); !refused || denied(err) {
		return list, err
	}
	lim, second := c.limits(ctx, zoneID, node)
	if second != nil {
		return nil, err
	}
	if !lim.Enabled || lim.lacks(needed) {
		return nil, steps.ErrNoAnalytics
	}
	from := lim.earliest(c.now(), since, until)
	if !from.Before(until) {
		return nil, nil // nothing of the window is kept
	}
	if from.After(since) {
		return ask(from)
	}
	if e, ok := errors.AsType[*steps.ServiceError](err); ok && strings.Contains(e.Message, "does not have access") {
		return nil, steps.ErrNoAnalytics
	}
	return nil, err
}

// nodeLimits is what a plan gives of one data set. Durations are in seconds.
type nodeLimits struct {
	Enabled      bool     `json:"enabled"`
	MaxDuration  int64    `json:"maxDuration"`
	NotOlderThan int64    `json:"notOlderThan"`
	Fields       []string `json:"availableFields"`
}

// limits reads what this zone's plan gives of the data set.
func (c *Client) limits(ctx context.Context, zoneID, node string) (nodeLimits, error) {
	var zone struct {
		Settings map[string]nodeLimits `json:"settings"`
	}
	err := c.query(ctx, strings.Replace(limitQuery, "NODE", node, 1), map[string]string{"zone": zoneID}, &zone)
	return zone.Settings[node], err
}

// lacks reports whether one of the fields is not given. Names of fields may come
// with the group they are in; an empty list says nothing.
func (l nodeLimits) lacks(needed []string) bool {
	return len(l.Fields) > 0 && slices.ContainsFunc(needed, func(want string) bool {
		return !slices.ContainsFunc(l.Fields, func(f string) bool { return strings.HasSuffix(f, want) })
	})
}

// earliest is since, moved up into what the plan gives. A minute is left for
// the time that the query takes.
func (l nodeLimits) earliest(now, since, until time.Time) time.Time {
	if l.NotOlderThan > 0 {
		if t := now.Add(time.Minute - time.Duration(l.NotOlderThan)*time.Second); t.After(since) {
			since = t
		}
	}
	if l.MaxDuration > 0 {
		if t := until.Add(-time.Duration(l.MaxDuration) * time.Second); t.After(since) {
			since = t
		}
	}
	return since
}
