package templates

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRich(t *testing.T) {
	type s = span
	for name, c := range map[string]struct {
		in   string
		want []s
	}{
		"plain":              {"no marks", []s{{text: "no marks"}}},
		"empty":              {"", nil},
		"code":               {"a `b` c", []s{{text: "a "}, {kind: "code", text: "b"}, {text: " c"}}},
		"strong":             {"**a** b", []s{{kind: "strong", text: "a"}, {text: " b"}}},
		"link outside":       {"[a](https://b.example/c?d=e)", []s{{kind: "link", text: "a", href: "https://b.example/c?d=e"}}},
		"link inside":        {"[a](/steps/dns), [b](#add)", []s{{kind: "link", text: "a", href: "/steps/dns"}, {text: ", "}, {kind: "link", text: "b", href: "#add"}}},
		"script":             {"[a](javascript:alert(1))", []s{{text: "[a](javascript:alert(1))"}}},
		"unencrypted":        {"[a](http://b.example)", []s{{text: "[a](http://b.example)"}}},
		"other host by path": {"[a](//b.example)", []s{{text: "[a](//b.example)"}}},
		"space in address":   {"[a](/b c)", []s{{text: "[a](/b c)"}}},
		"open code":          {"it`s", []s{{text: "it`s"}}},
		"open strong":        {"2 ** 3 * 4", []s{{text: "2 ** 3 * 4"}}},
		"empty marks":        {"`` ****", []s{{text: "`` ****"}}},
		"array":              {"a[0] and b[1]", []s{{text: "a[0] and b[1]"}}},
		"link after array":   {"a[0], [b](/c)", []s{{text: "a[0], "}, {kind: "link", text: "b", href: "/c"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, rich(c.in), cmp.AllowUnexported(span{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParagraphs(t *testing.T) {
	if diff := cmp.Diff([]string{"a\nb", "c"}, paragraphs("\na\nb\n\n\n\nc\n\n")); diff != "" {
		t.Error(diff)
	}
}
