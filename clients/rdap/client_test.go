package rdap_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.test/wizard/clients/rdap"
	simdns "example.test/wizard/sim/dns"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world serves the registry of a pretend name system.
func world(t *testing.T) (*simdns.World, *httptest.Server) {
	t.Helper()
	w, err := simdns.Start(simdns.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	s := httptest.NewServer(w.RDAP())
	t.Cleanup(s.Close)
	return w, s
}

func TestRegistration(t *testing.T) {
	w, s := world(t)
	for _, d := range []simdns.Domain{
		{Name: "tagged.co.uk", Registrar: simdns.Registrar{Name: "123-Reg Limited t/a 123-reg", Handle: "123-REG"}},
		{Name: "resold.com", Registrar: simdns.Registrar{Name: "eNom, LLC", ID: 48, Reseller: "Attic Hosting"}},
		{Name: "hovering.com", Registrar: simdns.Registrar{Name: "Tucows Domains Inc.", ID: 69}, NameServers: []string{"ns1.hover.com", "ns2.hover.com"}},
		{Name: "tucows.com", Registrar: simdns.Registrar{Name: "Tucows Domains Inc.", ID: 69}},
		{Name: "nobody.de", NameServers: []string{"ns1042.ui-dns.com", "ns1042.ui-dns.org"}},
		{Name: "elsewhere.com", Registrar: simdns.Registrar{Name: "Small Registrar Ltd", ID: 99999}},
	} {
		if err := w.Register(d); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		domain, key, registrar string
		iana                   int
		found, guessed, signed bool
		status                 string
	}{
		{simdns.DemoDomain, "namecheap", "NameCheap, Inc.", 1068, true, false, false, "client transfer prohibited"},
		{"Attic-Films.com.", "namecheap", "NameCheap, Inc.", 1068, true, false, false, ""},
		{simdns.SignedDomain, "porkbun", "Porkbun LLC", 1861, true, false, true, ""},
		{simdns.HeldDomain, "", "", 0, true, false, false, "client hold"},
		{simdns.DeletedDomain, "", "", 0, true, false, false, "pending delete"},
		{"tagged.co.uk", "123reg", "123-Reg Limited t/a 123-reg", 0, true, false, false, ""},
		{"resold.com", "other", "Attic Hosting", 48, true, false, false, ""},
		{"hovering.com", "hover", "Tucows Domains Inc.", 69, true, false, false, ""},
		{"tucows.com", "other", "Tucows Domains Inc.", 69, true, false, false, ""},
		{"nobody.de", "ionos", "", 0, true, true, false, ""},
		{"elsewhere.com", "other", "Small Registrar Ltd", 99999, true, false, false, ""},
		{simdns.UnregisteredDomain, "other", "", 0, false, false, false, ""},
	}
	c := rdap.New(rdap.Config{Base: s.URL + "/rdap", HTTP: s.Client()})
	for _, tt := range tests {
		t.Run(tt.domain, func(t *testing.T) {
			got, err := c.Registration(t.Context(), tt.domain)
			if err != nil {
				t.Fatal(err)
			}
			if tt.key != "" && (got.Guide.Key != tt.key || got.Registrar != tt.registrar || got.IANA != tt.iana) {
				t.Errorf("%q, %q, %d", got.Guide.Key, got.Registrar, got.IANA)
			}
			if got.Found != tt.found || got.Guessed != tt.guessed || got.Signed != tt.signed || got.At.IsZero() || got.Source == "" {
				t.Errorf("%+v", got)
			}
			if tt.status != "" && !slices.Contains(got.Status, tt.status) {
				t.Errorf("status %q", got.Status)
			}
			if tt.domain == simdns.DemoDomain && got.Expires.Year() != 2028 {
				t.Errorf("expires %v", got.Expires)
			}
		})
	}
}

// counting serves answers and counts them.
func counting(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request)) (*httptest.Server, *int) {
	t.Helper()
	n := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		answer(n, w, r)
	}))
	t.Cleanup(s.Close)
	return s, &n
}

const answer = `{"objectClassName":"domain","ldhName":"%s","status":["%s"],"entities":[{"objectClassName":"entity","roles":["registrar"],
"publicIds":[{"type":"IANA Registrar ID","identifier":"146"}],"vcardArray":["vcard",[["version",{},"text","4.0"],["fn",{},"text","GoDaddy.com, LLC"]]]}]}`

func TestRegistrationIsRemembered(t *testing.T) {
	status := "client transfer prohibited"
	s, n := counting(t, func(_ int, w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, answer, "X.com", status) })
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	c := rdap.New(rdap.Config{Base: s.URL, HTTP: s.Client(), Now: func() time.Time { return now }})
	ask := func(want int) {
		t.Helper()
		reg, err := c.Registration(t.Context(), "x.com")
		if err != nil || reg.Guide.Key != "godaddy" || *n != want {
			t.Errorf("%v, %q, asked %d times, want %d", err, reg.Guide.Key, *n, want)
		}
	}
	ask(1)
	ask(1)
	now = now.Add(25 * time.Hour)
	ask(2)
	// A lock that the person is asked to open is looked at each time.
	now, status = now.Add(25*time.Hour), "client update prohibited"
	ask(3)
	ask(4)
}

