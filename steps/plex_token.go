package steps

import (
	"errors"
	"fmt"
	"strings"
)

// tokenCheck says where Plex's key was found or, when it was not, why not and
// what helps.
func (seen plexSeen) tokenCheck() Check {
	t := seen.token
	c := Check{Name: "plex-token", Title: "The wizard may change Plex’s settings", Status: Pass, Detail: "With the key found in " + t.From}
	switch {
	case t.From == "what you pasted":
		c.Detail = "With the key that you pasted"
	case t.From == "plex.tv sign-in":
		c.Detail = "With your sign-in at plex.tv, which ends when you close the wizard"
	}
	if t.Have && !seen.strangeToTV() {
		return c
	}
	c.Status = Skip
	if t.Have {
		return seen.tvCheck(c)
	}
	switch t.Reason {
	case "permission-denied":
		c.Word, c.Detail = "May not be read", "Plex’s key lies in a file that this user may not read: "+t.Path
		c.Fix = Fix{
			Title: "Sign in below, or read the key as administrator",
			Text:  "This command shows the key in your terminal. Copy it from there into the field “Key of Plex” below. Nothing is changed.",
		}
		c.Fix.Command = readKey(t)
		if t.From == "registry" {
			c.Detail = "Plex’s key lies in the registry of Windows, where this user may not read it."
			c.Fix.Text = inShell("PowerShell", c.Fix.Text)
		}
	case "not-signed-in":
		c.Word, c.Detail = "Signed out", "Plex on this computer is not signed in: its settings hold no key."
		c.Fix = Fix{Title: "Sign in to Plex on this computer", Text: "In Plex under Settings, General. Then look again.", Link: Link{"Open Plex on this computer", localWeb(seen.server)}}
	case "parse-error":
		c.Word, c.Detail = "Damaged", "The file with Plex’s key cannot be understood: "+nameOr(t.Path, t.From)
		c.Fix = Fix{Title: "Sign in below", Text: "Plex writes the file anew when it stops. A disk that is full is the usual reason."}
	case "refused":
		c.Word, c.Detail = "Not accepted", "There is a key in "+t.From+", and Plex does not take it."
		c.Fix = Fix{Title: "Sign in below", Text: "The key is probably an old one."}
		if t.From == "plex.tv sign-in" {
			c.Word, c.Detail = "Not the owner", "You signed in at plex.tv with an account that does not own this server."
			if seen.resource.Found && !seen.resource.Owned {
				c.Detail = fmt.Sprintf("You signed in at plex.tv, and this server belongs to %s.", nameOr(seen.resource.Owner, "somebody else"))
			}
			c.Fix = Fix{Title: "Sign in with the account that owns the server", Text: "Only its owner may change the settings."}
		}
	default:
		c.Word, c.Detail = "Not found", "No key of Plex was found on this computer."
	}
	return c
}

// strangeToTV reports whether there is nobody to ask plex.tv as: it refuses the key
// that Plex takes, or knows no server of that account. Without its word nobody can
// tell what apps are told. A server that is signed out itself is another matter.
func (seen plexSeen) strangeToTV() bool {
	if !seen.details.SignedIn {
		return false
	}
	if e, ok := errors.AsType[*ServiceError](seen.tvErr); ok {
		return e.Status == 401
	}
	return seen.token.Local && seen.tvErr == nil && !seen.resource.Owned
}

// tvCheck says why plex.tv cannot be asked with a key that Plex itself takes.
func (seen plexSeen) tvCheck(c Check) Check {
	from := seen.token.From
	switch {
	case seen.tvErr == nil:
		c.Word, c.Detail = "Not the owner", "You signed in at plex.tv with an account that does not own this server."
		if seen.resource.Found {
			c.Detail = fmt.Sprintf("You signed in at plex.tv, and this server belongs to %s.", nameOr(seen.resource.Owner, "somebody else"))
		}
		c.Fix = Fix{Title: "Sign in with the account that owns the server", Text: "Only to its owner does plex.tv say what it tells your apps."}
	case seen.token.Local:
		c.Word, c.Detail = "On this computer only", "The key found in "+from+" is good on this computer only. plex.tv does not take it, so the wizard cannot see what it tells your apps."
		if from == "what you pasted" {
			c.Detail = "The key that you pasted is good on this computer only. plex.tv does not take it, so the wizard cannot see what it tells your apps."
		}
		c.Fix = Fix{Title: "Sign in below", Text: "Then plex.tv answers too."}
	default:
		c.Word, c.Detail = "Refused by plex.tv", "Plex takes the key that the wizard has, and plex.tv does not. It is probably an old one."
		c.Fix = Fix{Title: "Sign in below", Text: "Then plex.tv answers too."}
	}
	return c
}

// readKey is the line that shows Plex's key to an administrator. The shell's
// history and the log of sudo hold the line, which has no secret in it.
func readKey(t PlexToken) string {
	switch {
	case t.From == "registry":
		return `(Get-ItemProperty "HKCU:\Software\Plex, Inc.\Plex Media Server").PlexOnlineToken`
	case strings.HasSuffix(t.From, ".plist"):
		return "defaults read com.plexapp.plexmediaserver PlexOnlineToken"
	case strings.HasSuffix(t.Path, ".LocalAdminToken"):
		return "sudo cat " + quoted(t.Path)
	case strings.HasPrefix(t.Path, "/"):
		return `sudo sed -n 's/.*PlexOnlineToken="\([^"]*\)".*/\1/p' ` + quoted(t.Path)
	}
	return ""
}

// inShell puts before a text in which program its command is to be run, when not
// every terminal takes it.
func inShell(shell, text string) string {
	if shell == "" {
		return text
	}
	return "Run it in " + shell + ", because the Command Prompt does not understand it. " + text
}

// quoted makes a path one word of a POSIX shell.
func quoted(path string) string { return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'" }

// localWeb is Plex's own page, which lets a person sign in only from the
// computer that it runs on.
func localWeb(p PlexFound) string {
	if p.Origin == "" || strings.Contains(p.Origin, "127.0.0.1") {
		return "http://127.0.0.1:32400/web/index.html"
	}
	return p.Origin + "/web/index.html"
}

func (seen plexSeen) ownerCheck() Check {
	c := Check{Name: "plex-account", Title: "Plex is signed in at plex.tv", Status: Pass, Detail: nameOr(seen.details.Username, "Signed in")}
	if !seen.details.SignedIn && !seen.resource.Online {
		c.Status, c.Detail = Fail, "The server belongs to an account and is signed out, so plex.tv tells no app about it."
		c.Fix = Fix{Title: "Sign in to Plex on this computer", Text: "In Plex under Settings, General.", Link: Link{"Open Plex on this computer", "http://127.0.0.1:32400/web/index.html"}}
	}
	return c
}

func (seen plexSeen) passCheck() Check {
	c := Check{Name: "plex-pass", Title: "Remote playback is allowed", Status: Pass, Detail: "This server’s owner has Plex Pass."}
	if !seen.details.Pass {
		c.Status, c.Word = Warn, "Needs a pass"
		c.Detail = "Since April 2025 Plex asks for Plex Pass, or for a Remote Watch Pass of each viewer, to play video from outside. Browsing works without."
		c.Fix = Fix{Text: "The tunnel counts as outside, whatever the way.", Link: Link{"Read about it at Plex", "https://support.plex.tv/articles/requirements-for-remote-playback-of-personal-media/"}}
	}
	return c
}
