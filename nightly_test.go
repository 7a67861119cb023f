package wizard_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryFuzzTargetRunsAtNight, and has inputs that were found before.
func TestEveryFuzzTargetRunsAtNight(t *testing.T) {
	tasks := read(t, "Taskfile.yml")
	found := 0
	for _, file := range goFiles(t) {
		if !strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`).FindAllStringSubmatch(read(t, file), -1) {
			found++
			dir := path.Dir(filepath.ToSlash(file))
			if line := "- ./" + dir + " " + m[1] + "\n"; !strings.Contains(tasks, line) {
				t.Errorf("task nightly lacks %q", line)
			}
			if inputs, err := os.ReadDir(filepath.Join(dir, "testdata", "fuzz", m[1])); err != nil || len(inputs) == 0 {
				t.Errorf("%s in %s has no corpus: %v", m[1], dir, err)
			}
		}
	}
	if lines := regexp.MustCompile(`(?m)^ +- \./\S+ Fuzz\w+$`).FindAllString(tasks, -1); found != len(lines) {
		t.Errorf("%d targets, and %d in the Taskfile", found, len(lines))
	}
}
