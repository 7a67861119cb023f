package edge

import (
	"fmt"
	"html"
	"net/http"
	"strconv"
	"strings"
)

// page is an answer of the edge itself.
type page struct {
	status int
	code   int // Cloudflare's error number; 0 for pages without one
	title  string
	text   string
}

func blockedPage() page {
	return page{http.StatusForbidden, 0, "Attention Required! | Cloudflare", "Sorry, you have been blocked"}
}

func challengePage() page {
	return page{http.StatusForbidden, 0, "Just a moment...", "Enable JavaScript and cookies to continue"}
}

// errorPage is the page of a Cloudflare error. Programs get it as one line, "error code: N", browsers as a document.
func errorPage(code int) page {
	switch code {
	case 1000:
		return page{http.StatusForbidden, code, "DNS points to prohibited IP", "The host leads to an address of Cloudflare itself."}
	case 1016:
		return page{530, code, "Origin DNS error", "Cloudflare is currently unable to resolve your requested domain."}
	case 1033:
		return page{530, code, "Cloudflare Tunnel error", "Cloudflare is currently unable to resolve it: no tunnel is connected for this host."}
	case 522:
		return page{code, code, "Connection timed out", "The initial connection between Cloudflare's network and the origin web server timed out."}
	case 524:
		return page{code, code, "A timeout occurred", "The origin web server timed out responding to this request."}
	case 526:
		return page{code, code, "Invalid SSL certificate", "The origin web server does not have a valid SSL certificate."}
	default:
		return page{http.StatusBadGateway, 502, "Bad gateway", "The web server reported a bad gateway error."}
	}
}

// faultPage is the page of a mood that needs no origin.
func faultPage(m Mood) (page, bool) {
	switch m {
	case Mood1016, Mood1033, Mood502, Mood522, Mood524, Mood526:
		code, err := strconv.Atoi(string(m))
		return errorPage(code), err == nil
	}
	return page{}, false
}

// page writes an answer of the edge itself.
func (v *visit) page(p page) {
	h := v.head()
	h.Set("Cache-Control", "private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, pre-check=0")
	var body string
	if p.code != 0 && !strings.Contains(v.r.Header.Get("Accept"), "text/html") {
		h.Set("Content-Type", "text/plain; charset=UTF-8")
		body = fmt.Sprintf("error code: %d", p.code)
	} else {
		h.Set("Content-Type", "text/html; charset=UTF-8")
		body = v.document(p)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	v.begin(p.status)
	if v.r.Method != http.MethodHead {
		_, _ = v.Write([]byte(body))
	}
}

func (v *visit) document(p page) string {
	title, heading := p.title, p.text
	if p.code != 0 {
		title = fmt.Sprintf("%s | %d: %s", v.host, p.code, p.title)
		heading = fmt.Sprintf("%s <span>Error code %d</span>", html.EscapeString(p.title), p.code)
	}
	ray, _, _ := strings.Cut(v.visitor.Ray, "-")
	return fmt.Sprintf("<!DOCTYPE html>\n<html lang=\"en-US\">\n<head><title>%s</title></head>\n<body>\n<h1>%s</h1>\n<p>%s</p>\n"+
		"<p>Cloudflare Ray ID: <strong>%s</strong> &bull; Your IP: %s</p>\n</body>\n</html>\n",
		html.EscapeString(title), heading, html.EscapeString(p.text), ray, html.EscapeString(v.visitor.IP))
}
