package dns_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/openrdap/rdap"

	"example.test/wizard/sim/dns"
)

// registration asks for a path and decodes the answer with a real client's decoder.
func registration(t *testing.T, h http.Handler, path string) (int, any) {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "http://rdap.example"+path, nil))
	body, err := io.ReadAll(rec.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := rec.Header().Get("Content-Type"); got != "application/rdap+json" {
		t.Errorf("%s: content type %q", path, got)
	}
	out, err := rdap.NewDecoder(body).Decode()
	if err != nil {
		t.Fatalf("%s: %v\n%s", path, err, body)
	}
	return rec.Code, out
}

func domain(t *testing.T, h http.Handler, name string) *rdap.Domain {
	t.Helper()
	status, object := registration(t, h, "/rdap/domain/"+name)
	d, ok := object.(*rdap.Domain)
	if status != http.StatusOK || !ok {
		t.Fatalf("%s: status %d, %T", name, status, object)
	}
	return d
}

func TestRDAPDomain(t *testing.T) {
	w := start(t, dns.Config{})
	d := domain(t, w.RDAP(), "ATTIC-films.com")
	if d.LDHName != dns.DemoDomain || !slices.Equal(d.Status, []string{"client transfer prohibited"}) {
		t.Errorf("name %q, status %q", d.LDHName, d.Status)
	}
	var servers []string
	for _, ns := range d.Nameservers {
		servers = append(servers, ns.LDHName)
	}
	equal(t, "name servers", servers, dns.OldHost1, dns.OldHost2)
	registrar := d.Entities[0]
	equal(t, "roles", registrar.Roles, "registrar")
	if id := registrar.PublicIDs[0]; id.Type != "IANA Registrar ID" || id.Identifier != "1068" || registrar.VCard.Name() != "NameCheap, Inc." {
		t.Errorf("registrar %+v %s", id, registrar.VCard.Name())
	}
	expires := ""
	for _, e := range d.Events {
		if e.Action == "expiration" {
			expires = e.Date
		}
	}
	if expires != "2028-05-03T10:20:30Z" {
		t.Errorf("expires %q", expires)
	}
	if d.SecureDNS == nil || d.SecureDNS.DelegationSigned == nil || *d.SecureDNS.DelegationSigned || len(d.SecureDNS.DS) > 0 {
		t.Errorf("secureDNS %+v", d.SecureDNS)
	}
}

func TestRDAPShowsOrdersAtOnce(t *testing.T) {
	w := start(t, dns.Config{Now: newClock().Now})
	if err := w.SetDelegation(dns.SignedDomain, []string{"ada.ns.cloudflare.com"}); err != nil {
		t.Fatal(err)
	}
	d := domain(t, w.RDAP(), dns.SignedDomain)
	if len(d.Nameservers) != 1 || d.Nameservers[0].LDHName != "ada.ns.cloudflare.com" {
		t.Errorf("name servers %+v", d.Nameservers)
	}
	if !*d.SecureDNS.DelegationSigned || len(d.SecureDNS.DS) != 1 || *d.SecureDNS.DS[0].Algorithm != 15 {
		t.Errorf("secureDNS %+v", d.SecureDNS)
	}
	if err := w.ClearDS(dns.SignedDomain); err != nil {
		t.Fatal(err)
	}
	if d := domain(t, w.RDAP(), dns.SignedDomain); *d.SecureDNS.DelegationSigned {
		t.Error("still signed")
	}
}

func TestRDAPStatusAndSellers(t *testing.T) {
	w := start(t, dns.Config{})
	err := w.Register(dns.Domain{
		Name: "resold.de", Status: []string{"ok", "serverUpdateProhibited"},
		Registrar: dns.Registrar{Name: "eNom, LLC", ID: 48, Reseller: "Attic Hosting Ltd"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Register(dns.Domain{Name: "tagged.co.uk", Registrar: dns.Registrar{Name: "123-Reg Limited t/a 123-reg", Handle: "123-REG"}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Register(dns.Domain{Name: "silent.de"}); err != nil {
		t.Fatal(err)
	}
	resold := domain(t, w.RDAP(), "resold.de")
	equal(t, "status", resold.Status, "active", "server update prohibited")
	equal(t, "reseller", resold.Entities[1].Roles, "reseller")
	if tagged := domain(t, w.RDAP(), "tagged.co.uk").Entities[0]; tagged.Handle != "123-REG" || len(tagged.PublicIDs) > 0 {
		t.Errorf("tagged registrar %+v", tagged)
	}
	if silent := domain(t, w.RDAP(), "silent.de"); len(silent.Entities) > 0 {
		t.Errorf("entities %+v", silent.Entities)
	}
	equal(t, "hold", domain(t, w.RDAP(), dns.HeldDomain).Status, "client hold")
	equal(t, "deleted", domain(t, w.RDAP(), dns.DeletedDomain).Status, "pending delete", "server hold")
}

func TestRDAPErrors(t *testing.T) {
	w := start(t, dns.Config{})
	for path, want := range map[string]int{
		"/rdap/domain/" + dns.UnregisteredDomain: http.StatusNotFound,
		"/rdap/domain/www." + dns.DemoDomain:     http.StatusNotFound,
		"/rdap/domain/not%20a%20name.com":        http.StatusBadRequest,
		"/rdap/entity/1068":                      http.StatusNotFound,
	} {
		status, object := registration(t, w.RDAP(), path)
		e, ok := object.(*rdap.Error)
		if status != want || !ok || e.ErrorCode == nil || int(*e.ErrorCode) != want {
			t.Errorf("%s: status %d, %+v", path, status, object)
		}
	}
}

func TestBootstrapNamesThisServer(t *testing.T) {
	w := start(t, dns.Config{})
	server := httptest.NewServer(w.RDAP())
	t.Cleanup(server.Close)
	res, err := server.Client().Get(server.URL + "/rdap/dns.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var file struct {
		Version  string
		Services [][][]string
	}
	if err := json.NewDecoder(res.Body).Decode(&file); err != nil {
		t.Fatal(err)
	}
	if len(file.Services) != 1 || len(file.Services[0]) != 2 || file.Version != "1.0" {
		t.Fatalf("bootstrap %+v", file)
	}
	tlds, urls := file.Services[0][0], file.Services[0][1]
	equal(t, "base", urls, server.URL+"/rdap/")
	for tld, want := range map[string]bool{"com": true, "uk": true, "co.uk": false, "de": false, "io": false} {
		if slices.Contains(tlds, tld) != want {
			t.Errorf("%s in the file: %v, want %v", tld, !want, want)
		}
	}
}
