package rights

import "testing"

func TestOfAdministrators(t *testing.T) {
	for name, tc := range map[string]struct {
		descriptor string
		want       bool
	}{
		"a folder of ours":         {ofAdminFolder(), true},
		"a program of Windows":     {"O:" + trustedInstaller + "D:PAI(A;;FA;;;" + trustedInstaller + ")(A;;0x1200a9;;;BA)(A;;0x1200a9;;;SY)(A;;0x1200a9;;;BU)", true},
		"in Program Files":         {"O:BAD:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)(A;ID;0x1200a9;;;AC)", true},
		"by letters":               {"O:SYG:SYD:(A;;FA;;;BA)(A;;FRFX;;;WD)", true},
		"in a folder of programs":  {"O:BAD:AI(A;OICIIOID;GA;;;CO)(A;ID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)", true},
		"users may put files here": {"O:BAD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)", false},
		"a user owns it":           {"O:S-1-5-21-1-2-3-1001D:(A;;FA;;;BA)", false},
		"a user may write":         {"O:BAD:(A;;FA;;;BA)(A;;0x1301bf;;;S-1-5-21-1-2-3-1001)", false},
		"everybody may write":      {"O:BAD:(A;;FRFW;;;WD)", false},
		"a callback entry":         {"O:BAD:(XA;;FA;;;WD;(a==b))", false},
		"no list":                  {"O:BAD:NO_ACCESS_CONTROL", false},
		"no list told":             {"O:BA", false},
		"no owner told":            {"D:(A;;FA;;;BA)", false},
		"nothing to read":          {"", false},
		"refused to all, audited":  {"O:BAD:P(D;;FA;;;WD)S:(AU;SA;FA;;;WD)", true},
	} {
		if got := ofAdministrators(tc.descriptor); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
