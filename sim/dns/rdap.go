package dns

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	mdns "github.com/miekg/dns"
)

// RDAP serves registration data (RFC 9082, RFC 9083) of every registered
// domain, whatever its top-level domain, under /rdap/domain/, and at
// /rdap/dns.json a bootstrap file (RFC 9224) that names this very server.
func (w *World) RDAP() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /rdap/domain/{name}", w.serveRDAPDomain)
	mux.HandleFunc("GET /rdap/dns.json", w.serveBootstrap)
	mux.HandleFunc("GET /rdap/", func(rw http.ResponseWriter, r *http.Request) {
		rdapError(rw, http.StatusNotFound, "Not found", r.URL.Path)
	})
	return mux
}

// serveRDAPDomain is GET /rdap/domain/{name}.
func (w *World) serveRDAPDomain(rw http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if labels, ok := mdns.IsDomainName(name); !ok || labels < 2 || strings.ContainsAny(name, " /:\\") {
		rdapError(rw, http.StatusBadRequest, "Bad request", "this is not a domain name")
		return
	}
	d, ok := w.registry.domain(name)
	if !ok {
		rdapError(rw, http.StatusNotFound, "Not found", "no such domain is registered")
		return
	}
	writeRDAP(rw, http.StatusOK, w.rdapDomain(d, rdapBase(r)))
}

// serveBootstrap is GET /rdap/dns.json. Like IANA's file it lacks some
// registries that do run a server.
func (w *World) serveBootstrap(rw http.ResponseWriter, r *http.Request) {
	var tlds []string
	for name := range w.registry.suffixes {
		if tld := plain(name); !strings.Contains(tld, ".") && !slices.Contains(strings.Fields("io me de us co ch li eu it se es at be dk au"), tld) {
			tlds = append(tlds, tld)
		}
	}
	slices.Sort(tlds)
	rw.Header().Set("Content-Type", "application/json")
	writeJSON(rw, map[string]any{
		"version": "1.0", "publication": rdapTime(w.started), "description": "RDAP bootstrap file for Domain Name System registrations",
		"services": [][][]string{{tlds, {rdapBase(r)}}},
	})
}

func rdapBase(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + "/rdap/"
}

type rdapLink struct {
	Value string `json:"value"`
	Rel   string `json:"rel"`
	Href  string `json:"href"`
	Type  string `json:"type"`
}

type rdapNotice struct {
	Title       string   `json:"title"`
	Description []string `json:"description"`
}

type rdapEvent struct {
	Action string `json:"eventAction"`
	Date   string `json:"eventDate"`
}

type rdapPublicID struct {
	Type       string `json:"type"`
	Identifier string `json:"identifier"`
}

type rdapEntity struct {
	Class     string         `json:"objectClassName"`
	Handle    string         `json:"handle,omitempty"`
	Roles     []string       `json:"roles"`
	PublicIDs []rdapPublicID `json:"publicIds,omitempty"`
	VCard     []any          `json:"vcardArray"`
	Entities  []rdapEntity   `json:"entities,omitempty"`
}

type rdapNameserver struct {
	Class string `json:"objectClassName"`
	Name  string `json:"ldhName"`
}

type rdapDS struct {
	KeyTag     uint16 `json:"keyTag"`
	Algorithm  uint8  `json:"algorithm"`
	DigestType uint8  `json:"digestType"`
	Digest     string `json:"digest"`
}

type rdapSecureDNS struct {
	Signed bool     `json:"delegationSigned"`
	DS     []rdapDS `json:"dsData,omitempty"`
}

type rdapDomain struct {
	Conformance []string         `json:"rdapConformance"`
	Class       string           `json:"objectClassName"`
	Handle      string           `json:"handle"`
	LDHName     string           `json:"ldhName"`
	Links       []rdapLink       `json:"links"`
	Status      []string         `json:"status"`
	Entities    []rdapEntity     `json:"entities,omitempty"`
	Events      []rdapEvent      `json:"events"`
	SecureDNS   rdapSecureDNS    `json:"secureDNS"`
	Nameservers []rdapNameserver `json:"nameservers,omitempty"`
	Notices     []rdapNotice     `json:"notices"`
}

// rdapTime is a date as RFC 3339 section 5.6 writes it.
func rdapTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// rdapError answers as RFC 9083 section 6.
func rdapError(rw http.ResponseWriter, status int, title, detail string) {
	writeRDAP(rw, status, map[string]any{
		"rdapConformance": []string{"rdap_level_0"}, "errorCode": status, "title": title, "description": []string{detail},
	})
}

func writeRDAP(rw http.ResponseWriter, status int, body any) {
	rw.Header().Set("Content-Type", "application/rdap+json")
	rw.Header().Set("Access-Control-Allow-Origin", "*") // RFC 7480 section 5.6
	rw.WriteHeader(status)
	writeJSON(rw, body)
}

func writeJSON(rw http.ResponseWriter, body any) {
	// An error here means that the client has gone.
	_ = json.NewEncoder(rw).Encode(body)
}
