package cloudflare_test

import (
	"fmt"
	"strings"
	"testing"
)

// everyType is one record of every type: as it is written, as the API shows its
// content, and as a name server serves it.
func everyType() []struct {
	in             obj
	content, rdata string
} {
	return []struct {
		in             obj
		content, rdata string
	}{
		{obj{"type": "A", "name": "a", "content": "192.0.2.7"}, "192.0.2.7", "192.0.2.7"},
		{obj{"type": "AAAA", "name": "a", "content": "2001:DB8::0:7"}, "2001:db8::7", "2001:db8::7"},
		{obj{"type": "CNAME", "name": "c", "content": "Shops.MyShopify.com."}, "shops.myshopify.com", "shops.myshopify.com."},
		{obj{"type": "MX", "name": "@", "content": "in1-smtp.messagingengine.com", "priority": 10}, "in1-smtp.messagingengine.com", "10 in1-smtp.messagingengine.com."},
		{obj{"type": "MX", "name": "nomail", "content": ".", "priority": 0}, ".", "0 ."},
		{obj{"type": "TXT", "name": "@", "content": `v=spf1 include:spf.messagingengine.com -all`}, `"v=spf1 include:spf.messagingengine.com -all"`, `"v=spf1 include:spf.messagingengine.com -all"`},
		{obj{"type": "TXT", "name": "q", "content": `say "hi"; x=\y`}, `"say \"hi\"; x=\\y"`, `"say \"hi\"; x=\\y"`},
		{obj{"type": "TXT", "name": "two", "content": `"one" "two"`}, `"one" "two"`, `"one" "two"`},
		{obj{"type": "TXT", "name": "long", "content": strings.Repeat("k", 300)}, `"` + strings.Repeat("k", 255) + `" "` + strings.Repeat("k", 45) + `"`, `"` + strings.Repeat("k", 255) + `" "` + strings.Repeat("k", 45) + `"`},
		{obj{"type": "NS", "name": "lab", "content": "ns1.lab." + domain}, "ns1.lab." + domain, "ns1.lab." + domain + "."},
		{obj{"type": "PTR", "name": "p", "content": "host.example.net"}, "host.example.net", "host.example.net."},
		{obj{"type": "SRV", "name": "_imaps._tcp", "data": obj{"priority": 0, "weight": 1, "port": 993, "target": "imap.fastmail.com"}}, "1 993 imap.fastmail.com", "0 1 993 imap.fastmail.com."},
		{obj{"type": "SRV", "name": "_game._udp", "content": "5 27015 play." + domain, "priority": 7}, "5 27015 play." + domain, "7 5 27015 play." + domain + "."},
		{obj{"type": "CAA", "name": "@", "data": obj{"flags": 0, "tag": "issue", "value": "letsencrypt.org"}}, `0 issue "letsencrypt.org"`, `0 issue "letsencrypt.org"`},
		{obj{"type": "CERT", "name": "cert", "data": obj{"type": 1, "key_tag": 12, "algorithm": 8, "certificate": "dGVzdA=="}}, "1 12 8 dGVzdA==", "PKIX 12 RSASHA256 dGVzdA=="},
		{obj{"type": "DNSKEY", "name": "key", "data": obj{"flags": 257, "protocol": 3, "algorithm": 13, "public_key": "dGVzdA=="}}, "257 3 13 dGVzdA==", "257 3 13 dGVzdA=="},
		{obj{"type": "DS", "name": "lab", "data": obj{"key_tag": 60485, "algorithm": 13, "digest_type": 2, "digest": strings.Repeat("ab", 32)}}, "60485 13 2 " + strings.Repeat("AB", 32), "60485 13 2 " + strings.Repeat("AB", 32)},
		{obj{"type": "HTTPS", "name": "@", "data": obj{"priority": 1, "target": ".", "value": `alpn="h3,h2" ipv4hint="192.0.2.7"`}}, `1 . alpn="h3,h2" ipv4hint="192.0.2.7"`, `1 . alpn="h3,h2" ipv4hint="192.0.2.7"`},
		{obj{"type": "SVCB", "name": "_dns", "data": obj{"priority": 2, "target": "dns.example.net", "value": `port="8443"`}}, `2 dns.example.net port="8443"`, `2 dns.example.net. port="8443"`},
		{obj{"type": "LOC", "name": "here", "data": obj{
			"lat_degrees": 51, "lat_minutes": 30, "lat_seconds": 12.748, "lat_direction": "N", "long_degrees": 0, "long_minutes": 7,
			"long_seconds": 39.611, "long_direction": "W", "altitude": 10, "size": 1, "precision_horz": 100, "precision_vert": 10,
		}}, "51 30 12.748 N 00 07 39.611 W 10m 1m 100m 10m", "51 30 12.748 N 00 07 39.611 W 10m 1m 100m 10m"},
		{obj{"type": "NAPTR", "name": "sip", "data": obj{"order": 100, "preference": 10, "flags": "U", "service": "E2U+sip", "regex": `!^.*$!sip:info@example.net!`, "replacement": "."}}, `100 10 "U" "E2U+sip" "!^.*$!sip:info@example.net!" .`, `100 10 "U" "E2U+sip" "!^.*$!sip:info@example.net!" .`},
		{obj{"type": "SMIMEA", "name": "x._smimecert", "data": obj{"usage": 3, "selector": 0, "matching_type": 1, "certificate": strings.Repeat("0a", 32)}}, "3 0 1 " + strings.Repeat("0a", 32), "3 0 1 " + strings.Repeat("0a", 32)},
		{obj{"type": "SSHFP", "name": "a", "data": obj{"algorithm": 4, "type": 2, "fingerprint": strings.Repeat("0a", 32)}}, "4 2 " + strings.Repeat("0A", 32), "4 2 " + strings.Repeat("0A", 32)},
		{obj{"type": "TLSA", "name": "_25._tcp", "data": obj{"usage": 3, "selector": 1, "matching_type": 1, "certificate": strings.Repeat("0b", 32)}}, "3 1 1 " + strings.Repeat("0b", 32), "3 1 1 " + strings.Repeat("0b", 32)},
		{obj{"type": "OPENPGPKEY", "name": "x._openpgpkey", "content": "mQENBFVHm5s="}, "mQENBFVHm5s=", "mQENBFVHm5s="},
		{obj{"type": "URI", "name": "_web._tcp", "priority": 10, "data": obj{"weight": 1, "target": "https://example.net/"}}, `1 "https://example.net/"`, `10 1 "https://example.net/"`},
		{obj{"type": "A", "name": "*.apps", "content": "192.0.2.9"}, "192.0.2.9", "192.0.2.9"},
	}
}

