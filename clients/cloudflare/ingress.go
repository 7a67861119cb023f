package cloudflare

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"example.test/wizard/steps"
)

// What our own rule asks of the connector, in seconds: Plex answers at once or
// not at all, and a kept connection must end before Plex ends it.
const (
	connectTimeout   = 10
	keepAliveTimeout = 15
)

// Ingress implements [steps.Tunnels].
func (c *Client) Ingress(ctx context.Context, accountID, tunnelID string) (steps.Ingress, error) {
	out, err := c.read(ctx, ids{accountID, tunnelID}, get("accounts/"+accountID+"/cfd_tunnel/"+tunnelID+"/configurations"))
	// Some tunnels that were never configured have no configuration at all; a
	// tunnel that is not there is another 404.
	if e, ok := errors.AsType[*steps.ServiceError](err); ok && e.Status == http.StatusNotFound &&
		strings.Contains(strings.ToLower(e.Message), "configuration") {
		return steps.Ingress{Reading: steps.Reading{At: c.now(), Source: c.source, Ray: e.Ray}}, nil
	}
	if err != nil {
		return steps.Ingress{}, err
	}
	var w struct {
		Version int    `json:"version"`
		Config  object `json:"config"`
	}
	if err := out.into(&w); err != nil {
		return steps.Ingress{}, err
	}
	in := steps.Ingress{Version: w.Version, Reading: out.reading}
	var rules []json.RawMessage
	if raw := w.Config["ingress"]; raw != nil && json.Unmarshal(raw, &rules) != nil {
		return steps.Ingress{}, out.bad(errForeign)
	}
	for _, raw := range rules {
		r, err := ingressRule(raw)
		if err != nil {
			return steps.Ingress{}, out.bad(errForeign)
		}
		in.Rules = append(in.Rules, r)
	}
	if delete(w.Config, "ingress"); len(w.Config) > 0 {
		in.Rest = join(w.Config)
	}
	return in, nil
}

// ingressRule reads one rule and keeps it as it was.
func ingressRule(raw json.RawMessage) (steps.IngressRule, error) {
	var w struct {
		Host    string `json:"hostname"`
		Path    string `json:"path"`
		Service string `json:"service"`
		Origin  struct {
			NoTLSVerify bool `json:"noTLSVerify"`
		} `json:"originRequest"`
	}
	err := json.Unmarshal(raw, &w)
	return steps.IngressRule{
		Host: w.Host, Path: w.Path, Service: w.Service, NoTLSVerify: w.Origin.NoTLSVerify, Rest: raw,
	}, err
}

// SaveIngress implements [steps.Tunnels]. A rule that was read and not altered
// is written back byte for byte; of one that was altered only the altered
// members change. The rule that matches everything goes last, and is added
// when there is none.
func (c *Client) SaveIngress(ctx context.Context, accountID, tunnelID string, in steps.Ingress) error {
	js, err := configuration(in)
	if err != nil {
		return err
	}
	out, err := c.write(ctx, ids{accountID, tunnelID}, send(http.MethodPut, "accounts/"+accountID+"/cfd_tunnel/"+tunnelID+"/configurations", js))
	if err != nil {
		return err
	}
	var w struct {
		Version int `json:"version"`
	}
	if err := out.into(&w); err != nil {
		return err
	}
	if w.Version == 0 {
		return out.lacks("version")
	}
	return nil
}

// configuration writes the body of a PUT. It is put together by hand, because
// encoding/json would rewrite what belongs to others.
func configuration(in steps.Ingress) ([]byte, error) {
	var rules, last []json.RawMessage
	for _, r := range in.Rules {
		raw, err := writeRule(r)
		if err != nil {
			return nil, err
		}
		if (r.Host == "" || r.Host == "*") && r.Path == "" {
			last = append(last, raw)
		} else {
			rules = append(rules, raw)
		}
	}
	switch len(last) {
	case 0:
		last = append(last, json.RawMessage(`{"service":"http_status:404"}`))
	case 1:
	default:
		return nil, errors.New("the tunnel's configuration has two rules that match everything")
	}
	config := object{}
	if len(in.Rest) > 0 {
		if err := json.Unmarshal(in.Rest, &config); err != nil {
			return nil, errors.New("the rest of the tunnel's configuration is not a JSON object")
		}
	}
	list := bytes.Join(rawBytes(append(rules, last...)), []byte(","))
	config["ingress"] = slices.Concat([]byte("["), list, []byte("]"))
	return join(object{"config": join(config)}), nil
}

// writeRule writes one rule.
func writeRule(r steps.IngressRule) (json.RawMessage, error) {
	rule := object{}
	if r.Rest != nil {
		was, err := ingressRule(r.Rest)
		if err != nil {
			return nil, errors.New("a rule of the tunnel is not a JSON object")
		}
		if was.Host == r.Host && was.Path == r.Path && was.Service == r.Service && was.NoTLSVerify == r.NoTLSVerify {
			return r.Rest, nil
		}
		if err := json.Unmarshal(r.Rest, &rule); err != nil {
			return nil, errors.New("a rule of the tunnel is not a JSON object")
		}
	}
	set(rule, "hostname", r.Host)
	set(rule, "path", r.Path)
	set(rule, "service", r.Service)
	if strings.HasPrefix(r.Service, "http://") || strings.HasPrefix(r.Service, "https://") {
		origin := object{"connectTimeout": text(connectTimeout), "keepAliveTimeout": text(keepAliveTimeout)}
		if r.Rest != nil {
			origin = object{}
		}
		if raw := rule["originRequest"]; raw != nil && json.Unmarshal(raw, &origin) != nil {
			return nil, errors.New("originRequest of a rule is not a JSON object")
		}
		origin["noTLSVerify"] = json.RawMessage("false")
		if r.NoTLSVerify {
			origin["noTLSVerify"] = json.RawMessage("true")
		}
		rule["originRequest"] = join(origin)
	}
	return join(rule), nil
}

func rawBytes(list []json.RawMessage) [][]byte {
	out := make([][]byte, len(list))
	for i, r := range list {
		out[i] = r
	}
	return out
}
