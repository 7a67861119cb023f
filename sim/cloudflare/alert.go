package cloudflare

import (
	"encoding/json"
	"net/http"
	"net/mail"
	"slices"
	"time"
)

// alertRow is a notification policy.
type alertRow struct {
	ID            string              `json:"id"`
	Name          string              `json:"name"`
	Description   string              `json:"description"`
	Enabled       bool                `json:"enabled"`
	AlertType     string              `json:"alert_type"`
	AlertInterval string              `json:"alert_interval,omitempty"`
	Mechanisms    mechanisms          `json:"mechanisms"`
	Filters       map[string][]string `json:"filters"`
	Created       time.Time           `json:"created"`
	Modified      time.Time           `json:"modified"`
}

// mechanisms says where alerts go; a free account has email only.
type mechanisms struct {
	Email     []destination `json:"email"`
	Webhooks  []destination `json:"webhooks"`
	Pagerduty []destination `json:"pagerduty"`
}

type destination struct {
	ID string `json:"id"`
}

// alertKind is an alert that a free account may set.
type alertKind struct {
	Type        string           `json:"type"`
	DisplayName string           `json:"display_name"`
	Description string           `json:"description"`
	Filters     []map[string]any `json:"filter_options"`
}

// tunnelStatuses are the values of the filter new_status of a tunnel alert.
func tunnelStatuses() []string {
	return []string{"TUNNEL_STATUS_TYPE_HEALTHY", "TUNNEL_STATUS_TYPE_DEGRADED", "TUNNEL_STATUS_TYPE_DOWN", "TUNNEL_STATUS_TYPE_INACTIVE"}
}

// availableAlerts lists the alerts of a free account by the dashboard's product.
func availableAlerts() map[string][]alertKind {
	filter := func(key, comparison string, optional bool, values ...string) map[string]any {
		many := "1-n"
		if optional {
			many = "0-n"
		}
		return map[string]any{"Key": key, "ComparisonOperator": comparison, "Optional": optional, "Range": many, "AvailableValues": values}
	}
	none := []map[string]any{}
	return map[string][]alertKind{
		"Tunnel": {
			{"tunnel_health_event", "Tunnel Health Alert", "Health status of a tunnel has changed.", []map[string]any{
				filter("tunnel_id", "==", true), filter("new_status", "==", true, tunnelStatuses()...),
			}},
			{"tunnel_update_event", "Tunnel Creation or Deletion Event", "A tunnel was created or deleted.", none},
		},
		"DDoS Protection":   {{"dos_attack_l7", "HTTP DDoS Attack Alert", "A DDoS attack on HTTP was mitigated.", none}},
		"SSL/TLS":           {{"universal_ssl_event_type", "Universal SSL Alert", "Universal certificates were validated, issued, renewed or have expired.", none}},
		"Origin Monitoring": {{"real_origin_monitoring", "Passive Origin Monitoring", "Cloudflare cannot reach the origin of a zone.", []map[string]any{filter("zones", "==", false)}}},
		"Cloudflare Status": {{"maintenance_event_notification", "Maintenance Notification", "Maintenance of a data centre was announced.", none}},
		"Trust and Safety": {
			{"block_notification_new_block", "Block Notification", "Content of a zone was blocked.", none},
			{"block_notification_block_removed", "Block Removed", "A block was removed.", none},
		},
		"Pages": {{"pages_event_alert", "Project updates", "A deployment was started, or has failed or succeeded.", []map[string]any{
			filter("project_id", "==", false), filter("environment", "==", false, "ENVIRONMENT_PREVIEW", "ENVIRONMENT_PRODUCTION"), filter("event", "==", false, "EVENT_DEPLOYMENT_FAILED", "EVENT_DEPLOYMENT_SUCCESS"),
		}}},
		"Access":        {{"expiring_service_token_alert", "Expiring Access Service Token", "An Access service token is about to expire.", none}},
		"Web Analytics": {{"web_analytics_metrics_update", "Web Metrics Report", "A weekly report of web metrics.", none}},
	}
}

func alertRoutes() []route {
	const base, all, one = "/accounts/{account}/alerting/v3", "/accounts/{account}/alerting/v3/policies", "/accounts/{account}/alerting/v3/policies/{policy}"
	return []route{
		{method: "GET", pattern: base + "/available_alerts", need: NotificationsRead, handle: listAvailable},
		{method: "GET", pattern: base + "/destinations/eligible", need: NotificationsRead, handle: listEligible},
		{method: "GET", pattern: all, need: NotificationsRead, handle: listAlerts},
		{method: "POST", pattern: all, need: NotificationsEdit, handle: createAlert},
		{method: "GET", pattern: one, need: NotificationsRead, handle: getAlert},
		{method: "PUT", pattern: one, need: NotificationsEdit, handle: putAlert},
		{method: "DELETE", pattern: one, need: NotificationsEdit, handle: deleteAlert},
	}
}

func listAvailable(_ *call) (answer, error) { return answer{result: availableAlerts()}, nil }

func listEligible(_ *call) (answer, error) {
	free := func(kind string, eligible bool) []map[string]any {
		return []map[string]any{{"type": kind, "eligible": eligible, "ready": eligible}}
	}
	return answer{result: map[string]any{"email": free("email", true), "pagerduty": free("pagerduty", false), "webhooks": free("webhook", false)}}, nil
}

