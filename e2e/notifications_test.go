package e2e_test

import (
	"strings"

	"example.test/wizard/sim"
	"example.test/wizard/sim/cloudflare"
)

func notificationsTroubles() []trouble {
	return []trouble{
		{step: "notifications", name: "no address", run: func(p *person, _ *outside) {
			p.refused("email", ".robin@example.com", "address")
			p.fill("email", sim.DemoEmail)
		}},
		{step: "notifications", name: "permission missing", run: func(p *person, o *outside) {
			may := cloudflare.AllPermissions()
			o.allow(without(may, cloudflare.NotificationsEdit))
			p.again(".note--problem")
			if text := p.text(".note--problem"); !strings.Contains(text, "Account: Notifications: Edit") && !strings.Contains(text, "Step 1 names it") || !p.has("main a[href]") {
				p.t.Errorf("it does not say which permission is missing, or where it is added:\n%s", text)
			}
			o.allow(may)
		}},
		{step: "notifications", name: "reply is lost", run: func(p *person, o *outside) {
			o.fault(cloudflare.Fault{Kind: cloudflare.LostReply, Method: "POST", Path: "/alerting/v3/policies$"})
			p.walk(o, p.at("/summary"))
			if n := o.count("POST", "/alerting/v3/policies"); n != 1 {
				p.t.Errorf("the alert was asked for %d times", n)
			}
			p.open("/steps/notifications")
		}},
	}
}
