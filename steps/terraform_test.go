package steps_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"example.test/wizard/steps"
)

// blocks reads a text as Terraform does, and counts its blocks.
func blocks(t *testing.T, text string) map[string]*hclsyntax.Block {
	t.Helper()
	file, problems := hclsyntax.ParseConfig([]byte(text), "main.tf", hcl.InitialPos)
	if problems.HasErrors() {
		t.Fatalf("%v\n%s", problems, text)
	}
	out := map[string]*hclsyntax.Block{}
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		name := strings.Join(append([]string{b.Type}, b.Labels...), " ")
		if b.Type == "import" {
			at, problems := hcl.AbsTraversalForExpr(b.Body.Attributes["to"].Expr)
			if problems.HasErrors() {
				t.Fatal(problems)
			}
			name = "import " + at.RootName() + " " + at[1].(hcl.TraverseAttr).Name
		}
		if out[name] != nil {
			t.Errorf("%s is there twice", name)
		}
		out[name] = b
	}
	return out
}

func TestTerraform(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		r.finish(t)
		hostile := `say "hi" ${file("/etc/passwd")} %{ if true } \ ` + "\nand more"
		r.w.with(func(w *world) {
			set := w.phases[steps.PhaseCustom]
			set.Rules = append([]steps.Rule{{ID: "r-theirs", Ref: "theirs", Description: hostile, Expression: `ssl`, Action: "skip", Parameters: json.RawMessage(`{"ruleset":"current","phases":["http_ratelimit"],"odd key":[{"a":1},{"a":2}]}`)}}, set.Rules...)
			w.phases[steps.PhaseCustom] = set
			for id, in := range w.ingress {
				in.Rules = append([]steps.IngressRule{{Host: "vpn." + domain, Service: "ssh://localhost:22", Rest: json.RawMessage(`{"hostname":"vpn","originRequest":{"connectTimeout":30,"http2Origin":true,"access":{"audTag":["x"]}}}`)}}, in.Rules...)
				w.ingress[id] = in
			}
		})
		c := cloud{r.w}
		e := &steps.Export{Rules: c, Zone: c, Records: c, Tunnels: c, Alerts: c, Access: c}
		text, err := e.Terraform(t.Context(), r.settings(t))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(text, string(hclwrite.Format([]byte(text)))); d != "" {
			t.Errorf("terraform fmt would change it:\n%s", d)
		}
		all := blocks(t, text)
		for _, want := range []string{
			"cloudflare_zone domain", "cloudflare_ruleset caching", "cloudflare_ruleset security", "cloudflare_ruleset configuration", "cloudflare_zone_setting min_tls_version", "cloudflare_zone_setting always_use_https",
			"cloudflare_dns_record plex", "cloudflare_zero_trust_tunnel_cloudflared plex", "cloudflare_zero_trust_tunnel_cloudflared_config plex", "cloudflare_notification_policy tunnel_health_event",
		} {
			if all["resource "+want] == nil || all["import "+want] == nil {
				t.Errorf("%s is not there, or not imported", want)
			}
		}
		imports, resources := 0, 0
		for name := range all {
			if strings.HasPrefix(name, "import ") {
				imports++
			} else if strings.HasPrefix(name, "resource ") {
				resources++
			}
		}
		if imports != resources {
			t.Errorf("%d imports for %d resources", imports, resources)
		}
		// What others wrote stands for itself: no template begins in it.
		rules, problems := all["resource cloudflare_ruleset security"].Body.Attributes["rules"].Expr.Value(nil)
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		if got := rules.AsValueSlice()[0].GetAttr("description").AsString(); got != hostile {
			t.Errorf("%q", got)
		}
		for _, want := range []string{"no_tls_verify = true", "http2_origin", "aud_tag", "connect_timeout"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %s in\n%s", want, text)
			}
		}
		for _, never := range []string{"secret", "tunnel_token", "api_token"} {
			if strings.Contains(text, never) {
				t.Errorf("%s is in the text", never)
			}
		}
	})
}

// Before anything is made there is nothing to take over.
func TestTerraformOfNothing(t *testing.T) {
	bubble(t, begun(), func(t *testing.T, r *rig) {
		c := cloud{r.w}
		text, err := (&steps.Export{Rules: c, Zone: c, Records: c, Tunnels: c, Alerts: c, Access: c}).Terraform(t.Context(), begun())
		if err != nil || len(blocks(t, text)) != 2 {
			t.Errorf("%v\n%s", err, text)
		}
	})
}
