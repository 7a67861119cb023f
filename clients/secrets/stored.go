package secrets

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"example.test/wizard/steps"
)

// remove wipes what is stored. Both places are always cleared: an earlier run
// may have used the other one. A place is given up as empty only when it has
// said so, so that asking a second time finds what the first time left behind.
func (v *Vault) remove(ctx context.Context) error {
	v.mu.Lock()
	v.kept = inMemory // what is stored is not the token in memory
	ringed := v.ringed
	v.mu.Unlock()
	errFile := v.wipe()
	errRing := v.ring.remove(ctx)
	switch {
	case errRing == nil:
		v.emptied()
	case ringed:
		errRing = fmt.Errorf("secrets: %w", v.locked(errRing))
	default:
		errRing = nil // no keyring, or nothing was ever put into it
	}
	return errors.Join(errFile, errRing)
}

// wipe removes the file. One that stays is due at once, so that each question
// tries again.
func (v *Vault) wipe() error {
	err := v.file.wipe()
	v.mu.Lock()
	defer v.mu.Unlock()
	if err != nil {
		v.ends = v.now()
		return fmt.Errorf("secrets: %w", v.stays(err))
	}
	v.ends = time.Time{}
	if v.kept == inFile {
		v.kept = inMemory
	}
	return nil
}

// emptied notes that the keyring holds nothing of ours.
func (v *Vault) emptied() {
	v.note.drop()
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ringed = false
}

// locked words a keyring that may hold a token and does not let go of it.
func (v *Vault) locked(err error) error {
	return &steps.Problem{
		Title: "The token may still be in " + v.ring.name, Err: err,
		Text: "The wizard has forgotten the token, but it was saved in this computer’s keyring (" + v.ring.name + "), which does not let it be removed now. It may be locked.",
		Fix:  "Unlock it on the screen of this computer, and press the button again. Or delete the token in Cloudflare: then it is of no use to anybody.",
		Link: tokens(),
	}
}

// stays words a file that cannot be removed.
func (v *Vault) stays(err error) error {
	return &steps.Problem{
		Title: "The file with the token is still there", Err: err,
		Text: "The token was saved in an encrypted file in the folder " + filepath.Dir(v.file.path) + ", which cannot be removed.",
		Fix:  "Remove the files “" + filepath.Base(v.file.path) + "” and “" + filepath.Base(v.file.keyPath) + "” there, and press the button again. Or delete the token in Cloudflare: then it is of no use to anybody.",
		Link: tokens(),
	}
}

func tokens() steps.Link {
	return steps.Link{Text: "Open your tokens in Cloudflare", URL: "https://dash.cloudflare.com/profile/api-tokens"}
}

// Where says where the token is, for the page that shows it.
func (v *Vault) Where() string {
	v.expire()
	v.mu.Lock()
	defer v.mu.Unlock()
	var say string
	switch {
	case v.kept == inKeyring:
		say = "Saved in " + v.ring.name + " until you finish."
	case v.kept == inFile:
		// While no wizard runs nothing is wiped, so that is not promised.
		say = "Saved in an encrypted file, to be wiped after " + steps.When(v.ends) +
			", at the next start if the wizard does not run then. That protects copies of the folder, not this computer’s administrator."
	case v.token.IsZero():
		say = "Not here. Paste it in step 1."
	default:
		say = "Kept in memory. If the wizard restarts, paste it again."
	}
	if v.ringed && v.kept != inKeyring {
		say += " One that was saved before may still be in " + v.ring.name + ", which does not answer."
	}
	if !v.ends.IsZero() && v.kept != inFile {
		say += " The encrypted file of one that was saved before cannot be removed."
	}
	return say
}

// expire wipes the file when its time has come. The wizard asks for the token
// and for its place often enough that no timer is needed.
func (v *Vault) expire() {
	v.mu.Lock()
	due := !v.ends.IsZero() && !v.now().Before(v.ends)
	v.mu.Unlock()
	if !due || !v.store.TryLock() {
		return // or a change is under way, which decides
	}
	defer v.store.Unlock()
	_ = v.wipe() // what stays is said by Where, and the next question tries again
}
