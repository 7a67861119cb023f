// Package releases is a pretend GitHub that publishes one release of cloudflared, and names one of the wizard.
//
// It knows the shape of GitHub's releases API, the names of cloudflared's assets and the ways in which a download goes wrong. The asset for one platform
// is a given executable, which behaves as a connector when its name begins with "cloudflared"; the others are small files that cannot be run.
// It does not know what anybody does with a download.
package releases

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
)

// Fault is a way in which the releases go wrong.
type Fault string

// The faults.
const (
	FaultNone        Fault = ""
	FaultTampered    Fault = "tampered"     // the bytes differ from the digest
	FaultNoDigest    Fault = "no-digest"    // neither the asset nor the release's text has a sum
	FaultBodyOnly    Fault = "body-only"    // as in older releases: the sum stands only in the release's text
	FaultTruncated   Fault = "truncated"    // the download breaks off in the middle
	FaultSlow        Fault = "slow"         // the download trickles
	FaultOld         Fault = "old"          // the latest release is OldVersion
	FaultNotFound    Fault = "not-found"    // 404 for everything
	FaultRateLimited Fault = "rate-limited" // 403 from the API
)

// Versions of the releases.
const (
	LatestVersion = "2026.8.2"
	OldVersion    = "2026.7.1" // kept the token on the command line
)

// The wizard's own releases in this world.
const (
	WizardRepository = "example/plex-tunnel-wizard"
	WizardVersion    = "v1.1.0"
)

// Config says what is published.
type Config struct {
	Program      string           // the executable file that is the asset for GOOS and GOARCH
	GOOS, GOARCH string           // empty: of this process
	Now          func() time.Time // nil is time.Now
	SlowChunk    time.Duration    // the pause between two pieces of 64 KiB with FaultSlow; zero is 100 ms
	Wizard       string           // the newest version of the wizard itself; empty is WizardVersion, "none" is no release
}

// Releases is the published release, as an http.Handler: the API is under /repos/, the downloads are under /cloudflare/, on whatever host it is asked.
type Releases struct {
	cfg    Config
	assets []asset
	mux    *http.ServeMux

	mu    sync.Mutex
	fault Fault
}

// asset is one file of the release. Its content is a file or a few bytes.
type asset struct {
	name   string
	size   int64
	sum    string // SHA-256 of what is downloaded, hex
	inner  string // SHA-256 of the program inside; it is what the release's text lists, also for archives
	file   string
	memory []byte
}

// New reads the executable once, for its sum.
func New(cfg Config) (*Releases, error) {
	if cfg.GOOS == "" {
		cfg.GOOS = runtime.GOOS
	}
	if cfg.GOARCH == "" {
		cfg.GOARCH = runtime.GOARCH
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.SlowChunk == 0 {
		cfg.SlowChunk = 100 * time.Millisecond
	}
	ours, err := AssetName(cfg.GOOS, cfg.GOARCH)
	if err != nil {
		return nil, err
	}
	if cfg.Wizard == "" {
		cfg.Wizard = WizardVersion
	}
	r := &Releases{cfg: cfg, mux: http.NewServeMux()}
	r.mux.HandleFunc("GET /repos/"+WizardRepository+"/releases/latest", r.wizard)
	r.mux.HandleFunc("GET /repos/cloudflare/cloudflared/releases/latest", r.latest)
	r.mux.HandleFunc("GET /repos/cloudflare/cloudflared/releases/tags/{tag}", r.latest)
	r.mux.HandleFunc("GET /cloudflare/cloudflared/releases/download/{tag}/{name}", r.download)
	for _, name := range assetNames() {
		a := placeholder(name)
		if name == ours {
			if a, err = program(name, cfg.Program); err != nil {
				return nil, fmt.Errorf("releases: %w", err)
			}
		}
		r.assets = append(r.assets, a)
	}
	return r, nil
}

// SetFault makes the release go wrong, until FaultNone.
func (r *Releases) SetFault(f Fault) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fault = f
}

func (r *Releases) now(f Fault) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fault == f
}

func (r *Releases) version() string {
	if r.now(FaultOld) {
		return OldVersion
	}
	return LatestVersion
}

// ServeHTTP implements http.Handler.
func (r *Releases) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if r.now(FaultNotFound) {
		notFound(w)
		return
	}
	r.mux.ServeHTTP(w, req)
}

// AssetName is the file that a platform needs. Windows on arm64 runs the amd64 program, for there is no other.
func AssetName(goos, goarch string) (string, error) {
	if goos == "windows" && goarch == "arm64" {
		goarch = "amd64"
	}
	name := "cloudflared-" + goos + "-" + goarch
	switch goos {
	case "darwin":
		name += ".tgz"
	case "windows":
		name += ".exe"
	}
	for _, known := range assetNames() {
		if name == known {
			return name, nil
		}
	}
	return "", fmt.Errorf("no release of cloudflared for %s on %s", goos, goarch)
}

func assetNames() []string {
	return strings.Fields("cloudflared-amd64.pkg cloudflared-arm64.pkg cloudflared-darwin-amd64.tgz cloudflared-darwin-arm64.tgz cloudflared-fips-linux-amd64 " +
		"cloudflared-linux-386 cloudflared-linux-amd64 cloudflared-linux-amd64.deb cloudflared-linux-arm cloudflared-linux-arm64 cloudflared-linux-arm64.deb " +
		"cloudflared-linux-armhf cloudflared-linux-x86_64.rpm cloudflared-windows-386.exe cloudflared-windows-amd64.exe cloudflared-windows-amd64.msi")
}

// placeholder is an asset for a platform that this world does not have.
func placeholder(name string) asset {
	content := []byte("This stands for " + name + ". It cannot be run.\n")
	sum := sumOf(content)
	return asset{name: name, size: int64(len(content)), sum: sum, inner: sum, memory: content}
}

// program makes an asset of the executable.
func program(name, file string) (asset, error) {
	if file == "" {
		return asset{}, errors.New("no executable was named")
	}
	f, err := os.Open(file)
	if err != nil {
		return asset{}, err
	}
	defer f.Close()
	h := sha256.New()
	size, err := io.Copy(h, f)
	if err != nil {
		return asset{}, fmt.Errorf("read %s: %w", file, err)
	}
	sum := hex.EncodeToString(h.Sum(nil))
	if !strings.HasSuffix(name, ".tgz") {
		return asset{name: name, size: size, sum: sum, inner: sum, file: file}, nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return asset{}, fmt.Errorf("read %s: %w", file, err)
	}
	archive, err := archiveOf(f, size)
	if err != nil {
		return asset{}, err
	}
	return asset{name: name, size: int64(len(archive)), sum: sumOf(archive), inner: sum, memory: archive}, nil
}

func sumOf(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}
