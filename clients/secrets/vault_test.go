package secrets_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gokeyring "github.com/zalando/go-keyring"
	"go.uber.org/goleak"

	"example.test/wizard/clients/secrets"
	"example.test/wizard/steps"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const canary = "canary-cfut-7d1b4e0c9a"

// keys is a keyring in memory. hang makes calls wait until it is closed; lost
// makes it forget what it is given.
type keys struct {
	mu    sync.Mutex
	held  map[string]string
	calls []string
	lost  bool
	fail  error
	hang  chan struct{}
	after int // calls that still answer before it hangs
}

func newKeys() *keys { return &keys{held: map[string]string{}} }

func (k *keys) enter(call string) error {
	k.mu.Lock()
	k.calls = append(k.calls, call)
	hang := k.hang
	if k.after > 0 {
		k.after--
		hang = nil
	}
	k.mu.Unlock()
	if hang != nil {
		<-hang
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.fail
}

func (k *keys) Set(service, user, secret string) error {
	if err := k.enter("set"); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.lost {
		k.held[service+"/"+user] = secret
	}
	return nil
}

func (k *keys) Get(service, user string) (string, error) {
	if err := k.enter("get"); err != nil {
		return "", err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	v, ok := k.held[service+"/"+user]
	if !ok {
		return "", gokeyring.ErrNotFound
	}
	return v, nil
}

func (k *keys) Delete(service, user string) error {
	if err := k.enter("delete"); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.held[service+"/"+user]; !ok {
		return gokeyring.ErrNotFound
	}
	delete(k.held, service+"/"+user)
	return nil
}

func (k *keys) values() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []string
	for _, v := range k.held {
		out = append(out, v)
	}
	return out
}

func (k *keys) change(f func(*keys)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f(k)
}

// absent is a computer without a keyring.
func absent() *keys { return &keys{fail: errors.New(`exec: "dbus-launch": not found`)} }

type box struct {
	t   *testing.T
	dir string
	k   *keys
	now time.Time
}

func newBox(t *testing.T, k *keys) *box {
	return &box{t: t, dir: filepath.Join(t.TempDir(), "data"), k: k, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
}

// start is the wizard's start: a new vault that loads what was stored.
func (b *box) start() *secrets.Vault {
	b.t.Helper()
	v := secrets.New(secrets.Config{Dir: b.dir, Instance: "i1", Keyring: b.k, Limit: 50 * time.Millisecond, Now: func() time.Time { return b.now }})
	must(b.t, v.Load(b.t.Context()))
	return v
}

func (b *box) files() []string {
	b.t.Helper()
	found, err := filepath.Glob(filepath.Join(b.dir, "*"))
	must(b.t, err)
	return found
}

// empty makes sure that nothing is stored anywhere.
func (b *box) empty() {
	b.t.Helper()
	if held, files := b.k.values(), b.files(); len(held) > 0 || len(files) > 0 {
		b.t.Errorf("the keyring holds %d secrets, and there are the files %q", len(held), files)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func has(t *testing.T, v *secrets.Vault, token, where string) {
	t.Helper()
	if got := v.Token().Reveal(); got != token {
		t.Errorf("token is %q, want %q", got, token)
	}
	if got := v.Where(); !strings.Contains(got, where) {
		t.Errorf("where is %q, want it to contain %q", got, where)
	}
}

func TestMemoryIsTheRule(t *testing.T) {
	b := newBox(t, newKeys())
	v := b.start()
	has(t, v, "", "Paste it")
	must(t, v.Set(t.Context(), steps.NewSecret(canary)))
	has(t, v, canary, "Kept in memory")
	has(t, b.start(), "", "Paste it")
	if len(b.files()) > 0 || len(b.k.values()) > 0 {
		t.Errorf("stored without being asked: %q, %q", b.files(), b.k.values())
	}
	must(t, v.Forget(t.Context()))
	has(t, v, "", "Paste it")
}

func TestRememberInTheKeyring(t *testing.T) {
	b := newBox(t, newKeys())
	v := b.start()
	must(t, v.Set(t.Context(), steps.NewSecret(canary)))
	must(t, v.Remember(t.Context()))
	has(t, v, canary, "until you finish")
	note := []string{filepath.Join(b.dir, "token.keyring")}
	if got := b.k.values(); !slices.Equal(got, []string{canary}) || !slices.Equal(b.files(), note) {
		t.Errorf("keyring holds %q, files are %q; want the token, and a note of it", got, b.files())
	}
	if text, err := os.ReadFile(note[0]); err != nil || bytes.Contains(text, []byte(canary)) {
		t.Errorf("the note says %q, %v", text, err)
	}
	again := b.start()
	has(t, again, canary, "until you finish")
	must(t, again.Forget(t.Context()))
	has(t, again, "", "Paste it")
	has(t, b.start(), "", "Paste it")
	b.empty()
}

func TestRememberInAFile(t *testing.T) {
	lost := newKeys()
	lost.lost = true
	for name, k := range map[string]*keys{"no keyring": absent(), "a keyring that forgets": lost} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, k)
			v := b.start()
			must(t, v.Set(t.Context(), steps.NewSecret(canary)))
			must(t, v.Remember(t.Context()))
			has(t, v, canary, "encrypted file, to be wiped after "+steps.When(time.Date(2026, time.November, 24, 12, 0, 0, 0, time.Local)))
			files := b.files()
			if len(files) != 2 {
				t.Errorf("files are %q, want the token and its key", files)
			}
			for _, f := range files {
				data, err := os.ReadFile(f)
				if err != nil || bytes.Contains(data, []byte(canary)) {
					t.Errorf("%s holds the token in plain: %v", f, err)
				}
				if info, err := os.Stat(f); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
					t.Errorf("%s has mode %v, %v", f, info.Mode(), err)
				}
			}
			b.now = b.now.Add(47 * time.Hour)
			has(t, b.start(), canary, "encrypted file")
			must(t, v.Forget(t.Context()))
			has(t, b.start(), "", "Paste it")
			if f := b.files(); len(f) > 0 {
				t.Errorf("files are left: %q", f)
			}
		})
	}
}

