package web

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"example.test/wizard/locale"
	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

func (s *Server) chooseDNS(r *http.Request, f form) (string, error) {
	switch f.values["do"] {
	case "account":
		return "", s.workElsewhere(r)
	case "stop":
		s.Engine.Stop(steps.IDDNS)
		return "", nil
	case "changed":
		return "", s.Engine.Update(func(set *steps.Settings) error {
			if set.Told.IsZero() {
				set.Told = s.Now().Round(0)
			}
			return nil
		})
	case "unproven":
		return "", s.Engine.Update(func(set *steps.Settings) error { set.Records.Unproven = true; return nil })
	case "review":
		return s.reviewRecords(r, f)
	case "many":
		return s.agreeToMany(r, f)
	case "again", "deeper":
		return "", s.searchAgain(f.values["do"] == "deeper")
	case "file":
		return s.readZoneFile(r, f)
	case "nothing":
		return s.takeNothing(f)
	case "key":
		return s.addKey(r, f)
	case "unsigned":
		return "", s.leaveKeys(r)
	case "add":
		return s.addRecord(r, f)
	}
	if state, ok := strings.CutPrefix(f.values["do"], "all-"); ok {
		return "/steps/dns?part=compare", s.keepTicks(r, f, state, true)
	}
	if state, ok := strings.CutPrefix(f.values["do"], "none-"); ok {
		return "/steps/dns?part=compare", s.keepTicks(r, f, state, false)
	}
	domain, remark := zone.ParseDomain(cmp.Or(f.values["zone"], f.values["domain"]))
	if domain == "" {
		return "", steps.Invalid("domain", remark.Error())
	}
	if remark != nil {
		s.session.setFlash(r, toneInfo, remark.Error())
	}
	words, err := s.Words.Pair()
	if err != nil {
		return "", err
	}
	return "", s.Engine.Update(func(set *steps.Settings) error {
		if set.Domain != domain {
			*set = set.Named(set.Subdomain, domain)
			set.ZoneID, set.ZoneCreated, set.OldServers = "", false, nil
			set.Records, set.Story, set.Deep = steps.RecordChoices{}, nil, false
			set.Told, set.Asked = time.Time{}, time.Time{}
		}
		if set.Subdomain == "" {
			set.Subdomain = words
		}
		return nil
	})
}

// reviewRecords keeps the ticks of the comparison. When they are still those of the
// plan that the page showed, that was the yes to it; else it goes on to the new plan.
func (s *Server) reviewRecords(r *http.Request, f form) (string, error) {
	if err := s.keepTicks(r, f, "", false); err != nil || f.values["plan"] == "" {
		return "/steps/dns?part=plan", err
	}
	switch err := s.Engine.Start(r.Context(), steps.IDDNS, f.values["plan"]); {
	case errors.Is(err, steps.ErrPlanChanged): // other ticks, or another world
		return "/steps/dns?part=plan", nil
	case errors.Is(err, steps.ErrBusy):
		return "", nil
	default:
		return "", err
	}
}

// keepTicks keeps the ticks of the comparison. Those of one group, if it is
// named, become all alike.
func (s *Server) keepTicks(r *http.Request, f form, group string, tick bool) error {
	seen, err := s.Engine.Look(r.Context(), steps.IDDNS)
	if err != nil {
		return err
	}
	d, _ := seen.Finding.Detail.(*steps.DNSDetail)
	if d == nil {
		return nil
	}
	wanted := slices.Concat(f.many["create"], f.many["change"])
	return s.Engine.Update(func(set *steps.Settings) error {
		set.Records.Skip, set.Records.Proxy, set.Records.Want = nil, nil, nil
		for _, row := range d.Rows {
			if row.Old == nil || row.State == zone.Same {
				continue
			}
			key := row.Old.Key()
			on := slices.Contains(wanted, key)
			if row.State == group {
				on = tick
			}
			if on && d.Moved {
				set.Records.Want = append(set.Records.Want, key)
			}
			unsafe := slices.ContainsFunc(d.Unsafe, func(u zone.Row) bool { return u.Old.Key() == key })
			if !on && (!d.Moved || unsafe) && zone.Holdable(row.Old.Type) {
				set.Records.Skip = append(set.Records.Skip, key)
			}
			if slices.Contains(f.many["proxy"], key) {
				set.Records.Proxy = append(set.Records.Proxy, key)
			}
		}
		if choice := f.values["alias"]; d.Alias != nil && d.Alias.Open && (choice == steps.AliasFollow || choice == steps.AliasCopy) {
			set.Records.Alias = choice
		}
		named := f.many["override"]
		for _, key := range d.Unnamed {
			if slices.Contains(named, key) {
				set.Records.Unsigned = append(slices.Clone(set.Records.Unsigned), key)
			}
		}
		set.Records.Override = len(d.Unsafe) > 0 && !slices.ContainsFunc(d.Unsafe, func(row zone.Row) bool { return row.Old != nil && !slices.Contains(named, row.Old.Key()) })
		return nil
	})
}

