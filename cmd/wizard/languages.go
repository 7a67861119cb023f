package main

import (
	"maps"
	"os"
	"path/filepath"

	"example.test/wizard/locale/translation"
)

// languages are those of the program, and those that somebody put beside the
// progress: who translates sees it without building anything.
func languages(data string) translation.Languages {
	all := translation.Shipped()
	maps.Copy(all, translation.In(os.DirFS(filepath.Join(data, "languages"))))
	return all
}
