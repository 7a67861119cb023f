// Package static holds the style sheets, scripts and icons of the wizard's pages and serves them.
//
// It knows files, their types and their hashes; it knows nothing of pages. A file's address carries the hash of its content, so a browser may keep it for
// good: a new version of the wizard has new addresses.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// Prefix is the path under which Handler expects to be mounted.
const Prefix = "/static/"

//go:embed *.css *.js *.svg htmx.LICENSE
var files embed.FS

// asset is one file, ready to be sent.
type asset struct {
	name, kind, hash string
	packed           []byte
}

// assets reads and packs every file, once.
var assets = sync.OnceValue(func() map[string]asset {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(fmt.Sprintf("static: embedded directory: %v", err)) // cannot happen: it is in the binary
	}
	z, err := gzip.NewWriterLevel(nil, gzip.BestCompression) // a megabyte, so one for all
	if err != nil {
		panic(fmt.Sprintf("static: gzip: %v", err)) // the level is a constant
	}
	all := make(map[string]asset, len(entries))
	for _, e := range entries {
		body, err := files.ReadFile(e.Name())
		if err != nil {
			panic(fmt.Sprintf("static: embedded file %s: %v", e.Name(), err))
		}
		sum := sha256.Sum256(body)
		all[e.Name()] = asset{name: e.Name(), kind: kindOf(e.Name()), hash: hex.EncodeToString(sum[:6]), packed: pack(z, body)}
	}
	return all
})

// URL returns the address of the file, /static/<hash>/<name>. A name that does not exist gets an address that answers 404.
func URL(name string) string {
	a, ok := assets()[name]
	if !ok {
		return Prefix + "missing/" + name
	}
	return Prefix + a.hash + "/" + name
}

// Handler serves the files at the addresses that URL gives and at no others.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hash, name, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
		a, found := assets()[name]
		if !ok || !found || a.hash != hash {
			http.Error(w, "404 not found", http.StatusNotFound)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "405 method not allowed", http.StatusMethodNotAllowed)
			return
		}
		send(w, r, a)
	})
}

// send writes the file, packed for those who take it so.
func send(w http.ResponseWriter, r *http.Request, a asset) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	if takesGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		h.Set("ETag", `"`+a.hash+`-gz"`)
		http.ServeContent(w, r, a.name, time.Time{}, bytes.NewReader(a.packed))
		return
	}
	h.Set("ETag", `"`+a.hash+`"`)
	http.ServeFileFS(w, r, files, a.name) // hardly ever: from the program itself, so that no copy is kept
}

// takesGzip reads an Accept-Encoding header; "gzip;q=0" is a refusal.
func takesGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(coding, "gzip") {
			q := strings.TrimLeft(strings.TrimPrefix(strings.TrimSpace(weight), "q="), " ")
			return strings.Trim(q, "0.") != "" || q == ""
		}
	}
	return false
}

// kindOf is fixed by hand: the machine's own table of types may differ or be wrong.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		return "text/plain; charset=utf-8"
	}
}

// pack compresses one file with a writer that may have served before.
func pack(z *gzip.Writer, body []byte) []byte {
	var out bytes.Buffer
	z.Reset(&out)
	if _, err := z.Write(body); err != nil {
		panic(fmt.Sprintf("static: gzip: %v", err)) // a buffer does not fail
	}
	if err := z.Close(); err != nil {
		panic(fmt.Sprintf("static: gzip: %v", err))
	}
	return out.Bytes()
}
