package web

import (
	"net/http"

	"example.test/wizard/steps"
)

// workElsewhere makes the account that has the domain the one to work in. What
// was made in the one of before must be gone by then.
func (s *Server) workElsewhere(r *http.Request) error {
	seen, err := s.Engine.Look(r.Context(), steps.IDDNS)
	if err != nil {
		return err
	}
	d, _ := seen.Finding.Detail.(*steps.DNSDetail)
	if d == nil || d.Elsewhere.ID == "" {
		return steps.Invalid("domain", "The domain is in no other account any more")
	}
	return s.Engine.Update(func(set *steps.Settings) error {
		if set.TunnelID != "" {
			return steps.Invalid("domain", "The tunnel was set up in the account "+set.AccountName+". Remove it under Undo first")
		}
		set.AccountID, set.AccountName = d.Elsewhere.ID, d.Elsewhere.Name
		return nil
	})
}
