package e2e_test

import (
	"bytes"
	"image"
	_ "image/png"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/playwright-community/playwright-go"
)

// TestCopy presses the button beside a value: it is in the clipboard, which the
// button and the screen reader say. A browser without a clipboard selects the value.
func TestCopy(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{Permissions: []string{"clipboard-read", "clipboard-write"}})
	p.signIn()
	p.open("/dev/gallery/dns-registrar")
	box := p.page.Locator(".copy").First()
	button, value := box.Locator("button[data-copy]"), box.Locator("code")
	wanted, err := value.InnerText()
	p.must(err)
	says := func(l playwright.Locator, want string) {
		t.Helper()
		p.must(l.Filter(playwright.LocatorFilterOptions{HasText: want}).WaitFor(playwright.LocatorWaitForOptions{State: playwright.WaitForSelectorStateAttached}))
	}
	p.must(button.Click())
	says(button, "Copied")
	says(p.page.Locator("#live"), "Copied")
	if got, err := p.page.Evaluate(`navigator.clipboard.readText()`); err != nil || got != wanted {
		t.Errorf("the clipboard has %q, and not %q (%v)", got, wanted, err)
	}
	says(button.Locator("[data-word]"), "Copy") // again, after a moment

	_, err = p.page.Evaluate(`Object.defineProperty(navigator, 'clipboard', {value: undefined})`)
	p.must(err)
	p.must(button.Click())
	says(button, "Select it and copy")
	if got, err := p.page.Evaluate(`getSelection().toString()`); err != nil || got != wanted {
		t.Errorf("selected is %q, and not %q (%v)", got, wanted, err)
	}
}

// TestQRCode takes a picture of the code as a telephone does, by day and by night.
func TestQRCode(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	w := start(t, t.TempDir(), "-demo")
	p := visit(t, w, playwright.BrowserNewContextOptions{})
	p.signIn()
	p.open("/dev/gallery/summary")
	wanted, err := p.page.Locator("[data-copy]").First().GetAttribute("data-copy")
	p.must(err)
	for _, scheme := range []*playwright.ColorScheme{playwright.ColorSchemeLight, playwright.ColorSchemeDark} {
		p.must(p.page.EmulateMedia(playwright.PageEmulateMediaOptions{ColorScheme: scheme}))
		png, err := p.page.Locator(".qr").First().Screenshot()
		p.must(err)
		img, _, err := image.Decode(bytes.NewReader(png))
		p.must(err)
		bits, err := gozxing.NewBinaryBitmapFromImage(img)
		p.must(err)
		read, err := qrcode.NewQRCodeReader().Decode(bits, nil)
		if err != nil {
			t.Errorf("%s: it cannot be read: %v", *scheme, err)
			continue
		}
		if read.GetText() != wanted {
			t.Errorf("%s: it says %q, and the page %q", *scheme, read.GetText(), wanted)
		}
	}
}
