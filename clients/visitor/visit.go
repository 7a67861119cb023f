package visitor

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/beside"
)

const (
	pathIdentity = "/identity"
	pathWeb      = "/web/index.html"

	roundTrips  = 5
	pageLimit   = 512 << 10 // of the web app's page, to look for foreign scripts
	sampleLimit = 4 << 20   // of the throughput sample
)

// spoofs lists the headers with which a stranger may claim to come from this
// computer or its network. The tunnel's connector is on a private address, so
// a server that believes one of them lets the stranger in.
func spoofs() []map[string]string {
	return []map[string]string{
		{"X-Forwarded-For": "127.0.0.1"},
		{"X-Forwarded-For": "192.168.1.2"},
		{"X-Real-IP": "127.0.0.1"},
		{"Forwarded": "for=127.0.0.1"},
		{"X-Forwarded-For": "192.168.1.2", "X-Real-IP": "192.168.1.2", "Forwarded": "for=192.168.1.2"},
	}
}

// Visit implements [steps.Visitor]. Everything that can be asked side by side
// is; round trips and the sample come last, so that they measure the line and
// not our own traffic. Took is the time of the sample, to go with Bytes. What
// failed is in the visit, not in the error, which is for a host that is none
// and for the end of ctx.
func (v *Visitor) Visit(ctx context.Context, host string, want steps.VisitWant) (steps.Visit, error) {
	if err := checkHost(host); err != nil {
		return steps.Visit{}, err
	}
	all, cancel := context.WithTimeout(ctx, visitLimit)
	defer cancel()
	hc := v.client(all)
	defer hc.CloseIdleConnections()
	out := steps.Visit{Reading: steps.Reading{At: v.now(), Source: host}}
	var page answered
	forged := spoofs()
	out.Spoofed = make([]steps.VisitAnswer, len(forged))

	var wg beside.Group
	wg.Go(func() { out.TLS, _ = v.certificate(all, host) })
	wg.Go(func() {
		out.Identity = v.get(all, hc, host, probe{path: pathIdentity, header: asJSON()}).VisitAnswer
	})
	wg.Go(func() { out.Root = v.get(all, hc, host, probe{path: "/"}).VisitAnswer })
	wg.Go(func() { page = v.get(all, hc, host, probe{path: pathWeb, read: pageLimit}) })
	for i, header := range forged {
		wg.Go(func() { out.Spoofed[i] = v.get(all, hc, host, probe{path: "/", header: header}).VisitAnswer })
	}
	wg.Wait()

	out.Ray = out.Identity.Header["cf-ray"]
	out.ServerID = serverID(out.Identity)
	out.Web = page.VisitAnswer
	out.Rewritten = rewritten(page.body)
	if out.Identity.Status != 0 {
		// Only our own Plex is measured: another site need not carry our load.
		limit := int64(bodyShown)
		if want.PlexID == "" || out.ServerID == want.PlexID {
			out.RTT = v.roundTrips(all, hc, host)
			limit = sampleLimit
		}
		v.twice(all, hc, host, probe{path: assetOf(page.body), read: limit}, &out)
		var key steps.Secret
		if want.PlexID != "" && out.ServerID == want.PlexID {
			key = v.key(want.PlexID)
		}
		if !key.IsZero() {
			if id, name := described(v.providers(all, hc, host, key)); id == want.PlexID {
				out.Name = name
			}
		}
		out.WebSocket = v.webSocket(all, host, key)
	}
	return out, ctx.Err()
}

func asJSON() map[string]string { return map[string]string{"Accept": "application/json"} }

// serverID reads the machine identifier out of an answer of /identity, JSON or XML.
func serverID(a steps.VisitAnswer) string {
	id, _ := described(a)
	return id
}

// described reads what a server says of itself. Its name is told only to those who
// are signed in.
func described(a steps.VisitAnswer) (id, name string) {
	type container struct {
		XMLName xml.Name `json:"-" xml:"MediaContainer"`
		ID      string   `json:"machineIdentifier" xml:"machineIdentifier,attr"`
		Name    string   `json:"friendlyName" xml:"friendlyName,attr"`
	}
	if a.Status != http.StatusOK {
		return "", ""
	}
	var in struct{ MediaContainer container }
	if strings.HasPrefix(strings.TrimSpace(a.Body), "<") {
		if xml.Unmarshal([]byte(a.Body), &in.MediaContainer) != nil {
			return "", ""
		}
	} else if json.Unmarshal([]byte(a.Body), &in) != nil {
		return "", ""
	}
	return in.MediaContainer.ID, in.MediaContainer.Name
}

// rewritten looks for the marks of Rocket Loader.
func rewritten(page []byte) bool {
	return regexp.MustCompile(`(?i)rocket-loader|text/rocketscript`).Match(page)
}

// assetOf picks a script of the web app, which is the kind of file that
// Cloudflare caches by itself; the page itself when it has none. The page names
// scripts relative to itself.
func assetOf(page []byte) string {
	for _, m := range regexp.MustCompile(`(?i)<script[^>]+src=["']([^"'?#]+\.js)["'?#]`).FindAllSubmatch(page, -1) {
		at := string(m[1])
		if strings.Contains(at, "://") || strings.HasPrefix(at, "//") {
			continue
		}
		if !strings.HasPrefix(at, "/") {
			at = path.Dir(pathWeb) + "/" + at
		}
		if at = path.Clean(at); strings.HasPrefix(at, "/web/") {
			return at
		}
	}
	return pathWeb
}

// roundTrips measures the way to Plex and back over a connection that is open.
func (v *Visitor) roundTrips(ctx context.Context, hc *http.Client, host string) []time.Duration {
	var out []time.Duration
	for range roundTrips {
		a := v.get(ctx, hc, host, probe{path: pathIdentity, header: asJSON()})
		if a.Err != "" {
			break
		}
		out = append(out, a.Took)
	}
	return out
}

// twice fetches a file two times, which shows whether it is cached, and takes
// the second time as the sample of throughput.
func (v *Visitor) twice(ctx context.Context, hc *http.Client, host string, p probe, out *steps.Visit) {
	for range 2 {
		begin := time.Now()
		a := v.get(ctx, hc, host, p)
		if a.Err != "" {
			return
		}
		out.Cache = append(out.Cache, a.Header["cf-cache-status"])
		if a.Status == http.StatusOK {
			out.Bytes, out.Took = int64(len(a.body)), time.Since(begin)
		}
	}
}
