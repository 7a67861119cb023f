package cloudflare

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

func recordRoutes() []route {
	const all, one = "/zones/{zone}/dns_records", "/zones/{zone}/dns_records/{record}"
	return []route{
		{method: "GET", pattern: all, need: DNSRead, handle: listRecords},
		{method: "POST", pattern: all, need: DNSEdit, handle: createRecord},
		{method: "POST", pattern: all + "/batch", need: DNSEdit, handle: batchRecords},
		{method: "GET", pattern: all + "/export", need: DNSRead, handle: exportRecords},
		{method: "POST", pattern: all + "/import", need: DNSEdit, handle: importRecords},
		{method: "GET", pattern: one, need: DNSRead, handle: getRecord},
		{method: "PUT", pattern: one, need: DNSEdit, handle: putRecord},
		{method: "PATCH", pattern: one, need: DNSEdit, handle: patchRecord},
		{method: "DELETE", pattern: one, need: DNSEdit, handle: deleteRecord},
	}
}

func listRecords(c *call) (answer, error) {
	var list []record
	for _, r := range c.zone.Records {
		if c.wanted(r) {
			list = append(list, r)
		}
	}
	c.order(list)
	cut, info := page(c, list, 100, 5000)
	views := []map[string]any{}
	for _, r := range cut {
		views = append(views, r.view())
	}
	return answer{result: views, info: info}, nil
}

// wanted tells whether a record fits the filters of a list call.
func (c *call) wanted(r record) bool {
	content, _, _ := present(r)
	var fits []bool
	for name, have := range map[string]string{"name": r.Name, "content": content, "comment": r.Comment} {
		for suffix, test := range map[string]func(have, want string) bool{
			"": strings.EqualFold, ".exact": strings.EqualFold, ".contains": containsFold,
			".startswith": func(h, w string) bool { return strings.HasPrefix(strings.ToLower(h), strings.ToLower(w)) },
			".endswith":   func(h, w string) bool { return strings.HasSuffix(strings.ToLower(h), strings.ToLower(w)) },
		} {
			if want := c.param(name + suffix); want != "" {
				fits = append(fits, test(have, want))
			}
		}
	}
	if want := c.param("type"); want != "" {
		fits = append(fits, strings.EqualFold(want, r.Type))
	}
	if want := c.param("proxied"); want != "" {
		fits = append(fits, (want == "true") == r.Proxied)
	}
	if want := c.param("search"); want != "" {
		fits = append(fits, containsFold(r.Name+" "+content+" "+r.Type+" "+r.Comment, want))
	}
	if c.param("match") == "any" && len(fits) > 0 {
		return slices.Contains(fits, true)
	}
	return !slices.Contains(fits, false)
}

func containsFold(have, want string) bool {
	return strings.Contains(strings.ToLower(have), strings.ToLower(want))
}

// order sorts a list as asked; the order of creation is kept otherwise.
func (c *call) order(list []record) {
	keys := map[string]func(record) string{
		"name": func(r record) string { return r.Name }, "type": func(r record) string { return r.Type },
		"content": func(r record) string { return r.RData },
	}
	key, ok := keys[c.param("order")]
	if !ok {
		return
	}
	slices.SortStableFunc(list, func(a, b record) int {
		if c.param("direction") == "desc" {
			a, b = b, a
		}
		return cmp.Compare(key(a), key(b))
	})
}

func getRecord(c *call) (answer, error) {
	r, err := c.record(c.params["record"])
	if err != nil {
		return answer{}, err
	}
	return answer{result: r.view()}, nil
}

// readInput decodes a record from the body.
func (c *call) readInput() (in recordInput, err error) { return in, c.decode(&in) }

func createRecord(c *call) (answer, error) {
	in, err := c.readInput()
	if err != nil {
		return answer{}, err
	}
	r, err := c.add(in)
	if err != nil {
		return answer{}, err
	}
	return answer{result: r.view()}, nil
}

