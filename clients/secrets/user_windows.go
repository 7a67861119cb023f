package secrets

import "golang.org/x/sys/windows"

// otherUser reports whether this process runs as the system, as a service does:
// the vault within reach is then not that of the person at the screen.
func otherUser() bool {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	return err != nil || user.User.Sid.IsWellKnown(windows.WinLocalSystemSid)
}
