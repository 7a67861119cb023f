package contract

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// mend corrects what Cloudflare's published description gets wrong and what its
// excerpt left out, as far as calls of this project meet it:
//   - an account id without a type, which the validator cannot read from a path;
//   - the comment of a record, which is null when there is none;
//   - the OPENPGPKEY record, which came after it (cloudflare-go 7.9.0 has it):
//     a record with a text as its content, like TXT;
//   - zone settings: more of them than the excerpt lists, and values that are
//     objects (security_header) or numbers.
func mend(t testing.TB, doc *openapi3.T) {
	t.Helper()
	schema := func(name string) *openapi3.Schema {
		ref := doc.Components.Schemas[name]
		if ref == nil {
			t.Fatalf("contract: the description has no schema %s", name)
		}
		return ref.Value
	}
	schema("iam_schemas-identifier").Type = &openapi3.Types{"string"}
	schema("dns-records_comment").Nullable = true
	schema("wizard_dns_write").Properties["comment"].Value.Nullable = true
	text := schema("dns-records_TXTRecord").AllOf[0].Value
	key := openapi3.NewObjectSchema().WithProperty("type", openapi3.NewStringSchema().WithEnum("OPENPGPKEY")).
		WithPropertyRef("content", text.Properties["content"]).WithPropertyRef("name", text.Properties["name"]).WithRequired([]string{"type", "name", "content"})
	record := schema("dns-records_dns-record")
	record.OneOf = append(record.OneOf, openapi3.NewSchemaRef("", &openapi3.Schema{AllOf: openapi3.SchemaRefs{
		openapi3.NewSchemaRef("", key), openapi3.NewSchemaRef("", schema("dns-records_base")),
	}}))
	schema("wizard_setting").Properties["value"] = openapi3.NewSchemaRef("", openapi3.NewSchema())
	item := doc.Paths.Value("/zones/{zone_id}/settings/{setting_id}")
	for _, op := range item.Operations() {
		if p := op.Parameters.GetByInAndName("path", "setting_id"); p != nil {
			p.Schema.Value.Enum = nil
		}
	}
}
