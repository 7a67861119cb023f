package rdap

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

//go:embed registrars.txt
var registrarsText string

// registrars is the embedded list, read once.
var registrars = sync.OnceValue(func() []registrar { return readRegistrars(registrarsText) })

// A registrar is one entry of the list.
type registrar struct {
	guide   steps.RegistrarGuide
	iana    []int
	also    []string // beginnings of names
	tags    []string
	ns      []string // endings of name servers
	through int
}

func readRegistrars(text string) []registrar {
	var out []registrar
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		field, value, _ := strings.Cut(line, ": ")
		if field == "key" {
			out = append(out, registrar{guide: steps.RegistrarGuide{Key: value}})
			continue
		}
		out[len(out)-1].read(field, value)
	}
	return out
}

func (r *registrar) read(field, value string) {
	switch field {
	case "name":
		r.guide.Name = value
	case "url":
		r.guide.URL = value
	case "step":
		r.guide.Steps = append(r.guide.Steps, value)
	case "dnssec":
		r.guide.DNSSEC = append(r.guide.DNSSEC, value)
	case "dnsurl":
		r.guide.DNSURL = value
	case "warning":
		r.guide.Warnings = append(r.guide.Warnings, value)
	case "iana":
		for id := range strings.FieldsSeq(value) {
			n, _ := strconv.Atoi(id)
			r.iana = append(r.iana, n)
		}
	case "through":
		r.through, _ = strconv.Atoi(value)
	case "also":
		r.also = strings.Split(value, ", ")
	case "tag":
		r.tags = strings.Fields(value)
	case "ns":
		r.ns = strings.Fields(value)
	}
}

// seller is who sells a domain, as far as a registry tells.
type seller struct {
	name     string
	reseller string
	handle   string
	iana     int
}

// guideFor finds the text for a seller. Name servers decide only where one
// registrar stands for many shops, because elsewhere they say who hosts the
// DNS, which may be somebody else.
func guideFor(s seller, nameServers []string, domain string) steps.RegistrarGuide {
	list := registrars()
	for _, match := range []func(registrar) bool{
		func(r registrar) bool { return s.reseller != "" && begins(s.reseller, r.also) },
		func(r registrar) bool { return r.through != 0 && r.through == s.iana && r.serves(nameServers) },
		func(r registrar) bool { return s.iana != 0 && slices.Contains(r.iana, s.iana) && s.reseller == "" },
		func(r registrar) bool { return s.iana == 0 && begins(s.name, r.also) && s.reseller == "" },
		func(r registrar) bool {
			return s.iana == 0 && s.reseller == "" && slices.ContainsFunc(r.tags, func(t string) bool { return strings.EqualFold(t, s.handle) })
		},
	} {
		if i := slices.IndexFunc(list, match); i >= 0 {
			return list[i].about(domain)
		}
	}
	return otherGuide(or(s.reseller, s.name), domain)
}

// guess finds the registrar whose own name servers a domain uses.
func guess(nameServers []string, domain string) (steps.RegistrarGuide, bool) {
	for _, r := range registrars() {
		if r.serves(nameServers) {
			return r.about(domain), true
		}
	}
	return otherGuide("", domain), false
}

func otherGuide(name, domain string) steps.RegistrarGuide {
	list := registrars()
	g := list[len(list)-1].about(domain)
	if name != "" {
		g.Name = name
	}
	return g
}

// about fills the domain into the texts.
func (r registrar) about(domain string) steps.RegistrarGuide {
	g := r.guide
	g.URL = strings.ReplaceAll(g.URL, "{domain}", domain)
	fill := func(list []string) []string {
		var out []string
		for _, s := range list {
			out = append(out, strings.ReplaceAll(s, "{domain}", zone.ToUnicode(domain)))
		}
		return out
	}
	g.Steps, g.DNSSEC, g.Warnings = fill(g.Steps), fill(g.DNSSEC), fill(g.Warnings)
	return g
}

// serves reports whether one of the name servers is this registrar's own.
func (r registrar) serves(nameServers []string) bool {
	for _, ns := range nameServers {
		ns = zone.CanonicalName(ns)
		for _, end := range r.ns {
			// Amazon numbers its domains: ns-12.awsdns-01.org.
			if strings.HasPrefix(end, "awsdns.") && strings.Contains(ns, ".awsdns-") || ns == end || strings.HasSuffix(ns, "."+end) {
				return true
			}
		}
	}
	return false
}

func begins(name string, with []string) bool {
	return slices.ContainsFunc(with, func(w string) bool { return len(name) >= len(w) && strings.EqualFold(name[:len(w)], w) })
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
