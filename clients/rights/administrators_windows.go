package rights

import (
	"errors"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// AdminFolder makes a folder in which only administrators may put things, and
// everybody may look. Where there is one of theirs, as other programs make it with
// the rights that it inherits, it gets these rights; so does one of the user of this
// process, who is an administrator, and what was that user's alone becomes theirs.
// One of anybody else is [ErrForeign]. It reports whether there was none.
func AdminFolder(dir string) (made bool, err error) {
	sd, err := windows.SecurityDescriptorFromString(ofAdminFolder())
	if err != nil {
		return false, err
	}
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return false, err
	}
	with := windows.SecurityAttributes{SecurityDescriptor: sd}
	with.Length = uint32(unsafe.Sizeof(with))
	err = windows.CreateDirectory(path, &with)
	switch {
	case err == nil:
		return true, nil
	case !errors.Is(err, windows.ERROR_ALREADY_EXISTS):
		return false, &os.PathError{Op: "mkdir", Path: dir, Err: err}
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return false, err
	}
	if info.Mode().Type() != os.ModeDir || !administrator(ownerIn(descriptorOf(dir))) && !own(dir) {
		return false, &os.PathError{Op: "mkdir", Path: dir, Err: ErrForeign}
	}
	if err := set(dir, sd); err != nil {
		return false, err
	}
	return false, Entrust(dir)
}

// own reports whether a file or folder belongs to the user of this process.
func own(path string) bool {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return false
	}
	owner, _, err := sd.Owner()
	if err != nil || owner == nil {
		return false
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	return err == nil && owner.Equals(user.User.Sid)
}

// Entrust gives a file or folder to the administrators. What Windows makes for one of them
// is theirs already in most of its settings, and that one's alone in some.
func Entrust(file string) error {
	sd, err := windows.SecurityDescriptorFromString("O:BA")
	if err != nil {
		return err
	}
	owner, _, err := sd.Owner()
	if err != nil {
		return err
	}
	return windows.SetNamedSecurityInfo(file, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION, owner, nil, nil, nil)
}

// Trusted reports whether a plain file can only have been written by an
// administrator.
func Trusted(file string) bool {
	info, err := os.Lstat(file)
	return err == nil && info.Mode().IsRegular() && ofAdministrators(descriptorOf(file))
}
