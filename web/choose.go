package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"slices"
	"strings"

	"example.test/wizard/steps"
)

// chooseStep is POST /steps/{id}/choose: what a person typed or ticked. A
// refusal draws the same page again with everything that was typed.
func (s *Server) chooseStep(w http.ResponseWriter, r *http.Request) error {
	f := form{values: map[string]string{}, many: map[string][]string{}}
	for name, vs := range r.PostForm {
		if name != "token" && len(vs) > 0 { // a secret is never given back
			f.values[name], f.many[name] = vs[0], vs
		}
	}
	id := stepID(r)
	choose := map[steps.ID]func(*http.Request, form) (string, error){
		steps.IDAccount: func(r *http.Request, f form) (string, error) { return s.chooseAccount(w, r, f) },
		steps.IDDNS:     s.chooseDNS, steps.IDTunnel: s.chooseTunnel, steps.IDHostname: s.chooseHostname,
		steps.IDPlex: s.choosePlex, steps.IDSecurity: s.chooseSecurity, steps.IDNotifications: s.chooseNotifications,
	}[id]
	if choose == nil {
		return fmt.Errorf("%w: nothing to choose in %q", steps.ErrNoStep, id)
	}
	to, err := choose(r, f)
	if err != nil {
		return s.drawRefused(w, r, f, err)
	}
	if to == "" {
		to = stepPath(id)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// drawRefused draws the page again with everything that was typed: what is wrong with
// a field, or why a service could not take it. What no form of the page could mend is
// an error like any other.
func (s *Server) drawRefused(w http.ResponseWriter, r *http.Request, f form, err error) error {
	if p, ok := errors.AsType[*steps.Problem](err); ok && p.Field != "" {
		f.problems = append(f.problems, p)
		return s.drawStep(w, r, http.StatusUnprocessableEntity, f)
	}
	code := status(err)
	if code != http.StatusBadGateway && code != http.StatusConflict {
		return err
	}
	s.Log.InfoContext(r.Context(), "not taken", "step", stepID(r), "err", err)
	p := steps.Explain(err)
	note := s.problemNote(p)
	f.note = &note
	f.problems = append(f.problems, &steps.Problem{Field: or(p.Field, fieldOf(stepID(r), f)), Title: p.Title})
	return s.drawStep(w, r, code, f)
}

// fieldOf is the field of which a service was asked about; empty where a button had
// none. The page shows the part that it stands in.
func fieldOf(id steps.ID, f form) string {
	switch do := f.values["do"]; {
	case id == steps.IDDNS && do == "add":
		return "record_name"
	case id == steps.IDDNS && do == "file":
		return "zone_file"
	case id == steps.IDPlex && do == "key":
		return "token"
	case id == steps.IDSecurity && do != "skip" && f.values["expression"] != "":
		return "expression"
	}
	return ""
}

func readForm(r *http.Request) error {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		return r.ParseMultipartForm(mostZoneFile + mostBody) // all of it in memory
	}
	return r.ParseForm()
}

func (s *Server) chooseAccount(w http.ResponseWriter, r *http.Request, f form) (string, error) {
	if id := f.values["account"]; id != "" {
		seen, err := s.Engine.Look(r.Context(), steps.IDAccount)
		if err != nil {
			return "", err
		}
		d, _ := seen.Finding.Detail.(*steps.AccountDetail)
		if d == nil || !slices.ContainsFunc(d.Accounts, func(a steps.Account) bool { return a.ID == id }) {
			return "", steps.Invalid("account", "Choose one of these accounts")
		}
		return "", s.Engine.Update(func(set *steps.Settings) error { set.AccountID = id; return nil })
	}
	token := strings.Trim(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(r.PostFormValue("token")), "Bearer ")), `"'`)
	if token == "" {
		return "", steps.Invalid("token", "Paste the token that Cloudflare showed you")
	}
	if strings.ContainsAny(token, " \t\r\n") || len(token) < 30 || len(token) > 200 {
		return "", steps.Invalid("token", "This does not look like a token: it is one word of about 40 letters and digits")
	}
	if taken, err := s.takeToken(w, r, steps.NewSecret(token)); !taken || err != nil {
		return "", err
	}
	if f.values["keep"] == "yes" {
		if err := s.Token.Remember(r.Context()); err != nil {
			s.session.setFlash(r, toneAttention, "This computer could not remember the token. It stays in memory.")
		}
	}
	return "", nil
}

