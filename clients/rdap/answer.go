package rdap

import (
	"encoding/json"
	"errors"
	"strings"

	"example.test/wizard/steps/zone"
)

// object is one object of an answer (RFC 9083). Registries differ in what they
// leave out and in what they write wrongly, so each member is read by itself: one
// of another kind than expected counts as absent.
//
// There are packages that read the same. The one that was used before brought a
// command line with it, whose templates make the linker keep every method of the
// program, and it panicked at a name that is an object.
type object map[string]any

// readDomain reads the answer about a domain.
func readDomain(body []byte) (object, error) {
	var o object
	if err := json.Unmarshal(body, &o); err != nil {
		return nil, err
	}
	if kind := o.text("objectClassName"); kind != "domain" {
		return nil, errors.New("it is not about a domain")
	}
	return o, nil
}

func (o object) text(key string) string {
	s, _ := o[key].(string)
	return s
}

func (o object) texts(key string) []string {
	var out []string
	for _, v := range o.list(key) {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func (o object) list(key string) []any {
	l, _ := o[key].([]any)
	return l
}

func (o object) objects(key string) []object {
	var out []object
	for _, v := range o.list(key) {
		if m, ok := v.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// is reports whether a member of an inner object is true.
func (o object) is(inner, key string) bool {
	m, _ := o[inner].(map[string]any)
	b, _ := m[key].(bool)
	return b
}

// name is the formatted name of a contact (jCard, RFC 7095): the fourth part of
// the property "fn".
func (o object) name() string {
	card := o.list("vcardArray")
	if len(card) != 2 {
		return ""
	}
	properties, _ := card[1].([]any)
	for _, p := range properties {
		parts, _ := p.([]any)
		if len(parts) < 4 || parts[0] != "fn" {
			continue
		}
		s, _ := parts[3].(string)
		return strings.TrimSpace(s)
	}
	return ""
}

// nameServers lists the names of a domain's name servers.
func (o object) nameServers() []string {
	var out []string
	for _, ns := range o.objects("nameservers") {
		out = append(out, zone.CanonicalName(ns.text("ldhName")))
	}
	return out
}