func TestFileIsWipedAfterItsTime(t *testing.T) {
	b := newBox(t, absent())
	v := b.start()
	must(t, v.Set(t.Context(), steps.NewSecret(canary)))
	must(t, v.Remember(t.Context()))
	b.now = b.now.Add(secrets.Lifetime)
	// This run goes on with what is in memory; nothing is left for the next.
	has(t, v, canary, "Kept in memory")
	if f := b.files(); len(f) > 0 {
		t.Errorf("files are left: %q", f)
	}

	must(t, v.Remember(t.Context()))
	b.now = b.now.Add(secrets.Lifetime)
	has(t, b.start(), "", "Paste it")
	if f := b.files(); len(f) > 0 {
		t.Errorf("files are left after a start: %q", f)
	}
}

func TestDamagedFileIsWiped(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, dir string){
		"key gone": func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, "token.key"))) },
		"key short": func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "token.key"), []byte("x"), 0o600))
		},
		"token cut": func(t *testing.T, dir string) { must(t, os.Truncate(filepath.Join(dir, "token.sealed"), 40)) },
		"time moved": func(t *testing.T, dir string) {
			path := filepath.Join(dir, "token.sealed")
			data, err := os.ReadFile(path)
			must(t, err)
			must(t, os.WriteFile(path, bytes.Replace(data, []byte("2026"), []byte("2027"), 1), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, absent())
			v := b.start()
			must(t, v.Set(t.Context(), steps.NewSecret(canary)))
			must(t, v.Remember(t.Context()))
			damage(t, b.dir)
			has(t, b.start(), "", "Paste it")
			if f := b.files(); len(f) > 0 {
				t.Errorf("files are left: %q", f)
			}
		})
	}
}

// The file of one installation is not another's.
func TestFileIsBoundToItsInstallation(t *testing.T) {
	b := newBox(t, absent())
	v := b.start()
	must(t, v.Set(t.Context(), steps.NewSecret(canary)))
	must(t, v.Remember(t.Context()))
	other := secrets.New(secrets.Config{Dir: b.dir, Instance: "i2", Keyring: b.k, Now: func() time.Time { return b.now }})
	must(t, other.Load(t.Context()))
	has(t, other, "", "Paste it")
}

func TestNewTokenReplacesTheStoredOne(t *testing.T) {
	for name, k := range map[string]*keys{"keyring": newKeys(), "file": absent()} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, k)
			v := b.start()
			must(t, v.Set(t.Context(), steps.NewSecret(canary)))
			must(t, v.Remember(t.Context()))
			must(t, v.Set(t.Context(), steps.NewSecret(canary))) // the same again: nothing to do
			has(t, b.start(), canary, "Saved in")
			must(t, v.Set(t.Context(), steps.NewSecret("other-token")))
			has(t, v, "other-token", "Kept in memory")
			has(t, b.start(), "", "Paste it")
		})
	}
}

// A token from the environment is given after Load, and wins.
func TestTokenFromTheEnvironmentWins(t *testing.T) {
	b := newBox(t, newKeys())
	v := b.start()
	must(t, v.Set(t.Context(), steps.NewSecret(canary)))
	must(t, v.Remember(t.Context()))

	next := secrets.New(secrets.Config{Dir: b.dir, Instance: "i1", Keyring: b.k, Now: func() time.Time { return b.now }})
	must(t, next.Load(t.Context()))
	must(t, next.Set(t.Context(), steps.NewSecret("from-env")))
	has(t, next, "from-env", "Kept in memory")
	if got := b.k.values(); len(got) > 0 {
		t.Errorf("the keyring still holds %q", got)
	}
}