// takeToken lets a token prove itself before it takes the place of the one that
// is held: a mistake must not cost a person the good one, nor reach a job that
// runs. When Cloudflare cannot
// be asked, it is taken only where there is none yet. The session that brought it
// gets a new id.
func (s *Server) takeToken(w http.ResponseWriter, r *http.Request, token steps.Secret) (taken bool, err error) {
	s.trial.Lock()
	defer s.trial.Unlock()
	set, err := s.Engine.Settings()
	if err != nil {
		return false, err
	}
	f, err := s.Token.ProveToken(r.Context(), set, token)
	if err != nil {
		s.Log.InfoContext(r.Context(), "proving a token", "err", err)
	}
	d, _ := f.Detail.(*steps.AccountDetail)
	ok := err == nil && d != nil && d.Known
	if c := f.Check("token"); !ok && c.Status == steps.Fail {
		why := strings.TrimSuffix(c.Detail, ".")
		if s.Token.HasToken() {
			why += ". The token that you gave before is still in use"
		} else {
			why += ". Copy it once more, the whole of it, or make a new one"
		}
		return false, steps.Invalid("token", why)
	}
	if !ok && s.Token.HasToken() {
		s.session.setFlash(r, toneAttention, "Cloudflare could not be asked about the new token, so the one that you gave before is still in use.")
		return false, nil
	}
	if err := s.session.renew(w, r); err != nil { // from here on a session may change the account
		return false, err
	}
	if err := s.Token.SetToken(r.Context(), token); err != nil {
		s.Log.WarnContext(r.Context(), "an earlier token", "err", err)
		s.session.setFlash(r, toneAttention, "The new token is in use. One that was saved before could not be removed from this computer; the list of steps says where it is.")
	}
	s.Engine.Forget() // what was seen with another token
	return true, nil
}

func (s *Server) chooseHostname(r *http.Request, f form) (string, error) {
	if f.values["do"] == "server" {
		return "", s.chooseServer(r, f.values["plex_server"])
	}
	if f.values["another"] != "" {
		words, err := s.Words.Pair()
		if err != nil {
			return "", err
		}
		return "/steps/hostname?part=name", s.Engine.Update(func(set *steps.Settings) error { *set = set.Named(words, set.Domain); return nil })
	}
	set, err := s.Engine.Settings()
	if err != nil {
		return "", err
	}
	name := strings.ToLower(strings.TrimSpace(f.values["subdomain"]))
	name = strings.TrimSuffix(strings.TrimPrefix(name, "https://"), "."+set.Domain)
	if bad := steps.ValidSubdomain(name); bad != "" {
		return "", steps.Invalid("subdomain", bad)
	}
	adopt := f.values["adopt"]
	return "", s.Engine.Update(func(set *steps.Settings) error {
		*set = set.Named(name, set.Domain)
		set.PlexAddress, set.RecordAdopt = strings.TrimSpace(f.values["plex_address"]), ""
		if adopt != "" && adopt != "other" {
			set.RecordAdopt = adopt
		}
		return nil
	})
}

// chooseServer keeps which of several servers the address is for.
func (s *Server) chooseServer(r *http.Request, id string) error {
	seen, err := s.Engine.Look(r.Context(), steps.IDHostname)
	if err != nil {
		return err
	}
	d, _ := seen.Finding.Detail.(*steps.HostnameDetail)
	if d == nil || !slices.ContainsFunc(d.Servers, func(p steps.PlexFound) bool { return p.ID == id && p.State == "ok" }) {
		return steps.Invalid("plex_server", "Choose one of these servers")
	}
	err = s.Engine.Update(func(set *steps.Settings) error { set.PlexID = id; return nil })
	s.Engine.Forget()
	return err
}

