package main

import (
	"bufio"
	"fmt"
	"io"
)

// keepOpen waits for a key after something went wrong, where the window would
// close at once and take the reason with it. The elevated child has a window that
// nobody sees, so it never waits: it would stay, with the rights that it has.
func keepOpen(args []string, code int, own func() bool, stdin io.Reader, stderr io.Writer) int {
	if code == 0 || len(args) > 1 && args[1] == "connector" || !own() {
		return code
	}
	fmt.Fprint(stderr, "\nPress Enter to close this window.")
	_, _ = bufio.NewReader(stdin).ReadString('\n') // whatever comes, or nothing more
	return code
}
