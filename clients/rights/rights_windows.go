package rights

import (
	"os"
	"path/filepath"
	"slices"
	"unsafe"

	"golang.org/x/sys/windows"
)

// File keeps a file to its owner, the system and its administrators. Call it
// before anything is written.
func File(path string) error {
	sd, err := windows.SecurityDescriptorFromString(ofFile())
	if err != nil {
		return err
	}
	return set(path, sd)
}

// NewFolder makes a folder that has its rights from the first moment. The error
// is [io/fs.ErrExist] when there is one.
func NewFolder(dir string) error {
	sd, err := mine()
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

// Folder keeps a folder, and what will be put inside, to this user.
func Folder(dir string) error {
	sd, err := mine()
	if err != nil {
		return err
	}
	return set(dir, sd)
}

// Enterable reports whether others may use a folder, besides its owner and those
// from whom nothing can be kept.
func Enterable(dir string) (bool, error) {
	who, _, err := others(dir)
	return who, err
}

// Writable reports whether others may change what is in a folder.
func Writable(dir string) (bool, error) {
	_, writers, err := others(dir)
	return writers, err
}

// plain opens a file, and no link in its place.
func plain(path string, flag int) (*os.File, error) {
	if info, err := os.Lstat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, &os.PathError{Op: "open", Path: path, Err: errNotPlain}
	}
	return os.OpenFile(path, flag, 0)
}

// alone would report whether a file has a second name. Making one needs the right
// to change the file here, so it leads to nothing that its maker could not reach.
func alone(os.FileInfo) bool { return true }

// others reports whether anybody else may use a folder, and may change it.
func others(dir string) (enter, write bool, err error) {
	sd, err := windows.GetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return false, false, &os.PathError{Op: "rights of", Path: dir, Err: err}
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return false, false, err
	}
	strange := func(name string) bool {
		sid, err := windows.StringToSid(name)
		return err != nil || !sid.Equals(user.User.Sid) && !expected(sid)
	}
	who, writers, all := allowed(sd.String())
	return all || slices.ContainsFunc(who, strange), all || slices.ContainsFunc(writers, strange), nil
}

// mine is [ofFolder] for the user of this process.
func mine() (*windows.SECURITY_DESCRIPTOR, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	return windows.SecurityDescriptorFromString(ofFolder(user.User.Sid.String()))
}

// set gives a file or a folder the list of a descriptor in place of its own.
func set(path string, sd *windows.SECURITY_DESCRIPTOR) error {
	dacl, _, err := sd.DACL()
	if err != nil {
		return err
	}
	return windows.SetNamedSecurityInfo(path, windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, dacl, nil)
}

// expected are those from whom nothing can be kept, and the owner under two names.
func expected(sid *windows.SID) bool {
	for _, kind := range []windows.WELL_KNOWN_SID_TYPE{
		windows.WinLocalSystemSid, windows.WinBuiltinAdministratorsSid, windows.WinCreatorOwnerSid, windows.WinCreatorOwnerRightsSid,
	} {
		if sid.IsWellKnown(kind) {
			return true
		}
	}
	return false
}

// Guarded reports whether only administrators may change a program, or put
// another in its place.
func Guarded(file string) bool {
	return ofAdministrators(descriptorOf(file)) && ofAdministrators(descriptorOf(filepath.Dir(file)))
}

// descriptorOf is the owner and the list of a file or folder; empty when it
// cannot be read.
func descriptorOf(path string) string {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return ""
	}
	return sd.String()
}
