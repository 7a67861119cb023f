package connector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"example.test/wizard/steps/retry"
)

const (
	stall         = 30 * time.Second // without a byte, before a connection is given up
	downloadLimit = 200 << 20        // cloudflared is about 40 MB
)

// newDownloadClient follows redirects, as GitHub's downloads need, but never
// from https to http.
func newDownloadClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.ResponseHeaderTimeout = stall
	return &http.Client{Transport: t, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) >= 10 {
			return errors.New("too many redirects")
		}
		if via[0].URL.Scheme == "https" && req.URL.Scheme != "https" {
			return errors.New("redirected to an unprotected address")
		}
		return nil
	}}
}

// download fetches a release into the folder for unfinished downloads, and goes
// on where an earlier attempt broke off. The file's name is returned.
func (h *Host) download(ctx context.Context, r release, progress func(done, total int64)) (string, error) {
	if err := os.MkdirAll(h.files.download, 0o700); err != nil {
		return "", problemWrite(h.files.download, err)
	}
	file := filepath.Join(h.files.download, r.version+"-"+r.name+".part")
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", problemWrite(file, err)
	}
	defer f.Close()
	for try := 1; ; try++ {
		more, err := h.fetch(ctx, f, r, progress)
		switch {
		case err == nil:
			if err := errors.Join(f.Sync(), f.Close()); err != nil {
				return "", problemWrite(file, err)
			}
			return file, nil
		case ctx.Err() != nil:
			return "", ctx.Err()
		case errors.Is(err, errLocal):
			_ = f.Close()
			_ = os.Remove(file) // a full disk is not helped by half a program
			return "", problemWrite(file, err)
		case !more:
			return "", problemDownload(r, err)
		}
		h.cfg.Log.Info("the download broke off", "try", try, "err", err)
		if !h.retry.Pause(ctx, try, askedFor(err)) {
			if ctx.Err() != nil {
				return "", ctx.Err()
			}
			return "", problemDownload(r, err)
		}
	}
}

// busyError is an answer that is not the file; wait is what the service asks for.
type busyError struct {
	status string
	wait   time.Duration
}

// Error implements error.
func (e busyError) Error() string { return "answer " + e.status }

// askedFor is how long the service wants to be left alone; 0 when it did not say.
func askedFor(err error) time.Duration {
	if busy, ok := errors.AsType[busyError](err); ok {
		return busy.wait
	}
	return 0
}

// errLocal marks what this computer, not the network, is to blame for.
var errLocal = errors.New("cannot write")

// fetch makes one request for what is still missing. more tells whether another
// attempt may help.
func (h *Host) fetch(ctx context.Context, f *os.File, r release, progress func(done, total int64)) (more bool, err error) {
	have, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return false, fmt.Errorf("%w: %w", errLocal, err)
	}
	if r.size > 0 && have >= r.size {
		if have == r.size {
			progress(have, r.size)
			return false, nil
		}
		have = 0 // of something else
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url, http.NoBody)
	if err != nil {
		return false, err
	}
	req.Header.Set("User-Agent", "plex-tunnel-wizard")
	if have > 0 {
		req.Header.Set("Range", "bytes="+strconv.FormatInt(have, 10)+"-")
	}
	resp, err := h.http.Do(req)
	if err != nil {
		return true, err
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusOK:
		have = 0 // all of it, from the beginning
	case resp.StatusCode == http.StatusPartialContent && strings.HasPrefix(resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", have)):
	case resp.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		return true, errors.Join(errors.New("the beginning does not fit any more"), f.Truncate(0))
	default:
		busy := busyError{resp.Status, retry.After(resp.Header.Get("Retry-After"), h.cfg.Now())}
		return resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500, busy
	}
	if err := f.Truncate(have); err != nil {
		return false, fmt.Errorf("%w: %w", errLocal, err)
	}
	if _, err := f.Seek(have, io.SeekStart); err != nil {
		return false, fmt.Errorf("%w: %w", errLocal, err)
	}
	idle := time.AfterFunc(stall, cancel)
	defer idle.Stop()
	return h.copyBody(f, resp.Body, have, r.size, func(done int64) {
		idle.Reset(stall)
		progress(done, r.size)
	})
}

// copyBody writes what comes. The file system's own limit is told apart from the network's.
func (h *Host) copyBody(f *os.File, body io.Reader, have, size int64, progress func(done int64)) (more bool, err error) {
	buf := make([]byte, 128<<10)
	w := h.sys.writer(f)
	for {
		n, err := body.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return false, fmt.Errorf("%w: %w", errLocal, err)
			}
			have += int64(n)
			progress(have)
		}
		switch {
		case have > downloadLimit || size > 0 && have > size:
			return false, errors.New("more is sent than was announced")
		case err == io.EOF && size > 0 && have < size:
			return true, io.ErrUnexpectedEOF
		case err == io.EOF:
			return false, nil
		case err != nil:
			return true, err
		}
	}
}
