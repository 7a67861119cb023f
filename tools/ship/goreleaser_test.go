package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/oasdiff/yaml"
)

// plan is what this test reads of goreleaser's configuration.
type plan struct {
	Version     int
	ProjectName string `json:"project_name"`
	Before      struct{ Hooks []string }
	Builds      []struct {
		Main, Binary        string
		Env, Flags, Ldflags []string
		Gcflags             []string
		Tags                []string
		Goos, Goarch, Goarm []string
		Ignore              []struct{ Goos, Goarch string }
		ModTimestamp        string `json:"mod_timestamp"`
	}
	Archives []struct {
		NameTemplate    string `json:"name_template"`
		Formats         []string
		FormatOverrides []struct {
			Goos    string
			Formats []string
		} `json:"format_overrides"`
		Files []struct{ Src string }
	}
	Nfpms    []struct{ Formats []string }
	Checksum struct {
		NameTemplate string `json:"name_template"`
	}
	Sboms         []map[string]any
	Signs         []map[string]any
	Notarize      struct{ Macos []struct{ Enabled string } }
	HomebrewCasks []struct {
		Skip string `json:"skip_upload"`
	} `json:"homebrew_casks"`
	Scoops []struct {
		Skip string `json:"skip_upload"`
	}
	Winget []struct {
		Skip string `json:"skip_upload"`
	}
}

// TestGoreleaserBuildsTheSame holds the configuration of the published release
// against what this tool builds.
func TestGoreleaserBuildsTheSame(t *testing.T) {
	text, err := os.ReadFile("../../.goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var p plan
	if _, err := yaml.Unmarshal(text, &p, yaml.DecodeOpts{}); err != nil {
		t.Fatal(err)
	}
	if p.Version != 2 || len(p.Builds) != 1 || len(p.Archives) != 1 {
		t.Fatalf("%+v", p)
	}
	b := p.Builds[0]
	var want, got []string
	for _, t := range targets() {
		want = append(want, t.String())
		if t.arm != "" && !slices.Equal(b.Goarm, []string{t.arm}) {
			got = append(got, "another arm")
		}
	}
	for _, goos := range b.Goos {
		for _, arch := range b.Goarch {
			if !slices.ContainsFunc(b.Ignore, func(i struct{ Goos, Goarch string }) bool { return i.Goos == goos && i.Goarch == arch }) {
				got = append(got, goos+"/"+arch)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("it builds %q, and this tool %q", got, want)
	}
	if b.Main != "./cmd/wizard" || b.Binary != "wizard" || !slices.Equal(b.Env, []string{"CGO_ENABLED=0"}) || !slices.Equal(b.Flags, []string{"-trimpath", "-buildvcs=false"}) || !slices.Equal(b.Tags, []string{"shipped"}) || !slices.Equal(b.Gcflags, []string{smaller}) || b.ModTimestamp == "" {
		t.Errorf("%+v", b)
	}
	flags := strings.NewReplacer("{{ .Version }}", "1.2.3", "{{ .FullCommit }}", "abc", "{{ .CommitDate }}", "0001-01-01T00:00:00Z", `{{ with envOrDefault "OWNER" "" }}{{ . }}/{{ envOrDefault "REPOSITORY" "wizard" }}{{ end }}`, "robin/tunnels").Replace(strings.Join(b.Ldflags, " "))
	if own := (release{version: "1.2.3", commit: "abc", repository: "robin/tunnels"}).flags(); flags != own {
		t.Errorf("it links with %q, and this tool with %q", flags, own)
	}
	a := p.Archives[0]
	if a.NameTemplate != "{{ .ProjectName }}_{{ .Version }}_{{ .Os }}_{{ .Arch }}{{ with .Arm }}v{{ . }}{{ end }}" || p.ProjectName != "plex-tunnel-wizard" || p.Checksum.NameTemplate != "checksums.txt" {
		t.Errorf("%+v", a)
	}
	var files []string
	for _, f := range a.Files {
		files = append(files, f.Src)
	}
	if !slices.Equal(files, pages()) {
		t.Errorf("it packs %q, and this tool %q", files, pages())
	}
	if !slices.ContainsFunc(p.Before.Hooks, func(h string) bool { return strings.HasPrefix(h, "go run "+winres+" make ") }) {
		t.Errorf("what Windows shows of the file is written by another program than %s: %q", winres, p.Before.Hooks)
	}
	if !slices.Equal(a.Formats, []string{"tar.gz"}) || len(a.FormatOverrides) != 1 || a.FormatOverrides[0].Goos != "windows" || a.FormatOverrides[0].Formats[0] != "zip" {
		t.Errorf("%+v", a)
	}
	if len(p.Nfpms) != 1 || !slices.Equal(p.Nfpms[0].Formats, []string{"deb", "rpm"}) || len(p.Sboms) != 1 || len(p.HomebrewCasks) != 1 || len(p.Scoops) != 1 || len(p.Winget) != 1 {
		t.Error("a kind of package is missing")
	}
	tasks, err := os.ReadFile("../../Taskfile.yml")
	if err != nil || len(p.Signs) != 1 || !strings.Contains(string(tasks), "{{if not .SIGN}}--skip=sign{{end}}") {
		t.Errorf("signing is not off without a key: %v", err)
	}
	// Without keys and without an owner nothing is signed or sent anywhere.
	for name, when := range map[string]string{
		"notarising": p.Notarize.Macos[0].Enabled, "the cask": p.HomebrewCasks[0].Skip, "scoop": p.Scoops[0].Skip, "winget": p.Winget[0].Skip,
	} {
		if !strings.Contains(when, "isEnvSet") {
			t.Errorf("%s does not depend on a key: %q", name, when)
		}
	}
}
