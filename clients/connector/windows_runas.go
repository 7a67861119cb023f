//go:build windows

package connector

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// shellExecuteInfo is SHELLEXECUTEINFOW of shellapi.h.
type shellExecuteInfo struct {
	size       uint32
	mask       uint32
	window     windows.Handle
	verb       *uint16
	file       *uint16
	parameters *uint16
	directory  *uint16
	show       int32
	instance   windows.Handle
	idList     uintptr
	class      *uint16
	classKey   windows.Handle
	hotKey     uint32
	icon       windows.Handle
	process    windows.Handle
}

// What ShellExecuteEx is asked for: the handle of the process, to come back only
// when everything is done, and no window with an error of its own.
const (
	maskProcess = 0x00000040 // SEE_MASK_NOCLOSEPROCESS
	maskWait    = 0x00000100 // SEE_MASK_NOASYNC
	maskNoUI    = 0x00000400 // SEE_MASK_FLAG_NO_UI
)

// elevatedProcess starts a program without a window after Windows has asked for
// permission. The handle tells when it has ended, and must be closed; it is 0
// when Windows gives none.
func elevatedProcess(program, args string) (windows.Handle, error) {
	info := shellExecuteInfo{mask: maskProcess | maskWait | maskNoUI, show: windows.SW_HIDE}
	info.size = uint32(unsafe.Sizeof(info))
	for _, s := range []struct {
		to   **uint16
		text string
	}{{&info.verb, "runas"}, {&info.file, program}, {&info.parameters, args}} {
		p, err := windows.UTF16PtrFromString(s.text)
		if err != nil {
			return 0, err
		}
		*s.to = p
	}
	ok, _, err := windows.NewLazySystemDLL("shell32.dll").NewProc("ShellExecuteExW").Call(uintptr(unsafe.Pointer(&info)))
	if ok == 0 {
		return 0, fmt.Errorf("asking Windows for permission: %w", err)
	}
	return info.process, nil
}

// alive reports whether a process of [elevatedProcess] still runs.
func alive(process windows.Handle) bool {
	if process == 0 {
		return true // nobody can tell
	}
	event, err := windows.WaitForSingleObject(process, 0)
	return err != nil || event != windows.WAIT_OBJECT_0
}
