package edge

import (
	"bytes"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	cacheEntryLimit = 1 << 20
	cacheTotalLimit = 32 << 20
	cacheDefaultAge = 2 * time.Hour // Cloudflare's default for a 200 without instructions
)

// cache keeps small answers. It is emptied when it is full: the pretend world has few files.
type cache struct {
	mu      sync.Mutex
	entries map[string]*stored
	size    int
}

func newCache() *cache { return &cache{entries: map[string]*stored{}} }

// stored is an answer in the cache; as a Writer it takes the body, and gives up when that is too long.
type stored struct {
	header  http.Header
	body    bytes.Buffer
	at      time.Time
	age     time.Duration
	tooLong bool
}

func (s *stored) Write(p []byte) (int, error) {
	if s.tooLong = s.tooLong || s.body.Len()+len(p) > cacheEntryLimit; !s.tooLong {
		s.body.Write(p)
	}
	return len(p), nil
}

func (c *cache) get(key string) *stored {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.entries[key]
}

func (c *cache) put(key string, s *stored) {
	if s.tooLong {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.entries[key]; old != nil {
		c.size -= old.body.Len()
	}
	if c.size += s.body.Len(); c.size > cacheTotalLimit {
		clear(c.entries)
		c.size = s.body.Len()
	}
	c.entries[key] = s
}

// cacheableSuffixes are those of Cloudflare's default list that Plex's web app may use; HTML, XML and JSON are not on it.
const cacheableSuffixes = ".js .css .png .jpg .jpeg .gif .webp .avif .svg .ico .woff .woff2 .ttf .otf .eot .zip .gz .mp3 .mp4 .webm .mkv .pdf .csv"

// cacheable says how the request stands to the cache before the origin has been asked: dynamic, bypass or miss.
func (v *visit) cacheable() string {
	suffix := strings.ToLower(path.Ext(v.r.URL.Path))
	eligible := v.mood == MoodCached || suffix != "" && slices.Contains(strings.Fields(cacheableSuffixes), suffix)
	switch {
	case !eligible || v.r.Method != http.MethodGet && v.r.Method != http.MethodHead:
		return "dynamic"
	case v.verdict.CacheBypass:
		return "bypass"
	default:
		return "miss"
	}
}

func (v *visit) cacheKey() string { return v.host + v.r.URL.RequestURI() }

// fromCache answers from the cache if it can.
func (v *visit) fromCache() bool {
	s := v.edge.cache.get(v.cacheKey())
	if s == nil {
		return false
	}
	age := v.edge.cfg.Now().Sub(s.at)
	if age >= s.age {
		v.cacheStatus = "expired"
		return false
	}
	h := v.w.Header()
	for name, values := range s.header {
		h[name] = slices.Clone(values)
	}
	h.Del("Content-Length") // ServeContent knows better, with ranges
	h.Set("Age", strconv.Itoa(int(age.Seconds())))
	v.cacheStatus = "hit"
	http.ServeContent(&passage{v}, v.r, "", time.Time{}, bytes.NewReader(s.body.Bytes()))
	return true
}

// storable decides with the answer's head whether its body goes into the cache, as the origin's Cache-Control asks.
func (v *visit) storable(resp *http.Response) *stored {
	if v.cacheStatus != "miss" && v.cacheStatus != "expired" {
		return nil
	}
	age, allowed := maxAge(resp.Header)
	if v.mood == MoodCached {
		age, allowed = cacheDefaultAge, true
	}
	if !allowed || len(resp.Header["Set-Cookie"]) > 0 {
		v.cacheStatus = "bypass"
		return nil
	}
	if resp.StatusCode != http.StatusOK || v.r.Method != http.MethodGet {
		return nil
	}
	return &stored{header: resp.Header.Clone(), at: v.edge.cfg.Now(), age: age}
}

func maxAge(h http.Header) (age time.Duration, allowed bool) {
	age = cacheDefaultAge
	shared := false
	for directive := range strings.SplitSeq(strings.ToLower(h.Get("Cache-Control")), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch name {
		case "private", "no-store", "no-cache":
			return 0, false
		case "s-maxage", "max-age":
			if seconds, err := strconv.Atoi(value); err == nil && (name == "s-maxage" || !shared) {
				age, shared = time.Duration(seconds)*time.Second, shared || name == "s-maxage"
			}
		}
	}
	return age, age > 0
}
