package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.test/wizard/sim"
)

// report is what `wizard check -json` prints, as a machine reads it.
type report struct {
	Done  bool
	Steps []struct {
		ID, Title, Status, Problem string
		Number                     int
		Checks                     []struct{ Name, Status string }
	}
}

// check runs `wizard check` and answers its exit code.
func check(t *testing.T, token string, args ...string) (out string, code int) {
	t.Helper()
	c := command(t, append([]string{"check"}, args...)...)
	c.Env = append(c.Env, "CLOUDFLARE_API_TOKEN="+token)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	t.Logf("wizard check %v: exit %d\n%s", args, code, stderr.String())
	if token != "" && strings.Contains(stdout.String()+stderr.String(), token) {
		t.Error("the token was printed")
	}
	return stdout.String(), code
}

// checkAllDone is the look from a terminal when everything is done: exit 0. On a
// busy computer a service may not answer one look in time, so it may look again.
func checkAllDone(t *testing.T, o *outside, data string) {
	t.Helper()
	var out string
	var code int
	var r report
	for deadline := time.Now().Add(patience); ; {
		out, code = check(t, token, "-json", "-data", data, "-world", o.file)
		r = report{}
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if r.Done || time.Now().After(deadline) {
			break
		}
	}
	var ids []string
	for _, s := range r.Steps {
		ids = append(ids, s.ID)
		if s.Status != "done" || len(s.Checks) == 0 {
			t.Errorf("step %s is %q with %d checks", s.ID, s.Status, len(s.Checks))
		}
	}
	if d := cmp.Diff(nine(), ids); d != "" {
		t.Error(d)
	}
	if code != 0 || !r.Done {
		t.Errorf("exit %d, done %t; want 0 and true\n%s", code, r.Done, out)
	}
}

// TestCheckHalfDone looks at a world where nothing has been done yet: exit 1,
// with the state of each step and each check.
func TestCheckHalfDone(t *testing.T) {
	t.Parallel()
	o := newOutside(t, t.TempDir())
	out, code := check(t, token, "-json", "-data", t.TempDir(), "-world", o.file)
	var r report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if code != 1 || r.Done || len(r.Steps) != 9 {
		t.Errorf("exit %d, done %t, %d steps\n%s", code, r.Done, len(r.Steps), out)
	}
	for i, s := range r.Steps {
		if s.ID != nine()[i] || s.Number != i+1 || s.Title == "" {
			t.Errorf("step %d is %+v", i+1, s)
		}
		want := "todo"
		if i == 0 {
			want = "done"
		}
		if s.Status != want {
			t.Errorf("step %s is %q, want %q", s.ID, s.Status, want)
		}
		for _, c := range s.Checks {
			if c.Name == "" || !strings.Contains("pass warn wait fail skip", c.Status) {
				t.Errorf("step %s has the check %+v", s.ID, c)
			}
		}
	}
	if text, code := check(t, token, "-data", t.TempDir(), "-world", o.file); code != 1 || !strings.Contains(text, "2. ") {
		t.Errorf("for people: exit %d\n%s", code, text)
	}
}

// TestCheckBlind looks where nothing can be seen: exit 2.
func TestCheckBlind(t *testing.T) {
	t.Parallel()
	o := newOutside(t, t.TempDir())
	f := o.File()
	f.CloudflareAPI = "http://127.0.0.1:1/client/v4" // where nobody listens, and nobody is given a port
	offline := filepath.Join(t.TempDir(), "offline.json")
	if err := sim.WriteFile(offline, f); err != nil {
		t.Fatal(err)
	}
	if _, code := check(t, token, "-json", "-data", t.TempDir(), "-world", offline); code != 2 {
		t.Errorf("Cloudflare cannot be reached: exit %d, want 2", code)
	}
	if _, code := check(t, token, "-no-such-flag"); code != 2 {
		t.Errorf("a wrong flag: exit %d, want 2", code)
	}
	if _, code := check(t, token, "-world", filepath.Join(t.TempDir(), "absent.json"), "-data", t.TempDir()); code != 2 {
		t.Errorf("no world: exit %d, want 2", code)
	}
}
