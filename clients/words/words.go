// Package words makes names that are hard to guess and easy to read, from the
// EFF's long list for diceware. It knows what a DNS label allows; it does not
// know whether a name is taken.
package words

import (
	"fmt"
	"io"

	"github.com/sethvargo/go-diceware/diceware"

	"example.test/wizard/steps"
)

// Shortest and longest word of a pair: long enough to be distinct, short enough
// to be read out over the telephone.
const (
	shortest = 5
	longest  = 9
)

// Diceware draws words from the EFF's list.
type Diceware struct{ random io.Reader }

var _ steps.Words = (*Diceware)(nil)

// New draws with random; nil for crypto/rand.
func New(random io.Reader) *Diceware { return &Diceware{random} }

// Pair returns two different random words joined by a hyphen, in lower-case
// letters, 11 to 19 characters long. The list leaves about 6000 words of such
// a length, so a pair carries some 25 bits. It fails only if the source of
// randomness does.
func (d *Diceware) Pair() (string, error) {
	g, err := diceware.NewGenerator(&diceware.GeneratorInput{RandReader: d.random})
	if err != nil {
		return "", fmt.Errorf("words: %w", err)
	}
	for {
		pair, err := g.Generate(2)
		if err != nil {
			return "", fmt.Errorf("words: %w", err)
		}
		if fit(pair[0]) && fit(pair[1]) {
			return pair[0] + "-" + pair[1], nil
		}
	}
}

// fit reports whether w is plain lower-case letters of a readable length; the
// list has a few words with hyphens.
func fit(w string) bool {
	for _, r := range w {
		if r < 'a' || r > 'z' {
			return false
		}
	}
	return len(w) >= shortest && len(w) <= longest
}
