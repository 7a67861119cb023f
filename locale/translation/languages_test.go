package translation

import (
	"testing"
	"testing/fstest"
)

func TestLanguages(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	l := In(fstest.MapFS{"de.po": file(german), "de-CH.po": file(german), "en-XA.po": file(german), "fr.po": file("nothing"), "README.md": file(german)})
	for accepted, want := range map[string]string{
		"":                              "en",
		"en-GB,en;q=0.9,de;q=0.8":       "en", // of what somebody reads, English is there
		"en-XA,en;q=0.5":                "en-XA",
		"de-AT,de;q=0.9,en;q=0.8":       "de",
		"DE-ch, en":                     "de-CH",
		"nl, de;q=0.5, en;q=0.1":        "de",
		"nl":                            "en",
		"*":                             "en",
		",;,=,-":                        "en",
		"README.md":                     "en",
		"../de, ..%2fde, de.po, de\x00": "en",
	} {
		name, c, err := l.For(accepted)
		if name != want || err != nil || (c == nil) != (want == "en") {
			t.Errorf("%q: %s, %v, %v", accepted, name, c != nil, err)
		}
	}
	if _, c, err := l.For("fr"); err == nil || c != nil {
		t.Error("a file that is no catalogue is one")
	}
	if name, c, err := Languages(nil).For("de"); name != "en" || c != nil || err != nil {
		t.Error("there are none, and one is found")
	}
}

// TestShipped reads every language that is part of the program.
func TestShipped(t *testing.T) {
	for name, read := range Shipped() {
		if _, err := read(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
