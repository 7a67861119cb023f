package web

import (
	"fmt"
	"image"
	"image/color"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// TestQRCode paints what the summary has as a path, and reads it as a camera does.
func TestQRCode(t *testing.T) {
	const margin, pixels = 4, 3
	for _, text := range []string{"https://movies.example.com", "https://" + strings.Repeat("a", 60) + ".xn--bcher-kva.example"} {
		q := qrCode(text)
		side := (q.Size + 2*margin) * pixels
		img := image.NewGray(image.Rect(0, 0, side, side))
		for i := range img.Pix {
			img.Pix[i] = 0xff
		}
		for part := range strings.SplitSeq(strings.TrimPrefix(q.Path, "M"), "M") {
			var x, y, n, back int
			if _, err := fmt.Sscanf(part, "%d %dh%dv1h-%dz", &x, &y, &n, &back); err != nil || n != back {
				t.Fatalf("%q: %v", part, err)
			}
			for px := range n * pixels {
				for py := range pixels {
					img.SetGray((x+margin)*pixels+px, (y+margin)*pixels+py, color.Gray{})
				}
			}
		}
		bits, err := gozxing.NewBinaryBitmapFromImage(img)
		if err != nil {
			t.Fatal(err)
		}
		if read, err := qrcode.NewQRCodeReader().Decode(bits, nil); err != nil || read.GetText() != text {
			t.Errorf("%q reads as %v, %v", text, read, err)
		}
	}
}