func listAlerts(c *call) (answer, error) {
	list := append([]alertRow{}, c.account.Alerts...)
	return answer{result: list, info: &resultInfo{Page: 1, PerPage: max(len(list), 1), Count: len(list), TotalCount: len(list), TotalPages: 1}}, nil
}

// alertInput is a policy as a client writes it; absent members are nil.
type alertInput struct {
	Name          *string             `json:"name"`
	Description   *string             `json:"description"`
	Enabled       *bool               `json:"enabled"`
	AlertType     *string             `json:"alert_type"`
	AlertInterval *string             `json:"alert_interval"`
	Mechanisms    *mechanisms         `json:"mechanisms"`
	Filters       map[string][]string `json:"filters"`
}

// apply puts the given members over a policy and checks the whole.
func (in alertInput) apply(a alertRow, known []tunnelRow) (alertRow, error) {
	for _, f := range []struct{ from, to *string }{
		{in.Name, &a.Name}, {in.Description, &a.Description}, {in.AlertType, &a.AlertType}, {in.AlertInterval, &a.AlertInterval},
	} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if in.Enabled != nil {
		a.Enabled = *in.Enabled
	}
	if in.Mechanisms != nil {
		a.Mechanisms = *in.Mechanisms
	}
	if in.Filters != nil {
		a.Filters = in.Filters
	}
	return a, a.check(known)
}

// check refuses what the service refuses. Its codes are from memory; the value
// "down" instead of TUNNEL_STATUS_TYPE_DOWN is refused by the real one too.
func (a alertRow) check(known []tunnelRow) error {
	var kind *alertKind
	for _, kinds := range availableAlerts() {
		if k := find(kinds, func(k alertKind) bool { return k.Type == a.AlertType }); k != nil {
			kind = k
		}
	}
	switch {
	case a.Name == "":
		return bad(17100, "name is required")
	case kind == nil:
		return bad(17101, "alert type %q is not available to this account", a.AlertType)
	case len(a.Mechanisms.Webhooks) > 0 || len(a.Mechanisms.Pagerduty) > 0:
		return bad(17102, "webhooks and pagerduty are not available on this plan")
	case len(a.Mechanisms.Email) == 0:
		return bad(17103, "at least one mechanism is required")
	}
	for _, d := range a.Mechanisms.Email {
		if addr, err := mail.ParseAddress(d.ID); err != nil || addr.Address != d.ID {
			return bad(17104, "invalid email address")
		}
	}
	for _, f := range kind.Filters {
		if key := f["Key"].(string); f["Optional"] == false && len(a.Filters[key]) == 0 { // written above
			return bad(17108, "the filter %s is required for the alert type %s", key, a.AlertType)
		}
	}
	if a.AlertType != "tunnel_health_event" {
		return nil
	}
	for _, s := range a.Filters["new_status"] {
		if !slices.Contains(tunnelStatuses(), s) {
			return bad(17105, "invalid value %q for the filter new_status", s)
		}
	}
	for _, id := range a.Filters["tunnel_id"] {
		if !slices.ContainsFunc(known, func(t tunnelRow) bool { return t.ID == id && t.Deleted.IsZero() }) {
			return bad(17106, "invalid value for the filter tunnel_id: no such tunnel")
		}
	}
	return nil
}

func createAlert(c *call) (answer, error) {
	var in alertInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	blank := alertRow{ID: newUUID(), Created: c.now, Modified: c.now, Filters: map[string][]string{}}
	a, err := in.apply(blank, c.st.Tunnels)
	if err != nil {
		return answer{}, err
	}
	a.Mechanisms.fill()
	c.account.Alerts = append(c.account.Alerts, a)
	return answer{result: map[string]any{"id": a.ID}}, nil
}

// fill makes empty lists of absent ones, as the API answers them.
func (m *mechanisms) fill() {
	for _, l := range []*[]destination{&m.Email, &m.Webhooks, &m.Pagerduty} {
		if *l == nil {
			*l = []destination{}
		}
	}
}

// alert finds the policy in the path.
func (c *call) alert() (*alertRow, error) {
	if a := find(c.account.Alerts, func(a alertRow) bool { return a.ID == c.params["policy"] }); a != nil {
		return a, nil
	}
	return nil, fail(http.StatusNotFound, 17107, "policy not found")
}

func getAlert(c *call) (answer, error) {
	a, err := c.alert()
	if err != nil {
		return answer{}, err
	}
	return answer{result: *a}, nil
}

func putAlert(c *call) (answer, error) {
	a, err := c.alert()
	if err != nil {
		return answer{}, err
	}
	var in alertInput
	if err := json.Unmarshal(c.body, &in); err != nil {
		return answer{}, bad(6007, "Malformed JSON in request body")
	}
	changed, err := in.apply(*a, c.st.Tunnels)
	if err != nil {
		return answer{}, err
	}
	changed.Modified = c.now
	changed.Mechanisms.fill()
	*a = changed
	return answer{result: map[string]any{"id": a.ID}}, nil
}

func deleteAlert(c *call) (answer, error) {
	a, err := c.alert()
	if err != nil {
		return answer{}, err
	}
	id := a.ID
	c.account.Alerts = slices.DeleteFunc(c.account.Alerts, func(o alertRow) bool { return o.ID == id })
	return answer{bare: true}, nil
}
