package resolver_test

import (
	"fmt"
	"testing"
	"time"

	simdns "example.test/wizard/sim/dns"
	"example.test/wizard/steps"
	"example.test/wizard/steps/zone"
)

func TestTmp(t *testing.T) {
	w, r := world(t, simdns.Config{})
	ctx := limited(t)
	d, err := r.Delegation(ctx, simdns.DemoDomain)
	fmt.Printf("%+v %v\n", d, err)
	s, err := r.NameServersSeen(ctx, simdns.DemoDomain)
	fmt.Printf("%+v %v\n", s, err)
	for _, dom := range []string{simdns.DemoDomain, simdns.EveryTypeDomain, simdns.AwkwardDomain, simdns.SignedDomain} {
		t0 := time.Now()
		f, err := r.Find(ctx, dom, steps.FindOptions{}, func(p zone.Progress) {
			if p.State != "running" {
				fmt.Println(p.Part, p.State, p.Done, p.Total, p.Found)
			}
		})
		fmt.Println(dom, err, len(f.Records), f.Statement, f.Unknown, f.Unanswered, f.Wildcards, f.Providers, f.Servers, f.Asked, time.Since(t0))
		for _, x := range f.Records {
			fmt.Println("  ", x.Name, x.Type, x.TTL, x.Content[:min(len(x.Content), 60)], x.Sources)
		}
		for _, x := range f.LeftOut {
			fmt.Println("  LEFT", x.Record.Name, x.Record.Type, x.Why)
		}
	}
	fmt.Printf("%+v\n", w.Questions())
}
