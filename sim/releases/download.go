package releases

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"slices"
	"time"
)

// piece is how much passes between two pauses of a slow download.
const piece = 64 << 10

// download serves an asset, with ranges.
func (r *Releases) download(w http.ResponseWriter, req *http.Request) {
	i := slices.IndexFunc(r.assets, func(a asset) bool { return a.name == req.PathValue("name") })
	if i < 0 || req.PathValue("tag") != r.version() {
		notFound(w)
		return
	}
	a := r.assets[i]
	var content io.ReadSeeker = bytes.NewReader(a.memory)
	if a.file != "" {
		f, err := os.Open(a.file)
		if err != nil {
			http.Error(w, "the asset cannot be read", http.StatusInternalServerError)
			return
		}
		defer f.Close()
		content = f
	}
	switch {
	case r.now(FaultTampered):
		content = &tampered{ReadSeeker: content, at: a.size / 2}
	case r.now(FaultTruncated):
		w = &truncated{ResponseWriter: w, left: a.size / 2}
	case r.now(FaultSlow):
		w = &slow{ResponseWriter: w, rc: http.NewResponseController(w), pause: r.cfg.SlowChunk, done: req.Context().Done()}
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", "attachment; filename="+a.name)
	http.ServeContent(w, req, "", time.Time{}, content)
}

// tampered flips one bit of the byte at a position.
type tampered struct {
	io.ReadSeeker
	at, pos int64
}

func (t *tampered) Read(p []byte) (int, error) {
	n, err := t.ReadSeeker.Read(p)
	if i := t.at - t.pos; i >= 0 && i < int64(n) {
		p[i] ^= 1
	}
	t.pos += int64(n)
	return n, err
}

func (t *tampered) Seek(offset int64, whence int) (int64, error) {
	pos, err := t.ReadSeeker.Seek(offset, whence)
	t.pos = pos
	return pos, err
}

// truncated breaks the connection after some bytes.
type truncated struct {
	http.ResponseWriter
	left int64
}

func (t *truncated) Write(p []byte) (int, error) {
	if int64(len(p)) <= t.left {
		t.left -= int64(len(p))
		return t.ResponseWriter.Write(p)
	}
	_, _ = t.ResponseWriter.Write(p[:t.left])
	_ = http.NewResponseController(t.ResponseWriter).Flush()
	panic(http.ErrAbortHandler)
}

// slow pauses after every piece.
type slow struct {
	http.ResponseWriter
	rc    *http.ResponseController
	pause time.Duration
	done  <-chan struct{}
}

func (s *slow) Write(p []byte) (int, error) {
	written := 0
	for chunk := range slices.Chunk(p, piece) {
		n, err := s.ResponseWriter.Write(chunk)
		written += n
		if err == nil {
			err = s.rc.Flush()
		}
		if err != nil {
			return written, err
		}
		timer := time.NewTimer(s.pause)
		select {
		case <-timer.C:
		case <-s.done:
			timer.Stop()
			return written, io.ErrClosedPipe
		}
	}
	return written, nil
}
