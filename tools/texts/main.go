// Command texts writes every text that a person can read on a page or in a
// terminal as a gettext template (a .pot file), with the places where it stands:
//
//	go run ./tools/texts > wizard.pot
//	go run ./tools/texts -accents > en-XA.po
//
// The second is a catalogue of a language that nobody speaks and everybody can read:
// English with accents. What a page shows without them is not in the list.
//
// It reads the sources and nothing else, so the list is never out of date.
package main

import (
	"flag"
	"fmt"
	"os"

	"example.test/wizard/tools/texts/source"
)

func main() {
	accents := flag.Bool("accents", false, "write English with accents in place of the template")
	flag.Parse()
	all, err := source.Read(os.DirFS("."))
	switch {
	case err != nil:
	case *accents:
		err = all.WriteAccented(os.Stdout)
	default:
		err = all.Write(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "texts:", err)
		os.Exit(1)
	}
}
