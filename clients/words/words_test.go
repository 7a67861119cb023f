package words_test

import (
	"errors"
	"regexp"
	"testing"
	"testing/iotest"

	"example.test/wizard/clients/words"
)

func TestPairIsALabelOfTwoReadableWords(t *testing.T) {
	shape := regexp.MustCompile(`^[a-z]{5,9}-[a-z]{5,9}$`)
	w := words.New(nil)
	seen := map[string]bool{}
	for range 500 {
		p, err := w.Pair()
		if err != nil {
			t.Fatal(err)
		}
		if !shape.MatchString(p) {
			t.Errorf("pair %q is not two words of 5 to 9 letters", p)
		}
		seen[p] = true
	}
	// Five hundred draws out of some 36 million pairs: a repetition is rare,
	// three are a broken source.
	if len(seen) < 497 {
		t.Errorf("only %d different pairs in 500", len(seen))
	}
}

func TestPairReportsABrokenSource(t *testing.T) {
	broken := errors.New("no entropy")
	if p, err := words.New(iotest.ErrReader(broken)).Pair(); !errors.Is(err, broken) {
		t.Errorf("Pair = %q, %v; want the source's error", p, err)
	}
}
