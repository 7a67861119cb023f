package templates

import "time"

// Discover is the search for the records of a domain.
type Discover struct {
	Page    Page
	Domain  string
	Section Section
	Last    []Record // found last, newest first
	Notes   []Note
	Buttons []Button // posted to /steps/dns/choose as "do"
	Running bool
	Errors  *ErrorSummary
	File    ZoneFile
}

// ZoneFile is the form for a zone file, posted to /steps/dns/choose with do=file, as the file "zone_file" or the pasted "zone_text".
type ZoneFile struct {
	Lead  string // rich; the usual words when empty
	Error string
	Typed string
}

// Unheard is what a person can do where no old server answers: search again, bring a zone file, or say that there is nothing to take along, posted to
// /steps/dns/choose with do=nothing and the domain as "nothing".
type Unheard struct {
	Domain  string // as its owner writes it
	Nothing Choice
	Go      Button
	Again   []Button // above the rest, posted as "do"
	File    ZoneFile
}

// Record is one DNS record in a table.
type Record struct {
	ID       string // value of its tick boxes
	Type     string
	Name     string // relative to the domain, "@" for the domain itself
	Content  string // at the old servers, or the only one there is
	There    string // at Cloudflare, for one that differs
	Pick     string // "create" or "change": a tick box of that name; "" none
	Picked   bool
	CanProxy bool // a tick box "proxy"
	Proxied  bool
	Proxy    string // words instead of the tick box: "Never, mail"
	Effect   string // what the proxy would do to this very record, or why it cannot
	FoundBy  string
	Mail     bool // shown by the filter "mail"
}

// RecordGroup is a part of the comparison.
type RecordGroup struct {
	State   string // missing, differs, only, same or unknown
	Title   string // "6 missing at Cloudflare"
	Records []Record
}

// Filter is one way to look at the table. It works in the page itself, so no tick is lost.
type Filter struct {
	Value string // all, missing, differs, only, same or mail
	Text  string
	N     int
}

// Compare is the comparison of old servers and Cloudflare, posted to /steps/dns/choose with do=review.
type Compare struct {
	Page      Page
	Domain    string
	Digest    string // of the plan that these ticks are; posted as "plan"
	Notes     []Note
	Errors    *ErrorSummary
	Filters   []Filter
	Groups    []RecordGroup
	Blocked   *Note    // why the name servers stay hidden
	Overrides []Option // posted as "override": records that the person does not want
	Buttons   []Button
	Old, New  []string // servers asked
	At        time.Time
	Add       AddRecord
	Cards     []Card
	Key       *KeyQuestion
	Alias     *Choice // what to write at the domain itself, posted as "alias"
	File      *ZoneFile
	Servers   *Section // how each old server behaved
}

// Many asks once more before many records of somebody else's change, posted with do=many.
type Many struct {
	Choice Choice
	List   []string // what changes, one line each
}

// AddRecord is the form for a record that was not found, posted to /steps/dns/choose with do=add.
type AddRecord struct {
	Types               []string
	Type, Name, Content string
	Error               string
}

// KeyQuestion asks for a key that signs mail, posted to /steps/dns/choose as "selector" with do=key, or with do=unsigned when it is not needed.
type KeyQuestion struct {
	Domain string
	Below  []string // names below which it is
	Typed  string
	Error  string
	Next   bool // the answer is the way on
}

// Registrar tells how to change the name servers, or how to turn DNSSEC off first.
type Registrar struct {
	Page    Page
	Notes   []Note
	Pair    string   // heading over the servers
	Servers []string // the new pair; none while they must stay hidden
	Old     []string
	Kept    string // words about what is at Cloudflare already, rich
	How     HowTo
	Watch   *Section
	Done    bool     // show "Done?" with the next action, posted with do=changed
	Later   []Button // beside it
	Cards   []Card
}

// Wait is the wait until the world sees the new name servers.
type Wait struct {
	Page   Page
	Notes  []Note
	Who    Section
	Leave  *Next
	Scale  *Scale
	Normal string // rich
	Story  *Story
	Notify bool // offer to tell in this browser
	Cards  []Card
}
