package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.test/wizard/locale"
	"example.test/wizard/steps/beside"
)

// AccountStep is step 1: a token that may do what the nine steps need.
type AccountStep struct {
	API         Tokens
	Permissions []Permission
	TokenLink   string // the token page with everything filled in
	Now         func() time.Time
}

var (
	_ Step       = (*AccountStep)(nil)
	_ Rememberer = (*AccountStep)(nil)
)

// AccountDetail is what the page of step 1 shows beyond its checks.
type AccountDetail struct {
	TokenLink string
	Known     bool // a token is in memory and active
	Gone      bool // Cloudflare says that there is no such token; any other refusal says less
	Accounts  []Account
	Missing   int
	Refused   int // permissions that can be read with, and are refused for changes
	Token     Token
	Email     string
}

// Info implements [Step].
func (*AccountStep) Info() Info {
	return Info{ID: IDAccount, Number: 1, Title: "Set up Cloudflare account"}
}

// Apply implements [Step]. The step changes nothing at Cloudflare.
func (*AccountStep) Apply(_ context.Context, s Settings, a Action) (Settings, error) {
	return s, fmt.Errorf("step account has no action %q", a.ID)
}

type accountSeen struct {
	token       Token
	tokenErr    error
	accounts    []Account
	accountsErr error
	permissions []permissionSeen
	org         string
}

type permissionSeen struct {
	Permission
	allowed, known bool
	refused        time.Time // when a change was refused all the same; zero for never
	err            error
}

// Inspect implements [Step].
func (a *AccountStep) Inspect(ctx context.Context, s Settings) (Finding, error) {
	seen, err := a.observe(ctx, s)
	if err != nil {
		return Finding{}, err
	}
	return seen.finding(s, a.TokenLink, a.Now()), nil
}

// observe asks about the token and, once the account is known, about everything
// at once: what the other steps read meanwhile is then asked only once.
func (a *AccountStep) observe(ctx context.Context, s Settings) (accountSeen, error) {
	var seen accountSeen
	var probed accountSeen
	var wg beside.Group
	if s.AccountID != "" {
		wg.Go(func() { probed = a.probe(ctx, s, s.AccountID) })
	}
	err := a.ask(ctx, &seen)
	wg.Wait()
	account := chosenAccount(s, seen.accounts)
	if err != nil || account.ID == "" {
		return seen, err
	}
	if account.ID != s.AccountID {
		probed = a.probe(ctx, s, account.ID)
	}
	seen.permissions, seen.org = probed.permissions, probed.org
	return seen, nil
}

// ask learns whether the token works, and for which accounts.
func (a *AccountStep) ask(ctx context.Context, seen *accountSeen) error {
	seen.token, seen.tokenErr = a.API.VerifyToken(ctx)
	if seen.tokenErr != nil {
		if refused(seen.tokenErr) || errors.Is(seen.tokenErr, ErrNoToken) {
			return nil
		}
		return fmt.Errorf("verifying the token: %w", seen.tokenErr)
	}
	if seen.token.Status != "active" {
		return nil
	}
	seen.accounts, seen.accountsErr = a.API.Accounts(ctx)
	if seen.accountsErr != nil && !refused(seen.accountsErr) {
		return fmt.Errorf("listing accounts: %w", seen.accountsErr)
	}
	return nil
}

// probe tries each permission with a harmless read.
func (a *AccountStep) probe(ctx context.Context, s Settings, accountID string) accountSeen {
	seen := accountSeen{permissions: make([]permissionSeen, len(a.Permissions))}
	var wg beside.Group
	for i, p := range a.Permissions {
		seen.permissions[i].Permission, seen.permissions[i].refused = p, a.API.Refused(p)
		if p.Zone && s.ZoneID == "" || p.Page && !s.Security.Access {
			continue
		}
		wg.Go(func() {
			ps := &seen.permissions[i]
			ps.allowed, ps.known, ps.err = a.API.Allowed(ctx, p, accountID, s.ZoneID)
		})
	}
	wg.Go(func() { seen.org, _ = a.API.Organization(ctx, accountID) })
	wg.Wait()
	return seen
}

// refused reports whether Cloudflare answered and said no, or the token could
// not even be one. Anything else says nothing about the token.
func refused(err error) bool {
	if e, ok := errors.AsType[*ServiceError](err); ok {
		return e.Status >= 400 && e.Status < 500 && e.Status != 429
	}
	_, ok := errors.AsType[*Problem](err)
	return ok
}

// invalidToken is Cloudflare's code for a token that it does not know, or no longer.
const invalidToken = 1000

