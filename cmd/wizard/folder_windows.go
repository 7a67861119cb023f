package main

import (
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// private is [folderRights] for the user of this process.
func private() (*windows.SECURITY_DESCRIPTOR, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	return windows.SecurityDescriptorFromString(folderRights(user.User.Sid.String()))
}

// makePrivate makes a folder that has its rights from the first moment.
func makePrivate(dir string) error {
	sd, err := private()
	if err != nil {
		return err
	}
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return err
	}
	with := windows.SecurityAttributes{SecurityDescriptor: sd}
	with.Length = uint32(unsafe.Sizeof(with))
	if err := windows.CreateDirectory(path, &with); err != nil {
		return &os.PathError{Op: "mkdir", Path: dir, Err: err}
	}
	return nil
}

func restrict(dir string) error {
	sd, err := private()
	if err != nil {
		return err
	}
	dacl, _, err := sd.DACL()
	if err != nil {
		return err
	}
	return windows.SetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, dacl, nil)
}

// enterable reports whether others than this user, the system and its
// administrators may use a folder.
func enterable(dir string) (bool, error) {
	sd, err := windows.GetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return false, &os.PathError{Op: "rights of", Path: dir, Err: err}
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return false, err
	}
	who, all := allowed(sd.String())
	for _, name := range who {
		sid, err := windows.StringToSid(name)
		if err != nil || !sid.Equals(user.User.Sid) && !trusted(sid) {
			return true, nil
		}
	}
	return all, nil
}

// trusted are those from whom nothing can be kept, and the owner under two names.
func trusted(sid *windows.SID) bool {
	for _, kind := range []windows.WELL_KNOWN_SID_TYPE{
		windows.WinLocalSystemSid, windows.WinBuiltinAdministratorsSid, windows.WinCreatorOwnerSid, windows.WinCreatorOwnerRightsSid,
	} {
		if sid.IsWellKnown(kind) {
			return true
		}
	}
	return false
}
