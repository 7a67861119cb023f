package main

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// ownWindow reports whether the console was opened for this program alone, as by
// a double click: it closes with the program, and with it whatever was said.
func ownWindow() bool {
	var ids [2]uint32
	n, _, _ := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetConsoleProcessList").Call(uintptr(unsafe.Pointer(&ids[0])), uintptr(len(ids)))
	return n == 1
}
