package steps

import (
	"fmt"
	"strings"

	"example.test/wizard/locale"
)

// severalRecords says why a name with more than one record, such as A and AAAA, is
// not offered to be taken over: one is changed and can be put back as it stood;
// of several, all but one would have to be deleted.
func severalRecords(all []CloudRecord) (detail, fix string) {
	var list []string
	for _, r := range all {
		list = append(list, r.Type+" "+r.Content)
	}
	detail = fmt.Sprintf("The name has %s already: %s", locale.Count(len(all), "record of yours", "records of yours"), strings.Join(list, ", "))
	return detail, "The wizard can take over one record and put it back later; for several it would have to delete some of yours, which it never does. Choose another name, or remove all of them but one in Cloudflare and look again."
}