func TestRegistrationGuesses(t *testing.T) {
	broken := map[string]func(int, http.ResponseWriter, *http.Request){
		"a failure":      func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"too many":       func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
		"no JSON":        func(_ int, w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") },
		"another domain": func(_ int, w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, answer, "y.com", "active") },
		"not a domain": func(_ int, w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"objectClassName":"entity"}`)
		},
		"no such domain":  func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) },
		"an empty answer": func(_ int, _ http.ResponseWriter, _ *http.Request) {},
		"cut off halfway": func(_ int, w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer[:80]) },
		"an error of RDAP": func(_ int, w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"errorCode":404,"title":"no"}`)
		},
	}
	for name, b := range broken {
		t.Run(name, func(t *testing.T) {
			s, _ := counting(t, b)
			c := rdap.New(rdap.Config{Base: s.URL, HTTP: s.Client(), NameServers: func(context.Context, string) []string {
				return []string{"ns41.domaincontrol.com", "ns42.domaincontrol.com"}
			}})
			reg, err := c.Registration(t.Context(), "x.com")
			if err != nil || !reg.Found || !reg.Guessed || reg.Guide.Key != "godaddy" || reg.Registrar != "GoDaddy" {
				t.Errorf("%+v, %v", reg, err)
			}
			c = rdap.New(rdap.Config{Base: s.URL, HTTP: s.Client()})
			if reg, err := c.Registration(t.Context(), "x.com"); err != nil || reg.Found || reg.Guide.Key != "other" {
				t.Errorf("without name servers: %+v, %v", reg, err)
			}
		})
	}
}

func TestRegistrationGivesUp(t *testing.T) {
	s, _ := counting(t, func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if reg, err := rdap.New(rdap.Config{Base: s.URL, HTTP: s.Client()}).Registration(ctx, "x.com"); err == nil {
		t.Errorf("%+v", reg)
	}
}

// internet answers for every address, in place of the real servers.
type internet func(*http.Request) (int, string)

func (i internet) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := i(r)
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}, Request: r}, nil
}

func TestBootstrap(t *testing.T) {
	const file = `{"version":"1.0","services":[[["com","NET"],["http://insecure.test/","https://rdap.test/v1"]],[["odd"]],[["io"],["https://live.test/io/"]]]}`
	tests := []struct {
		name, file, domain, asked string
		status                    int
	}{
		{"from the live file", file, "x.com", "https://rdap.test/v1/domain/x.com", 200},
		{"in any case", file, "x.net", "https://rdap.test/v1/domain/x.net", 200},
		{"the live file goes before our own list", file, "x.io", "https://live.test/io/domain/x.io", 200},
		{"not in the file, but in our list", file, "x.me", "https://rdap.identitydigital.services/rdap/domain/x.me", 200},
		{"no live file", "", "x.com", "https://rdap.verisign.com/com/v1/domain/x.com", 503},
		{"a broken file", "{", "x.de", "https://rdap.denic.de/domain/x.de", 200},
		{"an empty file", `{"services":[]}`, "x.co", "https://rdap.registry.co/co/domain/x.co", 200},
		{"no server at all", file, "x.es", "", 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var asked []string
			files := 0
			c := rdap.New(rdap.Config{HTTP: &http.Client{Transport: internet(func(r *http.Request) (int, string) {
				if strings.HasSuffix(r.URL.Path, "dns.json") {
					files++
					return tt.status, tt.file
				}
				asked = append(asked, r.URL.String())
				return 200, fmt.Sprintf(answer, tt.domain, "active")
			})}})
			reg, err := c.Registration(t.Context(), tt.domain)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(asked, " "); got != tt.asked || reg.Found != (tt.asked != "") {
				t.Errorf("asked %q, want %q; found %v", got, tt.asked, reg.Found)
			}
			if _, err := c.Registration(t.Context(), "second."+tt.domain); err != nil || files != 1 {
				t.Errorf("the list of servers was read %d times (%v)", files, err)
			}
		})
	}
}

// A server that is not known to be in charge cannot say that a domain does not exist.
func TestNotFoundProvesNothing(t *testing.T) {
	nowhere := &http.Client{Transport: internet(func(*http.Request) (int, string) { return 404, `{"errorCode":404}` })}
	c := rdap.New(rdap.Config{HTTP: nowhere, NameServers: func(context.Context, string) []string { return []string{"ns1.gandi.net"} }})
	if reg, err := c.Registration(t.Context(), "x.io"); err != nil || !reg.Found || !reg.Guessed || reg.Guide.Key != "gandi" {
		t.Errorf("%+v, %v", reg, err)
	}
	for domain, guessed := range map[string]bool{"x.io": true, "x.com": false} {
		if reg, err := rdap.New(rdap.Config{HTTP: nowhere}).Registration(t.Context(), domain); err != nil || reg.Found || reg.Guessed != guessed {
			t.Errorf("%s: %+v, %v", domain, reg, err)
		}
	}
}

// TestTooManyQuestions: a registry that asks for silence gets it, and not longer.
func TestTooManyQuestions(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer s.Close()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	c := rdap.New(rdap.Config{Base: s.URL, HTTP: s.Client(), Now: func() time.Time { return now }})
	for _, look := range []struct {
		after time.Duration
		asked int
	}{{0, 1}, {time.Minute, 1}, {59 * time.Second, 1}, {2 * time.Second, 2}, {time.Second, 2}} {
		now = now.Add(look.after)
		if reg, err := c.Registration(t.Context(), "attic-films.com"); err != nil || !reg.Guessed || asked != look.asked {
			t.Errorf("%s later: asked %d times, %+v, %v", look.after, asked, reg, err)
		}
	}
}
