package secrets

import "golang.org/x/sys/windows"

// protect gives the file a list of rights of its own, because mode bits do not
// keep readers out on Windows: its owner and the system, nothing inherited.
func protect(path string) error {
	sd, err := windows.SecurityDescriptorFromString("D:P(A;;FA;;;OW)(A;;FA;;;SY)")
	if err != nil {
		return err
	}
	dacl, _, err := sd.DACL()
	if err != nil {
		return err
	}
	return windows.SetNamedSecurityInfo(path, windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, dacl, nil)
}

// otherUser reports whether this process runs as the system, as a service does:
// the vault within reach is then not that of the person at the screen.
func otherUser() bool {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	return err != nil || user.User.Sid.IsWellKnown(windows.WinLocalSystemSid)
}
