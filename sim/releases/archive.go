package releases

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
)

// archiveOf packs the program as it is packed for macOS: one file named cloudflared.
func archiveOf(program io.Reader, size int64) ([]byte, error) {
	var out bytes.Buffer
	zw, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	tw := tar.NewWriter(zw)
	if err := tw.WriteHeader(&tar.Header{Name: "cloudflared", Mode: 0o755, Size: size, Typeflag: tar.TypeReg}); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if _, err := io.Copy(tw, program); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if err := tw.Close(); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if err := zw.Close(); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return out.Bytes(), nil
}