func TestEveryRecordType(t *testing.T) {
	w := newWorld(t)
	recs := w.zone() + "/dns_records"
	for i, tt := range everyType() {
		t.Run(fmt.Sprint(tt.in["type"], " ", tt.in["name"]), func(t *testing.T) {
			made := w.call("POST", recs, tt.in)
			if !made.Success {
				t.Fatalf("%d %s", made.Status, made.Raw)
			}
			if got := made.str("content"); got != tt.content {
				t.Errorf("content %s\n   want %s", got, tt.content)
			}
			served, _, _, _ := w.ZoneRecords(domain)
			if got := served[i].Content; got != tt.rdata {
				t.Errorf("served %s\n  want %s", got, tt.rdata)
			}
			// What was read can be written again: same content, same data.
			again := w.call("PATCH", recs+"/"+made.str("id"), string(made.Result))
			if !again.Success || again.str("content") != tt.content {
				t.Errorf("written back: %d %s", again.Status, again.Raw)
			}
			data, _ := tt.in["data"].(obj)
			for name, want := range data {
				if got := fmt.Sprint(again.get("data." + name)); !strings.EqualFold(got, fmt.Sprint(want)) {
					t.Errorf("data.%s = %v, want %v", name, got, want)
				}
			}
		})
	}
}

