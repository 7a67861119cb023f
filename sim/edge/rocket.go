package edge

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// rewriteLimit is how much of a page is held to be rewritten; the rest passes as it is.
const rewriteLimit = 4 << 20

// rocketMark is the prefix that Rocket Loader puts before a script's type so that browsers do not run it at once.
const rocketMark = "5f1c0ab3d2e4c7a89b6d0e12"

// rewrites tells whether Rocket Loader changes this answer.
func (v *visit) rewrites() bool { return v.verdict.RocketLoader || v.mood == MoodRocketLoader }

func isHTML(h http.Header) bool {
	return strings.HasPrefix(h.Get("Content-Type"), "text/html") && h.Get("Content-Encoding") == ""
}

// relayRewritten passes on a page as Rocket Loader leaves it.
func (v *visit) relayRewritten(resp *http.Response) {
	head, err := io.ReadAll(io.LimitReader(resp.Body, rewriteLimit))
	if err != nil {
		v.refuse(502)
		return
	}
	h := v.w.Header()
	h.Del("Content-Length")
	h.Del("Etag") // the page is no longer the origin's
	head = rocketLoad(head)
	if len(head) < rewriteLimit {
		h.Set("Content-Length", strconv.Itoa(len(head)))
	}
	v.begin(resp.StatusCode)
	if v.copy(io.MultiReader(bytes.NewReader(head), resp.Body), false) != nil {
		panic(http.ErrAbortHandler)
	}
}

// rocketLoad changes the scripts of a page and adds the loader.
func rocketLoad(page []byte) []byte {
	page = bytes.ReplaceAll(page, []byte("<script "), []byte(`<script type="`+rocketMark+`-text/javascript" `))
	page = bytes.ReplaceAll(page, []byte("<script>"), []byte(`<script type="`+rocketMark+`-text/javascript">`))
	loader := `<script src="/cdn-cgi/scripts/7d0fa10a/cloudflare-static/rocket-loader.min.js" data-cf-settings="` + rocketMark + `-|49" defer></script>`
	if i := bytes.LastIndex(page, []byte("</body>")); i >= 0 {
		return bytes.Join([][]byte{page[:i], page[i:]}, []byte(loader))
	}
	return append(page, loader...)
}
