package cloudflare_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestScan(t *testing.T) {
	var sent []string
	list := `[{"id":"s1","name":"www.example.com","type":"CNAME","content":"example.com","ttl":1},
		{"id":"s2","name":"example.com","type":"MX","content":"mx.example.net","priority":10,"ttl":300}]`
	c, _ := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b strings.Builder
		_, _ = io.Copy(&b, r.Body)
		sent = append(sent, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/client/v4/zones/z1/dns_records/scan/")+" "+b.String())
		result := `"result":null`
		if r.Method == http.MethodGet {
			result = `"result":` + list
		}
		if strings.HasSuffix(r.URL.Path, "trigger") {
			result = `"messages":[]`
		}
		page(200, `{"success":true,"errors":[],`+result+`}`).ServeHTTP(w, r)
	}))
	if err := c.TriggerScan(t.Context(), "z1"); err != nil {
		t.Fatal(err)
	}
	got, err := c.ScanResults(t.Context(), "z1")
	if err != nil || len(got) != 2 || got[0].Content != "example.com." || got[1].Content != "10 mx.example.net." ||
		!slices.Equal(got[0].Sources, []string{"scan"}) {
		t.Errorf("%+v, %v", got, err)
	}
	if err := c.RejectScan(t.Context(), "z1"); err != nil {
		t.Fatal(err)
	}
	want := []string{"POST trigger ", "GET review ", "GET review ", `POST review {"accepts":[],"rejects":[{"id":"s1"},{"id":"s2"}]}`}
	if !slices.Equal(sent, want) {
		t.Errorf("sent %q", sent)
	}
	list, sent = "[]", nil
	if err := c.RejectScan(t.Context(), "z1"); err != nil || len(sent) != 1 {
		t.Errorf("nothing to reject: sent %q, %v", sent, err)
	}
}