// agreeToMany is the second yes, to a plan that changes much of what was there.
func (s *Server) agreeToMany(r *http.Request, f form) (string, error) {
	seen, err := s.Engine.Look(r.Context(), steps.IDDNS)
	if err != nil {
		return "", err
	}
	d, _ := seen.Finding.Detail.(*steps.DNSDetail)
	if d == nil || d.Many == nil {
		return "/steps/dns?part=plan", nil
	}
	if f.values["many"] != d.Many.Mark {
		return "", steps.Invalid("many", "Tick the box to let these records change, or go back to the list")
	}
	return "/steps/dns?part=plan", s.Engine.Update(func(set *steps.Settings) error { set.Records.Many = d.Many.Mark; return nil })
}

// searchAgain makes the search due again, as deep as the person wishes.
func (s *Server) searchAgain(deeper bool) error {
	set, err := s.Engine.Settings()
	if err != nil {
		return err
	}
	if err := s.DNS.SearchAgain(set.Domain); err != nil {
		return err
	}
	return s.Engine.Update(func(set *steps.Settings) error { set.Deep = set.Deep || deeper; return nil })
}

// readZoneFile takes a file or its text. What cannot be read is given back as
// text, so that its line can be mended on the page.
func (s *Server) readZoneFile(r *http.Request, f form) (string, error) {
	text := f.values["zone_text"]
	if file, _, err := r.FormFile("zone_file"); err == nil {
		defer file.Close()
		data, err := io.ReadAll(file) // the body is limited
		if err != nil {
			return "", steps.Invalid("zone_file", "The file could not be read; choose it again")
		}
		text = string(data)
	} else if strings.TrimSpace(text) == "" {
		return "", steps.Invalid("zone_file", "Choose a file, or paste its text")
	}
	set, err := s.Engine.Settings()
	if err != nil {
		return "", err
	}
	got, err := s.DNS.AddZoneFile(r.Context(), set, strings.NewReader(text))
	if err != nil {
		if len(text) <= mostShown && utf8.ValidString(text) {
			f.values["zone_text"] = text
		}
		return "", err
	}
	s.Engine.Forget()
	said := fmt.Sprintf("The file had %s not found before.", locale.Count(got.Added, "record that was", "records that were"))
	t := toneDone
	if got.Unconfirmed > 0 {
		t = toneInfo
		said += fmt.Sprintf(" For %s no old server could be asked: look through the list before you copy it.", locale.Count(got.Unconfirmed, "of them", "of them"))
	}
	if got.Stale > 0 {
		t = toneInfo
		said += fmt.Sprintf(" %s not answered by the old servers; the list names what stays behind.", locale.Count(got.Stale, "record in it is", "records in it are"))
	}
	s.session.setFlash(r, t, said)
	return "", nil
}

// takeNothing is the person's word that there is nothing to take along, where no
// old server could be asked.
func (s *Server) takeNothing(f form) (string, error) {
	set, err := s.Engine.Settings()
	if err != nil {
		return "", err
	}
	if set.Domain == "" || f.values["nothing"] != set.Domain {
		return "", steps.Invalid("nothing", "Tick the box if nothing of "+zone.ToUnicode(set.Domain)+" needs to come along, or bring a zone file")
	}
	if err := s.DNS.TakeNothing(set.Domain); err != nil {
		return "", err
	}
	s.Engine.Forget()
	return "", nil
}

// mostShown is the size in bytes up to which an unreadable file is given back as text.
const mostShown = 64 << 10

// addRecord looks up a record that the person names, and adds what the old
// servers answer; nothing is added that they do not.
func (s *Server) addRecord(r *http.Request, f form) (string, error) {
	set, err := s.Engine.Settings()
	if err != nil {
		return "", err
	}
	name := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(f.values["name"])), ".")
	switch {
	case name == "" || name == "@":
		name = set.Domain
	case name != set.Domain && !strings.HasSuffix(name, "."+set.Domain):
		name += "." + set.Domain
	}
	n, err := s.DNS.AddNamed(r.Context(), set, name, f.values["type"])
	if err != nil {
		return "", err
	}
	s.Engine.Forget()
	s.session.setFlash(r, toneDone, fmt.Sprintf("The old servers answer %s for %s, now in the list.", locale.Count(n, "record", "records"), zone.ToUnicode(name)))
	return "", nil
}