func TestLockedKeyringIsNotWaitedFor(t *testing.T) {
	for name, after := range map[string]int{"at the trial": 0, "at the write": 3} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, newKeys())
			v := b.start()
			must(t, v.Set(t.Context(), steps.NewSecret(canary)))
			unlock := make(chan struct{})
			b.k.change(func(k *keys) { k.hang, k.after = unlock, after })
			must(t, v.Remember(t.Context()))
			has(t, v, canary, "encrypted file")

			// Unlocked late, the keyring must not keep what the person was told is
			// in a file.
			b.k.change(func(k *keys) { k.hang = nil })
			close(unlock)
			settled, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			every := time.NewTicker(time.Millisecond)
			defer every.Stop()
			for done := false; !done; {
				b.k.change(func(k *keys) { done = len(k.calls) > 0 && k.calls[len(k.calls)-1] == "delete" && len(k.held) == 0 })
				select {
				case <-every.C:
				case <-settled.Done():
					t.Fatalf("the keyring holds %q after %q", b.k.values(), b.k.calls)
				}
			}
		})
	}
}

func TestRememberNothing(t *testing.T) {
	if err := newBox(t, newKeys()).start().Remember(t.Context()); !errors.Is(err, steps.ErrNoToken) {
		t.Errorf("Remember = %v, want %v", err, steps.ErrNoToken)
	}
}

func TestForgetSaysWhenTheKeyringRefuses(t *testing.T) {
	b := newBox(t, newKeys())
	v := b.start()
	must(t, v.Set(t.Context(), steps.NewSecret(canary)))
	must(t, v.Remember(t.Context()))
	b.k.change(func(k *keys) { k.fail = errors.New("locked") })
	if err := v.Forget(t.Context()); err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("Forget = %v, want the keyring's refusal", err)
	}
	if !v.Token().IsZero() {
		t.Error("the token is still in memory")
	}
}

func TestVaultDoesNotPrintItsToken(t *testing.T) {
	b := newBox(t, newKeys())
	v := b.start()
	must(t, v.Set(t.Context(), steps.NewSecret(canary)))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if s := fmt.Sprintf(verb, v); strings.Contains(s, canary) {
			t.Errorf("%s prints the token", verb)
		}
	}
}

func TestTakeEnv(t *testing.T) {
	t.Setenv("WIZARD_TEST_TOKEN", " "+canary+"\n")
	got, err := secrets.TakeEnv("WIZARD_TEST_TOKEN")
	if err != nil || got.Reveal() != canary {
		t.Errorf("TakeEnv = %q, %v", got.Reveal(), err)
	}
	if v, ok := os.LookupEnv("WIZARD_TEST_TOKEN"); ok {
		t.Errorf("the variable is still set, to %q", v)
	}
	if again, err := secrets.TakeEnv("WIZARD_TEST_TOKEN"); err != nil || !again.IsZero() {
		t.Errorf("the second time: %q, %v", again.Reveal(), err)
	}
}

// TestLend: a run that only looks changes nothing of what is stored, but for what
// is past its time.
func TestLend(t *testing.T) {
	b := newBox(t, absent())
	v := b.start()
	must(t, v.Set(t.Context(), steps.NewSecret(canary)))
	must(t, v.Remember(t.Context()))
	look := func() {
		t.Helper()
		v := secrets.New(secrets.Config{Dir: b.dir, Instance: "i1", Keyring: b.k, Now: func() time.Time { return b.now }})
		must(t, v.Lend(steps.NewSecret("from-env")))
		has(t, v, "from-env", "Kept in memory")
	}
	look()
	has(t, b.start(), canary, "encrypted file")
	b.now = b.now.Add(secrets.Lifetime)
	look()
	b.empty()
}

// TestPlantedLinks: a link in the place of a file of ours is removed, and what it
// leads to is left as it is, whatever is done with the token.
func TestPlantedLinks(t *testing.T) {
	for name, do := range map[string]func(t *testing.T, b *box){
		"a start":      func(_ *testing.T, b *box) { b.start() },
		"forgetting":   func(t *testing.T, b *box) { must(t, b.start().Forget(t.Context())) },
		"a later time": func(_ *testing.T, b *box) { b.now = b.now.Add(2 * secrets.Lifetime); b.start() },
		"remembering": func(t *testing.T, b *box) {
			v := secrets.New(secrets.Config{Dir: b.dir, Instance: "i1", Keyring: b.k, Now: func() time.Time { return b.now }})
			must(t, v.Set(t.Context(), steps.NewSecret(canary)))
			must(t, v.Remember(t.Context()))
			must(t, v.Forget(t.Context()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, absent())
			theirs := filepath.Join(t.TempDir(), "theirs")
			must(t, os.MkdirAll(b.dir, 0o700))
			must(t, os.WriteFile(theirs, []byte("their own words"), 0o600))
			for _, name := range []string{"token.sealed", "token.key"} {
				if err := os.Symlink(theirs, filepath.Join(b.dir, name)); err != nil {
					t.Skip("no links here: ", err)
				}
			}
			do(t, b)
			if text, err := os.ReadFile(theirs); err != nil || string(text) != "their own words" {
				t.Errorf("it holds %q, %v", text, err)
			}
			b.empty()
		})
	}
}
