package translation

import (
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	c := catalogue(t, german)
	for name, p := range map[string]struct{ in, want string }{
		"language":             {`<!doctype html><html lang="en" class="x"><p>Done</p>`, `<!doctype html><html lang="de" class="x"><p>Fertig</p>`},
		"spaces stay":          {"<p>\n\tDone </p>\n", "<p>  Fertig </p>\n"},
		"attributes":           {`<a aria-label="Done" href="Done" class='Done' data-x=Done><img alt="Done"></a>`, `<a aria-label="Fertig" href="Done" class="Done" data-x="Done"><img alt="Fertig"></a>`},
		"what was typed":       {`<input value="Done"><textarea>Done</textarea><p>Done`, `<input value="Done"><textarea>Done</textarea><p>Fertig`},
		"code":                 {`<pre>Done <b>Done</b></pre><script>Done</script><style>Done</style><kbd>Done</kbd>`, `<pre>Done <b>Done</b></pre><script>Done</script><style>Done</style><kbd>Done</kbd>`},
		"a button":             {`<button type="submit"><svg><path d="M0"></path></svg> Done</button>`, `<button type="submit"><svg><path d="M0"></path></svg> Fertig</button>`},
		"a link":               {`<a class="button" href="/x">Done</a>, <a href="/y">12 records</a>`, `<a class="button" href="/x">Fertig</a>, <a href="/y">12 Einträge</a>`},
		"title":                {`<title>Done - Plex</title>`, `<title>Fertig - Plex</title>`},
		"in noscript":          {`<noscript><p>Done</p></noscript>`, `<noscript><p>Fertig</p></noscript>`},
		"in a drawing":         {`<svg aria-label="Done"><text x="1">the rest</text></svg>`, `<svg aria-label="Fertig"><text x="1">der Rest</text></svg>`},
		"a comment":            {`<!-- Done --><p>Done</p>`, `<!-- Done --><p>Fertig</p>`},
		"escapes":              {`<p>x &amp; y &lt;b&gt; to Done</p>`, `<p>Fertig von x &amp; y &lt;b&gt;</p>`},
		"escapes of others":    {`<p title="&#34;&gt;">&#39;&quot;</p>`, `<p title="&#34;&gt;">&#39;&quot;</p>`},
		"marks change places":  {`<p>The wizard works with a <a href="/words#token" class="term">token</a>: a key. Leave <code class="c">code</code> <strong>alone</strong>.</p>`, `<p><strong>Allein</strong> bleibt <code class="c">code</code>. Der Assistent nimmt einen <a href="/words#token" class="term">Schlüssel</a>.</p>`},
		"a value in a mark":    {`<p>Server <strong>Attic &amp; co</strong> has Plex Pass. Done</p>`, `<p>Der Server <strong>Attic &amp; co</strong> hat den Plex Pass. Fertig</p>`},
		"a value in a link":    {`<p>Open <a href="https://a.example/?b&amp;c">its page</a>, version 1.2.</p>`, `<p>Version 1.2: <a href="https://a.example/?b&amp;c">ihre Seite</a> öffnen.</p>`},
		"a note in a link":     {`<p>The wizard works with a <a href="/words#token">token<span class="vh"> (the rest)</span></a>: a key. Leave <code>code</code> <strong>alone</strong>. <a href="/x">x<svg><text>Done</text><g></g></svg></a></p>`, `<p><strong>Allein</strong> bleibt <code>code</code>. Der Assistent nimmt einen <a href="/words#token">Schlüssel<span class="vh"> (der Rest)</span></a>. <a href="/x">x<svg><text>Fertig</text><g></g></svg></a></p>`},
		"a note alone":         {`<p>Done <a href="/x"><svg><path>Done`, `<p>Fertig <a href="/x"><svg><path>Fertig`},
		"other marks":          {`<p>Server <code>Attic</code> has Plex Pass.</p>`, `<p>Server <code>Attic</code> has Plex Pass.</p>`},
		"a code is kept":       {`<p>Done: <code>Done to Done</code></p>`, `<p>Fertig: <code>Done to Done</code></p>`},
		"not closed":           {`<p>Done <a href="/x">Done`, `<p>Fertig <a href="/x">Fertig`},
		"closed twice":         {`<p>Done</a></strong> Done</p>`, `<p>Fertig</a></strong> Fertig</p>`},
		"a text of others":     {"<p>Done \ue000Done\ue003 \ue100</p><p>Done</p>", "<p>Done \ue000Done\ue003 \ue100</p><p>Fertig</p>"},
		"of others, in a link": {"<p>\ue1ff <a href=\"/x\">Done<span class=\"vh\"> (the rest)</span></a></p>", "<p>\ue1ff <a href=\"/x\">Done<span class=\"vh\"> (der Rest)</span></a></p>"},
		"marks of others":      {`<p>Done [Done](https://evil.example) **Done**</p>`, `<p>Done [Done](https://evil.example) **Done**</p>`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := string(c.Page([]byte(p.in), "de")); got != p.want {
				t.Errorf("%s\nis    %s\nwant  %s", p.in, got, p.want)
			}
		})
	}
}

// FuzzPage: whatever somebody else wrote on a page, it has the same tags afterwards.
func FuzzPage(f *testing.F) {
	for _, s := range []string{`<p>Done <b>x to y</b></p>`, "<a href=x>12 records", "\ue100<code>", `</a><b>`, `<p title="x to y">`, "Open <a>its page</a>, version \x00."} {
		f.Add(s)
	}
	c, err := Read([]byte(german))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, page string) {
		got := string(c.Page([]byte(page), "de"))
		count := func(s string) int { return strings.Count(s, "<") }
		if count(got) > count(page)+strings.Count(page, "&lt")+strings.Count(page, "&#") {
			t.Errorf("%q has more tags as %q", page, got)
		}
	})
}
