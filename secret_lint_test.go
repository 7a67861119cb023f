package wizard_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// plainSecrets are the fields that are named like a secret and are plain text,
// with the reason why they may be.
func plainSecrets() map[string]string {
	return map[string]string{
		"clients/cloudflare/permission.go key.Key":   "names a permission in the address of the token page",
		"clients/connector/handover.go handover.Key": "the shape of the file that is handed to the elevated child; a Secret on both sides of it",
		"clients/connector/system.go files.token":    "where a file lies",
		"steps/dns_agree.go Agreement.key":           "what was asked, to know it again",
		"steps/needs_cloudflare.go Count.Key":        "a cache status or the id of a rule",
		"steps/needs_cloudflare.go Permission.Key":   "names a permission",
		"steps/needs_world.go RegistrarGuide.Key":    "names a registrar",
		"web/server.go Demo.Token":                   "the pretend token, which every page of the demonstration offers",
		"web/templates/models.go Assets.Tokens":      "where a style sheet lies",
		"web/templates/models.go DemoBar.Token":      "the pretend token, which every page of the demonstration offers",
		"web/templates/models_pages.go Start.Key":    "the start link that was opened, posted back by its button; used up by that",
	}
}

// TestSecretsAreSecrets: what is named like a secret is no plain text, wherever
// the program keeps it, because plain text gets into logs and pages.
func TestSecretsAreSecrets(t *testing.T) {
	excused, used := plainSecrets(), map[string]bool{}
	for file, f := range sources(t) {
		for _, field := range secretFields(f) {
			key := file + " " + field
			used[key] = true
			if excused[key] == "" {
				t.Errorf("%s has the field %s of plain text; a secret is of type steps.Secret", file, field)
			}
		}
	}
	for key := range excused {
		if !used[key] {
			t.Errorf("%s is excused, but is not there any more", key)
		}
	}
}

// secretFields lists the fields of structs, as type and name, that are named
// like a secret and hold text.
func secretFields(f *ast.File) []string {
	var out []string
	in := ""
	ast.Inspect(f, func(n ast.Node) bool {
		if spec, ok := n.(*ast.TypeSpec); ok {
			in = spec.Name.Name + "."
		}
		if _, ok := n.(*ast.FuncDecl); ok {
			in = ""
		}
		s, ok := n.(*ast.StructType)
		if !ok {
			return true
		}
		for _, field := range s.Fields.List {
			for _, name := range field.Names {
				if isText(field.Type) && likeASecret(name.Name) {
					out = append(out, in+name.Name)
				}
			}
		}
		return true
	})
	return out
}

// isText reports whether a type holds text: string, []byte, and lists, maps and
// pointers of them.
func isText(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == "string" || e.Name == "byte"
	case *ast.ArrayType:
		return isText(e.Elt)
	case *ast.StarExpr:
		return isText(e.X)
	case *ast.MapType:
		return isText(e.Value)
	}
	return false
}

// likeASecret reports whether one of the words of a name is that of a secret.
// A name that ends in a word which says that it is something about it is none.
func likeASecret(name string) bool {
	secret := []string{"token", "secret", "password", "passwd", "passphrase", "key", "credential", "authorization", "bearer", "cookie"}
	about := []string{"id", "link", "url", "name", "type", "state", "file", "path", "reason", "title", "note", "why", "how", "sum"}
	all := wordsOf(name)
	return !slices.Contains(about, all[len(all)-1]) && slices.ContainsFunc(all, func(word string) bool {
		return slices.Contains(secret, strings.TrimSuffix(word, "s"))
	})
}

// wordsOf splits a name such as accessTokenID into access, token and id.
func wordsOf(name string) []string {
	var out []string
	rs := []rune(name)
	from := 0
	for i := 1; i <= len(rs); i++ {
		if i == len(rs) || rs[i] == '_' || unicode.IsUpper(rs[i]) && (!unicode.IsUpper(rs[i-1]) || i+1 < len(rs) && unicode.IsLower(rs[i+1])) {
			out = append(out, strings.ToLower(strings.Trim(string(rs[from:i]), "_")))
			from = i
		}
	}
	return out
}

// TestSecretsAreSecretsBites plants what must be found, and what need not be.
func TestSecretsAreSecretsBites(t *testing.T) {
	const planted = `package x
type T struct { Token string; Fine int; Password, Name string; AccessToken, TokenID, keyURL string; APIKey []byte; x struct { userSecrets map[string]string }; Monkey, Keyboard, Tokenised string }
type U struct { Authorization *string; Token Secret; TokenTTL string }
func f() { var x struct { Key string } }
`
	f := parsed(t, "x.go", planted)
	if got := secretFields(f); !slices.Equal(got, []string{"T.Token", "T.Password", "T.AccessToken", "T.APIKey", "T.userSecrets", "U.Authorization", "U.TokenTTL", "Key"}) {
		t.Errorf("%q", got)
	}
}
