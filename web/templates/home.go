package templates

// taskClass is the class of a step in the list: solid track where it was seen to work.
func taskClass(t Task) string {
	switch t.Status {
	case "done", "attention":
		return "built"
	case "next":
		return "here"
	default:
		return ""
	}
}