func (s *Server) choosePlex(r *http.Request, f form) (string, error) {
	switch f.values["do"] {
	case "signin":
		return "", s.pin.begin(r.Context(), s.Plex)
	case "key":
		return "", s.pasteKeyHere(r)
	}
	seen, err := s.Engine.Look(r.Context(), steps.IDPlex)
	if err != nil {
		return "", err
	}
	d, _ := seen.Finding.Detail.(*steps.PlexDetail)
	if d == nil {
		return "", nil // the page says what there is instead
	}
	return "", s.Engine.Update(func(set *steps.Settings) error {
		for _, w := range d.Switches {
			off := f.values[plexField(w.ID)] != "on"
			switch {
			case !w.May: // it was drawn and could not be switched, so its absence says nothing
			case w.ID == "remote":
				set.Plex.RemoteAccessOff = off
			default:
				set.Plex.RelayOff = off
			}
		}
		return nil
	})
}

func (s *Server) chooseSecurity(r *http.Request, f form) (string, error) {
	set, err := s.Engine.Settings()
	if err != nil {
		return "", err
	}
	if f.values["do"] == "skip" {
		return "", s.Engine.Choose(steps.IDSecurity, func(set *steps.Settings) error {
			set.Security = steps.SecurityChoices{Chosen: true, AccessName: set.Security.AccessName, AccessFor: set.Security.AccessFor}
			return nil
		})
	}
	if typed := f.values["add_country"]; typed != "" || f.values["do"] == "add_country" {
		code, ok := countryCode(typed)
		if !ok {
			return "", steps.Invalid("add_country", "Choose a country from the list")
		}
		delete(f.values, "add_country") // it stands among the ticks now
		f.many["countries"] = append(f.many["countries"], code)
		if !slices.Contains(f.many["measure"], measureCountry) {
			f.many["measure"] = append(f.many["measure"], measureCountry)
		}
	}
	c := securityFrom(f, set.Security)
	if bad := badAccess(set, c); bad != nil {
		return "", bad
	}
	switch {
	case slices.Contains(f.many["measure"], measureCountry) && len(c.Countries) == 0:
		return "", steps.Invalid("add_country", "Choose at least one country, or switch this rule off")
	case slices.Contains(f.many["measure"], measureOwn) && c.Expression == "":
		return "", steps.Invalid("expression", "Write an expression, or switch this rule off")
	}
	for _, code := range c.Countries {
		if _, ok := countryNames()[code]; !ok {
			return "", steps.Invalid("add_country", "Choose countries from the list")
		}
	}
	if c.Expression != "" && c.Expression != set.Security.Expression {
		if err := s.Security.TryExpression(r.Context(), set, c.Expression); err != nil {
			return "", err
		}
	}
	to := ""
	if f.values["do"] == "add_country" {
		to = "/steps/security?part=choose"
	}
	return to, s.Engine.Choose(steps.IDSecurity, func(set *steps.Settings) error { set.Security = c; return nil })
}

func (s *Server) chooseNotifications(r *http.Request, f form) (string, error) {
	if f.values["do"] == "skip" {
		return "", s.Engine.Choose(steps.IDNotifications, func(set *steps.Settings) error {
			set.Alerts = steps.AlertChoices{Chosen: true}
			return nil
		})
	}
	email := strings.TrimSpace(f.values["email"])
	if email == "" {
		return "", s.offerEmail(r, f)
	}
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email {
		return "", invalidEmail()
	}
	return "", s.Engine.Choose(steps.IDNotifications, func(set *steps.Settings) error {
		set.Alerts = steps.AlertChoices{Chosen: true, Email: email, Types: f.many["alert"]}
		return nil
	})
}

func invalidEmail() error {
	return steps.Invalid("email", "Enter an address such as robin@example.com")
}

// offerEmail refuses a form whose address was empty. Nobody typed that, so it does
// not win over an address that is known by now, such as that of the account, which
// could not be read when the form was drawn. It is proposed and not taken: nobody
// has seen it yet.
func (s *Server) offerEmail(r *http.Request, f form) error {
	seen, err := s.Engine.Look(r.Context(), steps.IDNotifications)
	if err != nil {
		return err
	}
	d, _ := seen.Finding.Detail.(*steps.NotificationsDetail)
	if d == nil || d.Email == "" {
		return invalidEmail()
	}
	f.values["email"] = d.Email
	return steps.Invalid("email", "No address was given. If this one is right, go on; else type another")
}
