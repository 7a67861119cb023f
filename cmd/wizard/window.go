package main

import (
	"bufio"
	"fmt"
	"io"
)

// keepOpen waits for a key after something went wrong, where the window would
// close at once and take the reason with it.
func keepOpen(code int, own func() bool, stdin io.Reader, stderr io.Writer) int {
	if code == 0 || !own() {
		return code
	}
	fmt.Fprint(stderr, "\nPress Enter to close this window.")
	_, _ = bufio.NewReader(stdin).ReadString('\n') // whatever comes, or nothing more
	return code
}
