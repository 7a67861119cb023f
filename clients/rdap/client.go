// Package rdap tells at whose registrar a domain is, by the Registration Data
// Access Protocol (RFC 9082, 9083), and how its name servers are changed there.
// Where a registry has no RDAP it guesses from the names of the name servers.
// It knows registrars and their menus; it knows nothing of records, and it
// never signs in anywhere.
package rdap

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

// registrationLife is how long an answer without any complaint is used again.
const registrationLife = 24 * time.Hour

// Config says whom to ask.
type Config struct {
	// Base is the RDAP server for all domains, up to before "domain/"; empty
	// for the one that IANA's bootstrap file names.
	Base string
	HTTP *http.Client // nil for one with a limit of 10 s
	Now  func() time.Time
	// NameServers tells the delegation of a domain, for the guess and to see
	// whether a domain exists that its registry does not show; nil for no guess.
	NameServers func(ctx context.Context, domain string) []string
}

// A Client asks registries. It may be used by several goroutines at once.
type Client struct {
	config Config
	http   *http.Client
	now    func() time.Time

	mu         sync.Mutex
	bases      map[string]string
	basesUntil time.Time
	known      map[string]remembered
	quiet      map[string]time.Time // by host: until when it wants not to be asked
}

type remembered struct {
	registration steps.Registration
	until        time.Time
}

var _ steps.Registry = (*Client)(nil)

// New makes a Client.
func New(c Config) *Client {
	client := &Client{config: c, http: c.HTTP, now: c.Now, known: map[string]remembered{}, quiet: map[string]time.Time{}}
	if client.http == nil {
		client.http = &http.Client{Timeout: 10 * time.Second}
	}
	if client.now == nil {
		client.now = time.Now
	}
	return client
}

// Registration tells who sold a domain. A registry that cannot be asked gives a
// guess (Guessed), not an error; it fails only when ctx has ended.
func (c *Client) Registration(ctx context.Context, domain string) (steps.Registration, error) {
	domain = zone.CanonicalName(domain)
	c.mu.Lock()
	old, ok := c.known[domain]
	c.mu.Unlock()
	if ok && c.now().Before(old.until) {
		return old.registration, nil
	}
	reg, err := c.ask(ctx, domain)
	if err := ctx.Err(); err != nil {
		return steps.Registration{}, err
	}
	if err != nil {
		reg = c.guessed(ctx, domain)
		return reg, ctx.Err()
	}
	if reg.Found && !troubled(reg.Status) {
		c.mu.Lock()
		c.known[domain] = remembered{reg, c.now().Add(registrationLife)}
		c.mu.Unlock()
	}
	return reg, nil
}

// troubled: the person is asked to mend something, so the next look must be fresh.
func troubled(status []string) bool {
	return slices.ContainsFunc(status, func(s string) bool {
		s = strings.ToLower(strings.ReplaceAll(s, " ", ""))
		return s != "active" && s != "ok" && s != "clienttransferprohibited" && s != "clientdeleteprohibited" && s != "associated"
	})
}

// ask asks the registry. It fails when no registry can be asked, or its answer
// proves nothing.
func (c *Client) ask(ctx context.Context, domain string) (steps.Registration, error) {
	base, sure := c.base(ctx, domain)
	if base == "" {
		return steps.Registration{}, fmt.Errorf("the registry of %s has no RDAP server", domain)
	}
	body, status, err := c.get(ctx, base+"domain/"+url.PathEscape(domain), "application/rdap+json")
	if err != nil {
		return steps.Registration{}, fmt.Errorf("ask the registry of %s: %w", domain, err)
	}
	reading := steps.Reading{At: c.now(), Source: hostOf(base)}
	if status == http.StatusNotFound && sure && len(c.nameServers(ctx, domain)) == 0 {
		return steps.Registration{Guide: otherGuide("", domain), Reading: reading}, nil
	}
	if status != http.StatusOK {
		return steps.Registration{}, fmt.Errorf("ask the registry of %s: status %d", domain, status)
	}
	d, err := readDomain(body)
	if err != nil {
		return steps.Registration{}, fmt.Errorf("read the registry's answer for %s: %w", domain, err)
	}
	if zone.CanonicalName(d.text("ldhName")) != domain {
		// A server that is not in charge may answer for something else.
		return steps.Registration{}, fmt.Errorf("the registry's answer is not about %s", domain)
	}
	reg := registration(d, domain)
	reg.Reading = reading
	return reg, nil
}

// registration reads what the registry publishes.
func registration(d object, domain string) steps.Registration {
	s, nameServers := sellerOf(d.objects("entities")), d.nameServers()
	reg := steps.Registration{
		Found: true, Registrar: or(s.reseller, or(s.name, s.handle)), IANA: s.iana, Status: d.texts("status"),
		Guide: guideFor(s, nameServers, domain),
	}
	if s == (seller{}) {
		// Some registries, such as .de's, do not publish the registrar.
		reg.Guide, reg.Guessed = guess(nameServers, domain)
	}
	for _, e := range d.objects("events") {
		if e.text("eventAction") == "expiration" {
			if at, err := time.Parse(time.RFC3339, e.text("eventDate")); err == nil {
				reg.Expires = at
			}
		}
	}
	reg.Signed = d.is("secureDNS", "delegationSigned")
	return reg
}

// sellerOf finds the registrar, and the reseller, who may stand inside of it.
func sellerOf(entities []object) seller {
	var s seller
	for _, e := range entities {
		roles := e.texts("roles")
		if slices.Contains(roles, "reseller") && s.reseller == "" {
			s.reseller = or(e.name(), e.text("handle"))
		}
		if !slices.Contains(roles, "registrar") {
			continue
		}
		s.name, s.handle = e.name(), e.text("handle")
		for _, id := range e.objects("publicIds") {
			if n, err := strconv.Atoi(id.text("identifier")); err == nil && strings.EqualFold(id.text("type"), "IANA Registrar ID") {
				s.iana = n
			}
		}
		if inner := sellerOf(e.objects("entities")); inner.reseller != "" && s.reseller == "" {
			s.reseller = inner.reseller
		}
	}
	return s
}

// guessed says what the name servers tell.
func (c *Client) guessed(ctx context.Context, domain string) steps.Registration {
	nameServers := c.nameServers(ctx, domain)
	reg := steps.Registration{Found: len(nameServers) > 0, Guessed: true, Reading: steps.Reading{At: c.now(), Source: "names of the name servers"}}
	var ok bool
	if reg.Guide, ok = guess(nameServers, domain); ok {
		reg.Registrar = reg.Guide.Name
	}
	return reg
}

func (c *Client) nameServers(ctx context.Context, domain string) []string {
	if c.config.NameServers == nil {
		return nil
	}
	return c.config.NameServers(ctx, domain)
}

func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return u.Host
}
