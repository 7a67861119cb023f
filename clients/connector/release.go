package connector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"example.test/wizard/steps"
	"example.test/wizard/steps/retry"
)

// release is what is to be downloaded, and how it is known to be right.
type release struct {
	version string
	name    string // of the file
	url     string
	size    int64  // 0 when it is not told
	sum     string // SHA-256 of the download, hex; empty when only program is known
	program string // SHA-256 of the program inside an archive, hex; empty when only sum is known
}

func (r release) archive() bool { return strings.HasSuffix(r.name, ".tgz") }

// assetName is the file that a platform needs (facts of the releases as of
// 2026.8: Windows on arm64 runs the amd64 program, for there is no other; armhf
// needs the floating point of ARMv7, arm runs everywhere).
func assetName(s System) (string, error) {
	arch := s.GOARCH
	switch {
	case s.GOOS == "windows" && arch == "arm64":
		arch = "amd64"
	case s.GOOS == "linux" && arch == "arm" && s.GOARM == "7":
		arch = "armhf"
	}
	known := map[string]string{
		"linux": " amd64 arm64 arm armhf 386 ", "darwin": " amd64 arm64 ", "windows": " amd64 386 ",
	}
	if !strings.Contains(known[s.GOOS], " "+arch+" ") {
		return "", problemPlatform(s)
	}
	name := "cloudflared-" + s.GOOS + "-" + arch
	return name + map[string]string{"darwin": ".tgz", "windows": ".exe"}[s.GOOS], nil
}

type releaseJSON struct {
	Tag    string `json:"tag_name"`
	Body   string `json:"body"`
	Assets []struct {
		Name   string `json:"name"`
		Size   int64  `json:"size"`
		Digest string `json:"digest"`
		URL    string `json:"browser_download_url"`
	} `json:"assets"`
}

// latest asks GitHub for the newest release and picks the file for this
// computer. What cannot be verified later is refused here, before the download.
func (h *Host) latest(ctx context.Context) (release, error) {
	name, err := assetName(h.sys)
	if err != nil {
		return release{}, err
	}
	got, err := h.askReleases(ctx)
	if err != nil {
		return release{}, err
	}
	r := release{version: strings.TrimPrefix(got.Tag, "v"), name: name}
	if steps.OlderConnector(r.version, steps.MinimumConnector) {
		return r, problemOld(r.version)
	}
	for _, a := range got.Assets {
		if a.Name == name {
			r.url, r.size = a.URL, a.Size
			if sum, ok := strings.CutPrefix(strings.ToLower(a.Digest), "sha256:"); ok && isSum(sum) {
				r.sum = sum
			}
		}
	}
	if r.url == "" {
		return r, problemPlatform(h.sys)
	}
	if err := sameScheme(h.cfg.Releases, r.url); err != nil {
		return r, problemUnverified(name, err)
	}
	if r.sum == "" {
		r.fromText(got.Body)
	}
	if r.sum == "" && r.program == "" {
		return r, problemUnverified(name, nil)
	}
	return r, nil
}

// fromText takes the sum out of the release's description, as older releases
// have it. For an archive that is the sum of the program inside.
func (r *release) fromText(body string) {
	for line := range strings.Lines(body) {
		name, sum, _ := strings.Cut(strings.TrimSpace(line), ":")
		sum = strings.ToLower(strings.TrimSpace(sum))
		switch {
		case strings.TrimSpace(name) != r.name || !isSum(sum):
		case r.archive():
			r.program = sum
		default:
			r.sum = sum
		}
	}
}

func isSum(s string) bool { return regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(s) }

// sameScheme keeps a download from being less protected than the answer that named it.
func sameScheme(base, link string) error {
	from, err := url.Parse(base)
	if err != nil {
		return err
	}
	to, err := url.Parse(link)
	if err != nil {
		return err
	}
	if to.Scheme != "https" && from.Scheme == "https" {
		return fmt.Errorf("the download is offered at %s://%s", to.Scheme, to.Host)
	}
	return nil
}

// askReleases asks as often as the policy of trying again allows.
func (h *Host) askReleases(ctx context.Context) (releaseJSON, error) {
	ctx, cancel := retry.Bounded(ctx)
	defer cancel()
	for try := 1; ; try++ {
		out, tooMany, fail := h.askReleasesOnce(ctx)
		if fail == nil {
			return out, nil
		}
		if tooMany {
			return out, problemLimited(fail)
		}
		again := fail.Status == 0 || fail.Status >= 500 || errors.Is(fail.Err, io.ErrUnexpectedEOF)
		if !again || !h.retry.Pause(ctx, try, fail.Wait) {
			return out, problemGitHub(fail)
		}
	}
}

// askReleasesOnce asks once. tooMany means that this address has asked too often.
func (h *Host) askReleasesOnce(ctx context.Context) (out releaseJSON, tooMany bool, fail *steps.ServiceError) {
	ctx, cancel := context.WithTimeout(ctx, h.retry.Try)
	defer cancel()
	const path = "/repos/cloudflare/cloudflared/releases/latest"
	fail = &steps.ServiceError{Service: "GitHub", Call: "GET " + path}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(h.cfg.Releases, "/")+path, http.NoBody)
	if err != nil {
		fail.Err = err
		return out, false, fail
	}
	req.Header.Set("Accept", "application/vnd.github+json")
	req.Header.Set("User-Agent", "plex-tunnel-wizard")
	resp, err := h.http.Do(req)
	if err != nil {
		fail.Err = err
		return out, false, fail
	}
	defer resp.Body.Close()
	fail.Status, fail.Wait = resp.StatusCode, retry.After(resp.Header.Get("Retry-After"), h.cfg.Now())
	if resp.StatusCode != http.StatusOK {
		return out, resp.StatusCode == http.StatusTooManyRequests || resp.Header.Get("X-Ratelimit-Remaining") == "0", fail
	}
	if fail.Err = json.NewDecoder(io.LimitReader(resp.Body, 4<<20)).Decode(&out); fail.Err != nil {
		return out, false, fail
	}
	return out, false, nil
}
