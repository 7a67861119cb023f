package releases

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// releaseJSON is the part of GitHub's answer that matters to a downloader.
type releaseJSON struct {
	TagName     string      `json:"tag_name"`
	Name        string      `json:"name"`
	Draft       bool        `json:"draft"`
	Prerelease  bool        `json:"prerelease"`
	PublishedAt time.Time   `json:"published_at"`
	HTMLURL     string      `json:"html_url"`
	Body        string      `json:"body"`
	Assets      []assetJSON `json:"assets"`
}

type assetJSON struct {
	Name        string  `json:"name"`
	ContentType string  `json:"content_type"`
	State       string  `json:"state"`
	Size        int64   `json:"size"`
	Digest      *string `json:"digest"`
	DownloadURL string  `json:"browser_download_url"`
}

// latest answers both /releases/latest and /releases/tags/TAG.
func (r *Releases) latest(w http.ResponseWriter, req *http.Request) {
	if r.limited(w) {
		return
	}
	version := r.version()
	if tag := req.PathValue("tag"); tag != "" && tag != version {
		notFound(w)
		return
	}
	base := "http://" + req.Host + "/cloudflare/cloudflared/releases/"
	out := releaseJSON{
		TagName: version, Name: version, PublishedAt: time.Date(2026, 8, 20, 10, 0, 0, 0, time.UTC), HTMLURL: base + "tag/" + version, Body: r.text(),
	}
	for _, a := range r.assets {
		j := assetJSON{
			Name: a.name, ContentType: "application/octet-stream", State: "uploaded", Size: a.size, DownloadURL: base + "download/" + version + "/" + a.name,
		}
		if !r.now(FaultNoDigest) && !r.now(FaultBodyOnly) {
			digest := "sha256:" + a.sum
			j.Digest = &digest
		}
		out.Assets = append(out.Assets, j)
	}
	writeJSON(w, http.StatusOK, out)
}

// wizard answers for the wizard itself, of which only the newest version is known.
func (r *Releases) wizard(w http.ResponseWriter, req *http.Request) {
	if r.limited(w) {
		return
	}
	if r.cfg.Wizard == "none" {
		notFound(w)
		return
	}
	writeJSON(w, http.StatusOK, releaseJSON{
		TagName: r.cfg.Wizard, Name: r.cfg.Wizard, PublishedAt: time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC), Assets: []assetJSON{},
		HTMLURL: "http://" + req.Host + "/" + WizardRepository + "/releases/tag/" + r.cfg.Wizard,
	})
}

// limited refuses as GitHub does after 60 questions of one address in an hour.
func (r *Releases) limited(w http.ResponseWriter) bool {
	if !r.now(FaultRateLimited) {
		return false
	}
	h := w.Header()
	h.Set("X-Ratelimit-Limit", "60")
	h.Set("X-Ratelimit-Remaining", "0")
	h.Set("X-Ratelimit-Reset", strconv.FormatInt(r.cfg.Now().Add(time.Hour).Unix(), 10))
	writeJSON(w, http.StatusForbidden, map[string]string{"message": "API rate limit exceeded for 203.0.113.10."})
	return true
}

// text is the release's description with its list of sums: of the programs themselves, which for an archive is not the sum of the download.
func (r *Releases) text() string {
	if r.now(FaultNoDigest) {
		return ""
	}
	var b strings.Builder
	b.WriteString("### SHA256 Checksums:\n```\n")
	for _, a := range r.assets {
		fmt.Fprintf(&b, "%s: %s\n", a.name, a.inner)
	}
	b.WriteString("```\n")
	return b.String()
}

func notFound(w http.ResponseWriter) {
	writeJSON(w, http.StatusNotFound, map[string]string{"message": "Not Found", "status": "404"})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client has left
}
