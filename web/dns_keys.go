package web

import (
	"fmt"
	"net/http"
	"slices"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
	"example.test/wizard/web/templates"
)

// keyQuestion asks for the name of a key that signs mail; nil when none is open.
func (v *stepView) keyQuestion(d *steps.DNSDetail) *templates.KeyQuestion {
	if len(d.Unnamed) == 0 {
		return nil
	}
	q := &templates.KeyQuestion{Domain: zone.ToUnicode(v.set.Domain), Typed: v.form.value("selector", ""), Error: v.form.error("selector")}
	for _, name := range d.Unnamed {
		q.Below = append(q.Below, bothForms(name, v.set.Domain))
	}
	// Where nothing else is left to do, the answer is the way on.
	q.Next = len(d.Unsafe) == 0 && len(v.seen.Finding.Plan()) == 0 && d.Many == nil && !d.Moved
	return q
}

// addKey looks up the key that the person names, and adds it when it is there.
func (s *Server) addKey(r *http.Request, f form) (string, error) {
	set, err := s.Engine.Settings()
	if err != nil {
		return "", err
	}
	n, err := s.DNS.AddKey(r.Context(), set, f.values["selector"])
	if err != nil {
		return "", err
	}
	s.Engine.Forget()
	s.session.setFlash(r, toneDone, fmt.Sprintf("The old servers have the key. %s in the list now.", locale.Count(n, "record more is", "records more are")))
	return "/steps/dns?part=compare", nil
}

// leaveKeys is the person's word that the keys which nobody named are not needed.
func (s *Server) leaveKeys(r *http.Request) error {
	seen, err := s.Engine.Look(r.Context(), steps.IDDNS)
	if err != nil {
		return err
	}
	d, _ := seen.Finding.Detail.(*steps.DNSDetail)
	if d == nil {
		return nil
	}
	return s.Engine.Update(func(set *steps.Settings) error {
		for _, key := range d.Unnamed {
			if !slices.Contains(set.Records.Unsigned, key) {
				set.Records.Unsigned = append(slices.Clone(set.Records.Unsigned), key)
			}
		}
		return nil
	})
}