// add builds and inserts a record.
func (c *call) add(in recordInput) (record, error) {
	r, err := in.build(c.zone.Name)
	if err != nil {
		return record{}, err
	}
	return c.insert(c.zone, r)
}

func putRecord(c *call) (answer, error) {
	in, err := c.readInput()
	if err != nil {
		return answer{}, err
	}
	r, err := c.overwrite(c.params["record"], in)
	if err != nil {
		return answer{}, err
	}
	return answer{result: r.view()}, nil
}

// overwrite puts a whole new record in the place of an old one.
func (c *call) overwrite(id string, in recordInput) (record, error) {
	old, err := c.record(id)
	if err != nil {
		return record{}, err
	}
	r, err := in.build(c.zone.Name)
	if err != nil {
		return record{}, err
	}
	return c.replace(c.zone, old, r)
}

func patchRecord(c *call) (answer, error) {
	r, err := c.amend(c.params["record"], c.body)
	if err != nil {
		return answer{}, err
	}
	return answer{result: r.view()}, nil
}

// amend changes the members that a patch names and keeps the others.
func (c *call) amend(id string, patch []byte) (record, error) {
	old, err := c.record(id)
	if err != nil {
		return record{}, err
	}
	view, err := json.Marshal(old.view())
	if err != nil {
		return record{}, err
	}
	merged, changes := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if json.Unmarshal(view, &merged) != nil || json.Unmarshal(patch, &changes) != nil {
		return record{}, bad(6007, "Malformed JSON in request body")
	}
	_, content := changes["content"]
	_, data := changes["data"]
	if content && !data {
		delete(merged, "data")
	}
	for k, v := range changes {
		merged[k] = v
	}
	all, err := json.Marshal(merged)
	if err != nil {
		return record{}, err
	}
	var in recordInput
	if json.Unmarshal(all, &in) != nil {
		return record{}, bad(6007, "Malformed JSON in request body")
	}
	r, err := in.build(c.zone.Name)
	if err != nil {
		return record{}, err
	}
	return c.replace(c.zone, old, r)
}

func deleteRecord(c *call) (answer, error) {
	r, err := c.record(c.params["record"])
	if err != nil {
		return answer{}, err
	}
	id := r.ID
	c.zone.remove(id)
	return answer{result: map[string]any{"id": id}}, nil
}

// batchRecords deletes, patches, puts and posts, in this order. The call works
// on a copy of the state, so that one failure undoes all.
func batchRecords(c *call) (answer, error) {
	var in struct {
		Deletes []struct {
			ID string `json:"id"`
		} `json:"deletes"`
		Patches []json.RawMessage `json:"patches"`
		Puts    []recordInput     `json:"puts"`
		Posts   []recordInput     `json:"posts"`
	}
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if n := len(in.Deletes) + len(in.Patches) + len(in.Puts) + len(in.Posts); n > recordQuota {
		return answer{}, fail(http.StatusBadRequest, 9211, "A batch holds at most %d changes.", recordQuota) // from memory
	}
	done := map[string][]map[string]any{"deletes": {}, "patches": {}, "puts": {}, "posts": {}}
	keep := func(part string, r record) { done[part] = append(done[part], r.view()) }
	for _, d := range in.Deletes {
		r, err := c.record(d.ID)
		if err != nil {
			return answer{}, err
		}
		keep("deletes", *r)
		c.zone.remove(d.ID)
	}
	for _, p := range in.Patches {
		var id recordInput
		if json.Unmarshal(p, &id) != nil {
			return answer{}, bad(6007, "Malformed JSON in request body")
		}
		r, err := c.amend(id.ID, p)
		if err != nil {
			return answer{}, err
		}
		keep("patches", r)
	}
	for _, p := range in.Puts {
		r, err := c.overwrite(p.ID, p)
		if err != nil {
			return answer{}, err
		}
		keep("puts", r)
	}
	for _, p := range in.Posts {
		r, err := c.add(p)
		if err != nil {
			return answer{}, err
		}
		keep("posts", r)
	}
	return answer{result: done}, nil
}
