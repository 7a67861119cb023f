package templates

// verbIcon is the sign of what a plan would do.
func verbIcon(verb string) string {
	switch verb {
	case "create":
		return "plus"
	case "change":
		return "pencil"
	case "remove":
		return "minus"
	default:
		return "search"
	}
}
