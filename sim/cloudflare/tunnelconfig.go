package cloudflare

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ingressRule is one rule of a tunnel's configuration.
type ingressRule struct {
	Hostname      string         `json:"hostname"`
	Path          string         `json:"path"`
	Service       string         `json:"service"`
	OriginRequest map[string]any `json:"originRequest"`
}

// neverConfigured is what a remotely managed tunnel starts with.
const neverConfigured = `{"warp-routing":{"enabled":false}}`

func (t *tunnelRow) configView() map[string]any {
	config, created := t.Config, t.ConfigTime
	if config == nil {
		config, created = json.RawMessage(neverConfigured), t.Created
	}
	return map[string]any{
		"tunnel_id": t.ID, "account_id": t.AccountID, "version": t.ConfigVersion, "source": t.ConfigSrc,
		"config": config, "created_at": created.Format(time.RFC3339Nano),
	}
}

func getConfiguration(c *call) (answer, error) {
	t, err := c.tunnel(false)
	if err != nil {
		return answer{}, err
	}
	return answer{result: t.configView()}, nil
}

// putConfiguration replaces the whole configuration and gives it the next version.
func putConfiguration(c *call) (answer, error) {
	t, err := c.tunnel(false)
	if err != nil {
		return answer{}, err
	}
	var in struct {
		Config json.RawMessage `json:"config"`
	}
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if err := checkIngress(in.Config); err != nil {
		return answer{}, err
	}
	var compact bytes.Buffer
	if json.Compact(&compact, in.Config) != nil {
		return answer{}, bad(6007, "Malformed JSON in request body")
	}
	t.Config, t.ConfigTime, t.ConfigSrc = compact.Bytes(), c.now, "cloudflare"
	t.ConfigVersion++
	if f := c.api.cfg.Configured; f != nil {
		id := t.ID
		c.after = append(c.after, func() { f(id) })
	}
	return answer{result: t.configView()}, nil
}

// checkIngress refuses what the connector would refuse. Code 1056 is from memory,
// the sentences are cloudflared's (ingress/ingress.go).
func checkIngress(config json.RawMessage) error {
	var in struct {
		Ingress []ingressRule `json:"ingress"`
	}
	if len(config) == 0 || json.Unmarshal(config, &in) != nil {
		return bad(1056, "Invalid tunnel configuration: config is required")
	}
	if len(in.Ingress) == 0 {
		return bad(1056, "Invalid tunnel configuration: The config file doesn't contain any ingress rules")
	}
	for i, r := range in.Ingress {
		last := i == len(in.Ingress)-1
		all := (r.Hostname == "" || r.Hostname == "*") && r.Path == ""
		switch {
		case last && !all:
			return bad(1056, "Invalid tunnel configuration: The last ingress rule must match all URLs (i.e. it should not have a hostname or path filter)")
		case !last && all:
			return bad(1056, "Invalid tunnel configuration: Rule #%d is matching the hostname '%s', but this will match every hostname, meaning the rules which follow it will never be triggered.", i+1, r.Hostname)
		case strings.Contains(strings.TrimPrefix(r.Hostname, "*."), "*"):
			return bad(1056, "Invalid tunnel configuration: Hostname patterns can have at most one wildcard character (\"*\") and it can only be used for subdomains, e.g. \"*.example.com\"")
		case !serviceOK(r.Service):
			return bad(1056, "Invalid tunnel configuration: %s is an invalid address, please make sure it has a scheme and a hostname", r.Service)
		}
		if err := checkOrigin(r.OriginRequest); err != nil {
			return err
		}
	}
	return nil
}

// serviceOK tells whether the connector can serve from there.
func serviceOK(service string) bool {
	if code, ok := strings.CutPrefix(service, "http_status:"); ok {
		n, err := strconv.Atoi(code)
		return err == nil && n >= 100 && n <= 999
	}
	if service == "hello_world" || service == "bastion" || strings.HasPrefix(service, "unix:/") || strings.HasPrefix(service, "unix+tls:/") {
		return true
	}
	u, err := url.Parse(service)
	return err == nil && u.Hostname() != "" && (u.Path == "" || u.Path == "/") &&
		slices.Contains([]string{"http", "https", "tcp", "ssh", "rdp", "smb", "ws", "wss"}, u.Scheme)
}

// checkOrigin checks the types of the options that the wizard's world knows;
// durations are whole seconds.
func checkOrigin(options map[string]any) error {
	for name, v := range options {
		ok := true
		switch name {
		case "noTLSVerify", "disableChunkedEncoding", "http2Origin", "noHappyEyeballs":
			_, ok = v.(bool)
		case "connectTimeout", "tlsTimeout", "tcpKeepAlive", "keepAliveTimeout", "keepAliveConnections":
			var n float64
			n, ok = v.(float64)
			ok = ok && n == float64(int(n))
		case "originServerName", "httpHostHeader", "caPool", "proxyType":
			_, ok = v.(string)
		}
		if !ok {
			return bad(1056, "Invalid tunnel configuration: originRequest.%s has the wrong type", name)
		}
	}
	return nil
}