func TestRecordRefusals(t *testing.T) {
	w := newWorld(t)
	recs := w.zone() + "/dns_records"
	w.must("POST", recs, obj{"type": "A", "name": "host", "content": "192.0.2.1"})
	w.must("POST", recs, obj{"type": "CNAME", "name": "alias", "content": "example.net"})
	w.must("POST", recs, obj{"type": "NS", "name": "child", "content": "ns.example.net"})
	for _, tt := range []struct {
		name string
		code int
		in   obj
	}{
		{"identical", 81058, obj{"type": "A", "name": "HOST." + domain + ".", "content": "192.0.2.1", "ttl": 300}},
		{"CNAME beside A", 81053, obj{"type": "CNAME", "name": "host", "content": "example.net"}},
		{"CNAME beside CNAME", 81053, obj{"type": "CNAME", "name": "alias", "content": "other.example.net"}},
		{"A beside CNAME", 81054, obj{"type": "A", "name": "alias", "content": "192.0.2.1"}},
		{"TXT beside CNAME", 81054, obj{"type": "TXT", "name": "alias", "content": "x"}},
		{"A beside NS", 81056, obj{"type": "A", "name": "child", "content": "192.0.2.1"}},
		{"NS of the apex", 9110, obj{"type": "NS", "name": "@", "content": "ns.example.net"}},
		{"not IPv4", 9005, obj{"type": "A", "name": "b", "content": "192.0.2"}},
		{"IPv6 in A", 9005, obj{"type": "A", "name": "b", "content": "::1"}},
		{"not IPv6", 9006, obj{"type": "AAAA", "name": "b", "content": "192.0.2.1"}},
		{"empty CNAME", 9007, obj{"type": "CNAME", "name": "b", "content": ""}},
		{"CNAME to itself", 9039, obj{"type": "CNAME", "name": "b", "content": "b." + domain}},
		{"MX without priority", 9100, obj{"type": "MX", "name": "b", "content": "mx.example.net"}},
		{"bad data", 9101, obj{"type": "TLSA", "name": "b", "data": obj{"usage": 3, "certificate": "xyz"}}},
		{"bad key", 9101, obj{"type": "OPENPGPKEY", "name": "b", "content": "not base64"}},
		{"unknown type", 9001, obj{"type": "SPF", "name": "b", "content": "v=spf1"}},
		{"bad name", 9000, obj{"type": "A", "name": "b b", "content": "192.0.2.1"}},
		{"short TTL", 9021, obj{"type": "A", "name": "b", "content": "192.0.2.1", "ttl": 59}},
		{"long TTL", 9021, obj{"type": "A", "name": "b", "content": "192.0.2.1", "ttl": 86401}},
		{"proxied, private", 9003, obj{"type": "A", "name": "b", "content": "192.168.1.121", "proxied": true}},
		{"proxied, Cloudflare's resolver", 9003, obj{"type": "A", "name": "b", "content": "1.1.1.1", "proxied": true}},
		{"proxied, local IPv6", 9003, obj{"type": "AAAA", "name": "b", "content": "fd00::1", "proxied": true}},
		{"proxied TXT", 9004, obj{"type": "TXT", "name": "b", "content": "x", "proxied": true}},
		{"long comment", 9207, obj{"type": "A", "name": "b", "content": "192.0.2.1", "comment": strings.Repeat("é", 101)}},
		{"tags", 9300, obj{"type": "A", "name": "b", "content": "192.0.2.1", "tags": []string{"a:b"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if r := w.call("POST", recs, tt.in); r.Status != 400 || r.code() != tt.code {
				t.Errorf("got %d %s, want code %d", r.Status, r.Raw, tt.code)
			}
		})
	}
	if r := w.must("POST", recs, obj{"type": "A", "name": "ok", "content": "192.0.2.1", "comment": strings.Repeat("é", 100), "ttl": 300, "proxied": true}); r.get("ttl") != 1.0 {
		t.Errorf("a proxied record's TTL is automatic: %s", r.Raw)
	}
	w.must("POST", recs, obj{"type": "CNAME", "name": "@", "content": "example.net"})
	w.must("POST", recs, obj{"type": "TXT", "name": "@", "content": "beside the flattened CNAME"})
}

func TestRecordLifeAndFilters(t *testing.T) {
	w := newWorld(t)
	recs := w.zone() + "/dns_records"
	id := w.must("POST", recs, obj{"type": "CNAME", "name": "plex", "content": "t.cfargotunnel.com", "proxied": true, "comment": "wizard 1234"}).str("id")
	w.must("POST", recs, obj{"type": "A", "name": "www", "content": "192.0.2.1"})
	w.must("POST", recs, obj{"type": "MX", "name": "@", "content": "mx.example.net", "priority": 5})
	for query, want := range map[string]int{
		"": 3, "?type=A": 1, "?name=plex." + domain: 1, "?name.exact=plex." + domain: 1, "?name.contains=w.": 1, "?content=192.0.2.1": 1,
		"?comment.contains=WIZARD": 1, "?proxied=true": 1, "?search=cfargo": 1, "?type=A&proxied=true": 0, "?type=A&proxied=true&match=any": 2,
		"?name.startswith=plex": 1, "?content.endswith=.net": 1, "?name=nobody." + domain: 0,
	} {
		if r := w.must("GET", recs+query, nil); r.Info.TotalCount != want {
			t.Errorf("%q: %d records, want %d", query, r.Info.TotalCount, want)
		}
	}
	if r := w.must("GET", recs+"?order=type&direction=desc&per_page=2&page=2", nil); r.Info.Count != 1 || r.str("0.type") != "A" {
		t.Errorf("second page: %s", r.Raw)
	}
	if r := w.must("PATCH", recs+"/"+id, obj{"proxied": false, "ttl": 120}); r.get("ttl") != 120.0 || r.str("comment") != "wizard 1234" {
		t.Errorf("patch: %s", r.Raw)
	}
	if r := w.must("PUT", recs+"/"+id, obj{"type": "CNAME", "name": "plex", "content": "u.cfargotunnel.com"}); r.get("comment") != nil || r.str("id") != id {
		t.Errorf("put keeps nothing but the id: %s", r.Raw)
	}
	w.refused(400, 81053, "PATCH", recs+"/"+id, obj{"name": "www"})
	w.must("DELETE", recs+"/"+id, nil)
	w.refused(404, 81044, "GET", recs+"/"+id, nil)
	w.refused(404, 81044, "DELETE", recs+"/"+id, nil)
}

func TestBatchIsOneTransaction(t *testing.T) {
	w := newWorld(t)
	recs := w.zone() + "/dns_records"
	a := w.must("POST", recs, obj{"type": "A", "name": "a", "content": "192.0.2.1"}).str("id")
	b := w.must("POST", recs, obj{"type": "A", "name": "b", "content": "192.0.2.1"}).str("id")
	c := w.must("POST", recs, obj{"type": "A", "name": "c", "content": "192.0.2.1"}).str("id")
	before, _ := w.Snapshot()
	writes := w.Writes()
	batch := obj{
		"deletes": []obj{{"id": a}}, "patches": []obj{{"id": b, "content": "192.0.2.2"}},
		"puts":  []obj{{"id": c, "type": "A", "name": "c", "content": "192.0.2.3"}},
		"posts": []obj{{"type": "CNAME", "name": "a", "content": "example.net"}, {"type": "CNAME", "name": "b", "content": "example.net"}},
	}
	w.refused(400, 81053, "POST", recs+"/batch", batch) // the last one meets b
	if after, _ := w.Snapshot(); string(after) != string(before) || w.Writes() != writes {
		t.Error("a failed batch left something behind")
	}
	batch["posts"] = []obj{{"type": "CNAME", "name": "a", "content": "example.net"}} // free once a is deleted
	r := w.must("POST", recs+"/batch", batch)
	for path, want := range map[string]any{"deletes.0.id": a, "patches.0.content": "192.0.2.2", "puts.0.content": "192.0.2.3", "posts.0.type": "CNAME"} {
		if got := r.get(path); got != want {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	}
	if w.Writes() != writes+1 {
		t.Errorf("a batch is one write, not %d", w.Writes()-writes)
	}
	w.refused(404, 81044, "POST", recs+"/batch", obj{"deletes": []obj{{"id": a}}})
}

func TestRecordQuota(t *testing.T) {
	w := newWorld(t)
	recs := w.zone() + "/dns_records"
	var posts []obj
	for i := range 200 {
		posts = append(posts, obj{"type": "A", "name": fmt.Sprintf("n%d", i), "content": "192.0.2.1"})
	}
	w.must("POST", recs+"/batch", obj{"posts": posts})
	w.refused(400, 81045, "POST", recs, obj{"type": "A", "name": "one-more", "content": "192.0.2.1"})
}
