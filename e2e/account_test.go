package e2e_test

import (
	"strings"
	"time"

	"example.test/wizard/sim/cloudflare"
)

func accountTroubles() []trouble {
	return []trouble{
		{step: "account", name: "wrong token", run: func(p *person, _ *outside) {
			p.refused("token", "cfut_this0is0a0token0of0nobody0at0all000000000", "does not know this token")
			p.refused("token", "two words that are far too many to be a token", "one word")
		}},
		{step: "account", name: "global key", run: func(p *person, _ *outside) {
			p.refused("token", "cfk_0123456789012345678901234567890123456789", "global")
		}},
		{step: "account", name: "permission missing", run: func(p *person, o *outside) {
			may := cloudflare.AllPermissions()
			o.allow(without(may, cloudflare.TunnelEdit))
			p.fill("token", token)
			p.next()
			p.see(`[data-check="permission-argotunnel"][data-status="fail"]`)
			if text := p.text(`[data-check="permission-argotunnel"]`); !strings.Contains(text, "Cloudflare Tunnel") || !strings.Contains(text, "steps 4") {
				p.t.Errorf("it does not say which permission, or for what:\n%s", text)
			}
			o.allow(may)
			p.again(`[data-check="permission-argotunnel"][data-status="pass"]`)
		}},
		{step: "account", name: "cloudflare is down", run: func(p *person, o *outside) {
			o.fault(cloudflare.Fault{Kind: cloudflare.Unavailable, Times: -1})
			p.fill("token", token)
			p.next()
			p.see(".note--problem")
			o.Cloudflare.Faults().Clear()
			p.again(`[data-check="token"][data-status="pass"]`)
		}},
	}
}

// refused types something that the page refuses with a reason beside the field.
func (p *person) refused(field, value, reason string) {
	p.t.Helper()
	p.fill(field, value)
	p.press("[data-next]")
	p.see(`[aria-invalid="true"][name="` + field + `"]`)
	p.see("[role=alert]")
	if text := p.text("[role=alert]"); !strings.Contains(strings.ToLower(text), reason) {
		p.t.Errorf("%q is refused with %q, which does not say %q", value, text, reason)
	}
	if title, err := p.page.Title(); err != nil || !strings.HasPrefix(title, "Error: ") {
		p.t.Errorf("the title is %q (%v)", title, err)
	}
}

// allow gives the token other permissions.
func (o *outside) allow(may []cloudflare.Permission) {
	o.Cloudflare.SeedToken(cloudflare.Token{Value: token, Name: "Plex Tunnel Wizard", ExpiresOn: time.Now().Add(48 * time.Hour), Permissions: may})
}

func without(all []cloudflare.Permission, not cloudflare.Permission) []cloudflare.Permission {
	var out []cloudflare.Permission
	for _, p := range all {
		if p != not {
			out = append(out, p)
		}
	}
	return out
}

// fault lets the next calls that fit go wrong.
func (o *outside) fault(f cloudflare.Fault) {
	o.t.Helper()
	if err := o.Cloudflare.Faults().Add(f); err != nil {
		o.t.Fatal(err)
	}
}

// dashboard does what a person does at Cloudflare, apart from the wizard.
func (o *outside) dashboard(method, path string, body any) string {
	o.t.Helper()
	out, err := o.Cloudflare.Dashboard(method, path, body)
	if err != nil {
		o.t.Fatal(err)
	}
	return string(out)
}
