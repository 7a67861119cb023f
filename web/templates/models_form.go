package templates

// Field is one text input.
type Field struct {
	ID, Name, Label string // ID is Name when empty
	Hint            string // rich
	Type            string // "text" when empty; also password, email, file, textarea
	Value           string // what was typed; never for passwords
	Error           string
	Mono            bool
	Required        bool
	Complete        string // autocomplete; "off" when empty
	Accept          string // for files
	List            string // id of a list of suggestions
	Rows            int    // for textareas
	Button          *Button
}

// Option is one tick box or radio button.
type Option struct {
	ID, Name, Value, Label string // ID is Name-Value when empty
	Hint                   string // rich
	On, Disabled, Required bool
	State, StateWord       string // mark and word beside the hint
	Error                  string // the words of the summary
	Radio                  bool
}

// Choice is a group of options under one question.
type Choice struct {
	Name, Label string
	Hint        string // rich
	Error       string
	Options     []Option
	Row         bool // side by side
}

// ErrorSummary stands above a refused form and takes the focus.
type ErrorSummary struct {
	Items []FieldError
	Note  *Note // of a service that failed: what to do, and the details for support
}

// FieldError is one refusal: the same words as beside the field. It leads nowhere
// when no field is to blame.
type FieldError struct{ Field, Text string }

// Measure is one switch: what it does, what it may break, its live state.
type Measure struct {
	ID        string // data-check, and the value that is posted
	Name      string
	On        bool
	Disabled  bool
	What      string // rich
	Risk      string // for Plex apps, rich
	Live      string // now at Cloudflare
	LiveState string // mark of Live
	Status    string // data-status; pass when empty
	Countries *Countries
	Field     *Field // one more input, e.g. the person's own expression
	More      []Field
	Note      *Note
}

// Countries is the choice of countries, posted as "countries", and a field to add one by name, posted as "add_country".
type Countries struct {
	Chosen []Option // Name is set by the page
	All    []string // names offered while typing
	Error  string
	Typed  string
}

// Slot is one of a counted budget.
type Slot struct {
	Name, Word string
	Kind       string // "" somebody else's, "ours", "free"
}
