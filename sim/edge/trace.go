package edge

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// trace answers /cdn-cgi/trace: what the edge knows about its visitor, one key=value for each line.
func (v *visit) trace() {
	version := "off"
	if v.r.TLS != nil {
		version = strings.Replace(tls.VersionName(v.r.TLS.Version), "TLS ", "TLSv", 1)
	}
	proto := strings.ToLower(v.r.Proto)
	if v.r.ProtoMajor == 2 {
		proto = "http/2"
	}
	now := v.edge.cfg.Now()
	var b strings.Builder
	for _, line := range [][2]string{
		{"fl", "1f1"},
		{"h", v.host},
		{"ip", v.visitor.IP},
		{"ts", fmt.Sprintf("%d.%03d", now.Unix(), now.Nanosecond()/1e6)},
		{"visit_scheme", "https"},
		{"uag", v.r.UserAgent()},
		{"colo", rayColo},
		{"sliver", "none"},
		{"http", proto},
		{"loc", v.visitor.Country},
		{"tls", version},
		{"sni", "plaintext"},
		{"warp", "off"},
		{"gateway", "off"},
		{"rbi", "off"},
	} {
		b.WriteString(line[0] + "=" + line[1] + "\n")
	}
	h := v.head()
	h.Set("Content-Type", "text/plain")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	v.begin(http.StatusOK)
	if v.r.Method != http.MethodHead {
		_, _ = v.Write([]byte(b.String()))
	}
}
