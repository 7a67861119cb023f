package plex

import (
	"fmt"
	"net/http"
	"strings"
)

// webPage is what a browser gets in place of Plex Web: enough to look at, to
// load a picture-less page through a tunnel and to be told from other sites.
const webPage = `<!doctype html>
<html lang="en" class="no-js">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plex</title>
<style>
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #1f2326; color: #eee; font: 16px/1.5 system-ui, sans-serif }
main { width: min(22rem, 90vw); text-align: center }
h1 { font-size: 2.2rem; letter-spacing: .3em; color: #e5a00d }
a { display: block; margin: 1rem 0; padding: .8rem; border-radius: 4px; background: #e5a00d; color: #1f2326; text-decoration: none; font-weight: 600 }
p { color: #aaa }
</style>
</head>
<body>
<div id="plex" class="application"><main>
<h1>PLEX</h1>
<a href="#!/login">Sign in</a>
<p>A pretend Plex Web. There is nothing to watch here.</p>
</main></div>
<script src="js/main-4f1c09ab27.js"></script>
</body>
</html>
`

// GET /web/index.html
func (s *Server) showWeb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	_, _ = w.Write([]byte(webPage)) // the reader may have left
}

// webScript is the file that the page loads, by a name that changes with its
// content, as Plex Web names its own: Cloudflare keeps such files unless it is
// told not to, and Rocket Loader rewrites their tags.
func webScript() string {
	return "document.documentElement.className = 'js';\n" + strings.Repeat("// Plex Web has far more to say here.\n", 2000)
}

// GET /web/js/{file}
func (s *Server) showScript(w http.ResponseWriter, r *http.Request) {
	if !strings.Contains(webPage, `"js/`+r.PathValue("file")+`"`) {
		answerError(w, http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/javascript")
	w.Header().Set("Cache-Control", "max-age=2592000")
	_, _ = fmt.Fprint(w, webScript()) // the reader may have left
}

// GET /web: an absolute address, built from what the client called the server.
func (s *Server) redirectToWeb(w http.ResponseWriter, r *http.Request) {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	w.Header().Set("Location", scheme+"://"+r.Host+"/web/index.html")
	w.WriteHeader(http.StatusMovedPermanently)
}
