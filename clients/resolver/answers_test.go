package resolver_test

import (
	"context"
	"errors"
	"testing"
	"time"

	mdns "github.com/miekg/dns"

	"example.test/wizard/clients/resolver"
	simdns "example.test/wizard/sim/dns"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	w, _ := world(t, simdns.Config{})
	r := client(w, patient)
	both := []string{simdns.OldHost1, "156.154.133.200"}
	ask := func(name, rtype string) (codes [2]string, records [2]int) {
		t.Helper()
		answers, err := r.Answers(limited(t), both, name, rtype)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range answers {
			codes[i], records[i] = a.Rcode, len(a.Records)
			if a.Server != both[i] {
				t.Errorf("answer %d is of %s", i, a.Server)
			}
		}
		return codes, records
	}
	if c, n := ask(simdns.DemoDomain, "MX"); c != [2]string{"NOERROR", "NOERROR"} || n != [2]int{2, 2} {
		t.Errorf("%v %v", c, n)
	}
	if c, n := ask("nothing."+simdns.DemoDomain, "MX"); c != [2]string{"NXDOMAIN", "NXDOMAIN"} || n != [2]int{} {
		t.Errorf("%v %v", c, n)
	}
	fault(t, w, simdns.OldHost1, simdns.Fault{Rcode: mdns.RcodeServerFailure})
	fault(t, w, simdns.OldHost2, simdns.Fault{Silent: true})
	if c, _ := ask(simdns.DemoDomain, "MX"); c != [2]string{"SERVFAIL", "timeout"} {
		t.Errorf("%v", c)
	}
	fault(t, w, simdns.OldHost1, simdns.Fault{Rcode: mdns.RcodeRefused})
	fault(t, w, simdns.OldHost2, simdns.Fault{Truncate: true})
	if c, n := ask("reel7x2024._domainkey."+simdns.DemoDomain, "TXT"); c != [2]string{"REFUSED", "NOERROR"} || n[1] != 1 {
		t.Errorf("%v %v", c, n)
	}
	if _, err := r.Answers(limited(t), both, simdns.DemoDomain, "NONSENSE"); err == nil {
		t.Error("a type that does not exist is asked for")
	}
}

func TestAnswersGiveUp(t *testing.T) {
	w, _ := world(t, simdns.Config{})
	fault(t, w, simdns.OldHost1, simdns.Fault{Silent: true})
	r := client(w, time.Hour)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := r.Answers(ctx, []string{simdns.OldHost1}, simdns.DemoDomain, "A"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// A server whose address nobody knows does not answer; that is no failure of ours.
func TestAnswersUnknownServer(t *testing.T) {
	_, r := world(t, simdns.Config{})
	answers, err := r.Answers(limited(t), []string{"ns.nowhere." + simdns.UnregisteredDomain}, simdns.DemoDomain, "A")
	if err != nil || answers[0].Rcode != "timeout" {
		t.Errorf("%+v, %v", answers, err)
	}
}

// Names of servers that are in no list are looked up at the resolvers.
func TestAddressByResolver(t *testing.T) {
	w, _ := world(t, simdns.Config{})
	servers := w.Addresses()
	delete(servers, simdns.OldHost1)
	r := resolver.New(resolver.Config{Servers: servers, Resolvers: resolver.StandIns(w.Resolvers()), Timeout: time.Second})
	for range 2 { // the second time from memory
		answers, err := r.Answers(limited(t), []string{simdns.OldHost1}, simdns.DemoDomain, "SOA")
		if err != nil || answers[0].Rcode != "NOERROR" || !answers[0].Auth {
			t.Errorf("%+v, %v", answers, err)
		}
	}
	if n := w.Questions().Servers["1.1.1.1"].UDP; n != 1 {
		t.Errorf("the address was asked for %d times", n)
	}
}