// gone reports whether Cloudflare itself, in the form of its API, has said that
// there is no such token. The page of a proxy, a refusal for another reason, or a
// token that is disabled prove nothing of the kind.
func gone(err error) bool {
	e, ok := errors.AsType[*ServiceError](err)
	return ok && refused(err) && e.Service == "Cloudflare" && e.Code == invalidToken
}

func chosenAccount(s Settings, all []Account) Account {
	if s.AccountID != "" {
		for _, a := range all {
			if a.ID == s.AccountID {
				return a
			}
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return Account{}
}

func (seen accountSeen) finding(s Settings, link string, now time.Time) Finding {
	d := &AccountDetail{TokenLink: link, Accounts: seen.accounts, Token: seen.token, Gone: gone(seen.tokenErr)}
	f := Finding{Detail: d}
	token := Check{Name: "token", Title: "The token works"}
	switch {
	case errors.Is(seen.tokenErr, ErrNoToken):
		f.Ask, f.Summary = "token", "Needs a token of yours"
		token.Detail = "Not looked at yet"
		if s.TokenID != "" {
			f.Summary = "The token is kept in memory only. Paste it again."
			token.Detail = "The wizard has no token at present: it keeps one in memory only, unless you ask it to remember it. Paste the same one again; your choices are kept."
		}
	case seen.tokenErr != nil:
		p := Explain(seen.tokenErr)
		f.Ask, f.Summary = "token", p.Title
		token.Status, token.Detail = Fail, p.Title
		token.Fix = Fix{Title: p.Title, Text: p.Fix, Link: p.Link}
	case seen.token.Status != "active":
		f.Ask, f.Summary = "token", "The token is "+seen.token.Status
		token.Status, token.Detail = Fail, "Cloudflare says that the token is "+seen.token.Status+"."
		token.Fix = Fix{Title: "Make a new token", Text: "The old one cannot be used again.", Link: linkToken()}
	case s.TokenID != "" && s.TokenID != seen.token.ID && s.ZoneID != "" && chosenAccount(s, seen.accounts).ID == "":
		f.Ask = "token"
		token.Status, token.Detail = Fail, "This token belongs to another account than "+s.AccountName+"."
		token.Fix = Fix{Title: "Paste a token of " + s.AccountName, Text: "What the wizard made is in that account.", Link: linkToken()}
		f.Summary = token.Detail
	default:
		d.Known = true
		token.Status, token.Detail = Pass, "Cloudflare knows it, and it is active."
	}
	f.Checks = append(f.Checks, token)
	if !d.Known {
		return f
	}
	account := chosenAccount(s, seen.accounts)
	f.Checks = append(f.Checks, seen.accountCheck(account))
	switch {
	case account.ID != "":
	case len(seen.accounts) > 1:
		f.Ask, f.Summary = "account", "Choose one of your accounts"
		return f
	default:
		f.Heading, f.Summary = "The token works, and sees no account", "The token sees no account"
		return f
	}
	f.Checks = append(f.Checks, expiryCheck(seen.token, now))
	for _, p := range seen.permissions {
		c := p.check()
		switch c.Status {
		case Fail:
			d.Missing++
		case Warn:
			d.Refused++
		}
		f.Checks = append(f.Checks, c)
	}
	f.Checks = append(f.Checks, seen.orgCheck())
	f.Summary = account.Name
	if !seen.token.Expires.IsZero() {
		f.Summary += ", token ends " + locale.Day(seen.token.Expires)
	}
	switch {
	case d.Missing == 1:
		f.Heading, f.Summary = "The token works. One permission is missing", "One permission is missing"
	case d.Missing > 1:
		f.Summary = locale.Count(d.Missing, "permission is missing", "permissions are missing")
		f.Heading = "The token works. " + f.Summary
	case d.Refused > 0:
		f.Heading, f.Summary = "The token may look, and may not change everything", "A change was refused"
	default:
		f.Heading = "The token works, and may do what is needed"
	}
	f.Evidence = []Evidence{seen.card(account)}
	return f
}

func (seen accountSeen) accountCheck(account Account) Check {
	c := Check{Name: "account", Title: "An account to work in", Status: Pass, Detail: account.Name}
	switch {
	case account.ID != "":
	case len(seen.accounts) > 1:
		c.Status, c.Detail = Skip, fmt.Sprintf("The token can see %d accounts.", len(seen.accounts))
	default:
		c.Status, c.Detail = Fail, "The token sees no account."
		c.Fix = Fix{
			Title: "Add “Account Settings: Read” to this token",
			Text:  "In Cloudflare, choose Edit beside the token, then Add more, Account, Account Settings, Read. The token itself stays the same; there is nothing to paste again.", Link: linkToken(),
		}
	}
	return c
}

// longLived is the age above which a token that does so much deserves a remark.
const longLived = 8 * 24 * time.Hour

func expiryCheck(t Token, now time.Time) Check {
	c := Check{Name: "token-ends", Title: "It ends soon by itself", Status: Pass}
	switch {
	case t.Expires.IsZero():
		c.Status, c.Detail, c.Word = Warn, "This token never ends.", "No end date"
		c.Fix = Fix{Text: "Delete it when all nine steps are done; the last page shows where. Or give it an end date under TTL.", Link: linkToken()}
	case t.Expires.Sub(now) > longLived:
		c.Status, c.Detail, c.Word = Warn, "The token ends on "+locale.Date(t.Expires)+".", "Long-lived"
		c.Fix = Fix{Text: "Delete it when all nine steps are done; the last page shows where.", Link: linkToken()}
	default:
		c.Detail = "On " + locale.Date(t.Expires)
	}
	return c
}

func (p permissionSeen) check() Check {
	c := Check{Name: "permission-" + p.Key, Title: p.Name, Detail: "For " + p.For}
	switch {
	case p.Page && !p.known && p.err == nil:
		c.Word, c.Detail = "Not needed", "For "+p.For
	case p.Zone && !p.known && p.err == nil:
		c.Detail = "For " + p.For + ". Looked at as soon as the domain is there."
	case p.err != nil:
		c.Status, c.Detail = Skip, "For "+p.For+". "+Explain(p.err).Title+"."
	case p.known && !p.allowed && p.Soft:
		c.Status, c.Word = Skip, "Not given"
		c.Detail = "Only for an option in " + p.For
	case p.known && !p.allowed:
		c.Status, c.Word, c.Detail = Fail, "Missing", "The token lacks “"+p.Name+"”, for "+p.For
		c.Fix = Fix{
			Title: "Add “" + p.Name + "” to this token",
			Text:  "In Cloudflare, choose Edit beside the token, then Add more, and pick this permission. The token itself stays the same; there is nothing to paste again.",
			Link:  linkToken(),
		}
		if strings.HasPrefix(p.Name, "Zone: ") {
			c.Fix.Text += " If it is there already, the token is for single zones: set Zone Resources to All zones."
		}
	case !p.refused.IsZero():
		c.Status, c.Word = Warn, "Refused"
		c.Detail += ". It can be read with, and a change was refused at " + locale.Clock(p.refused) + ". The next change tells whether that is mended."
		c.Fix = Fix{Title: "Let the token make changes", Text: mendPermission(p.Name), Link: linkToken()}
	case p.known:
		c.Status = Pass
	}
	return c
}

func (seen accountSeen) orgCheck() Check {
	c := Check{Name: "zero-trust", Title: "Zero Trust organization", Word: "Not needed", Detail: "A tunnel works without one. Only the optional sign-in page in front of a second address needs it."}
	if seen.org != "" {
		c.Status, c.Word, c.Detail = Pass, "", seen.org
	}
	return c
}

func (seen accountSeen) card(account Account) Evidence {
	t := seen.token
	have, need := 0, 0
	for _, p := range seen.permissions {
		if p.Soft || !p.known {
			continue
		}
		need++
		if p.allowed {
			have++
		}
	}
	e := Evidence{
		Card: "token", Place: "My Profile › API Tokens", Status: Pass, Word: "Active", Reading: t.Reading,
		Rows: []Row{
			{Label: "Token", Values: []Value{{Text: t.Last4, Code: true, Note: "never shown again here"}}},
			Code("Token ID", t.ID),
			Text("Account", account.Name),
			Text("Permissions", fmt.Sprintf("%d of the %d that could be looked at", have, need)),
		},
		Open: linkToken(),
	}
	ends := "Never"
	if !t.Expires.IsZero() {
		ends = locale.Date(t.Expires)
	}
	e.Rows = append(e.Rows, Text("Expires on", ends))
	return e
}

// Remember implements [Rememberer]: the account, when there is no choice, and
// the token's id, so that another token can be told from this one later.
func (*AccountStep) Remember(s Settings, f Finding, _ time.Time) (Settings, bool) {
	d, ok := f.Detail.(*AccountDetail)
	if !ok || !d.Known {
		return s, false
	}
	was := s.AccountID + s.AccountName + s.TokenID + s.TokenEnds.String()
	if a := chosenAccount(s, d.Accounts); a.ID != "" {
		s.AccountID, s.AccountName = a.ID, a.Name
	}
	s.TokenID, s.TokenEnds = d.Token.ID, d.Token.Expires
	return s, was != s.AccountID+s.AccountName+s.TokenID+s.TokenEnds.String()
}
