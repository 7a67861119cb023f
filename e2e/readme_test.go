package e2e_test

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// readme asks for the pictures of the README to be taken anew (“task readme-pictures”).
var readme = flag.Bool("readme", false, "take the pictures of the README anew")

// TestReadmePictures takes them from the demonstration, into docs/pictures.
func TestReadmePictures(t *testing.T) {
	if !*readme {
		t.Skip("“task readme-pictures” takes them anew")
	}
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{
		Viewport: &playwright.Size{Width: 1180, Height: 820}, ReducedMotion: playwright.ReducedMotionReduce, ColorScheme: playwright.ColorSchemeLight, Locale: playwright.String("en-GB"),
	})
	p.signIn()
	p.walk(demo{p}, func() bool { return p.has(`[name="create"]`) })
	p.fold()
	p.snap("compare", p.below(".compare tbody tr", 4))
	p.walk(demo{p}, p.at("/steps/tunnel"))
	p.walk(demo{p}, func() bool { return p.path() == "/steps/tunnel" && p.has("[data-card]") })
	p.fold()
	p.snap("card", p.around("[data-card]"))
	p.open("/")
	p.snap("home", p.below("[data-step]", 8))
}

// fold closes the control panel of the pretend world.
func (p *person) fold() {
	p.t.Helper()
	if p.has(".demo__panel[open]") {
		p.must(p.find(".demo__panel summary").Click())
	}
}

// below is the page down to the nth element of a kind, from 0.
func (p *person) below(selector string, n int) playwright.Rect {
	p.t.Helper()
	box, err := p.page.Locator(selector).Nth(n).BoundingBox()
	p.must(err)
	return playwright.Rect{Width: 1180, Height: box.Y + box.Height + 12}
}

// around is the first element of a kind with a little room.
func (p *person) around(selector string) playwright.Rect {
	p.t.Helper()
	box, err := p.page.Locator(selector).First().BoundingBox()
	p.must(err)
	return playwright.Rect{X: box.X - 16, Y: box.Y - 16, Width: box.Width + 32, Height: box.Height + 32}
}

// snap takes one picture of a part of the page, in few colours.
func (p *person) snap(name string, part playwright.Rect) {
	p.t.Helper()
	b, err := p.page.Screenshot(playwright.PageScreenshotOptions{FullPage: playwright.Bool(true), Clip: &part})
	p.must(err)
	img, err := png.Decode(bytes.NewReader(b))
	p.must(err)
	var out bytes.Buffer
	p.must((&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, fewColours(img)))
	p.must(os.WriteFile(filepath.Join("..", "docs", "pictures", name+".png"), out.Bytes(), 0o600))
}

// fewColours keeps the 250 commonest colours, and gives every other pixel the
// nearest of them: a page has few, and the rest are the edges of letters.
func fewColours(img image.Image) *image.Paletted {
	count, box := map[color.RGBA]int{}, img.Bounds()
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(img.At(x, y)).(color.RGBA) }
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	all := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int { return count[b] - count[a] })
	var few color.Palette
	for _, c := range all[:min(len(all), 250)] {
		few = append(few, c)
	}
	nearest := map[color.RGBA]uint8{}
	for _, c := range all {
		nearest[c] = uint8(few.Index(c))
	}
	out := image.NewPaletted(box, few)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			out.SetColorIndex(x, y, nearest[at(x, y)])
		}
	}
	return out
}
