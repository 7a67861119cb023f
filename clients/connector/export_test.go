package connector

// What the tests need of the inside.

var (
	AssetName   = assetName
	Older       = older
	SplitWords  = splitWords
	ExecStart   = execStart
	QuoteUnit   = quoteUnit
	QuoteAll    = quoteAll
	OpenLog     = openLog
	ChildMainOn = childMain
	StartOf     = startOf
	Programs    = programs{}
)

func (l *childLog) Flush()                                       { l.flush() }
func (l *childLog) Close()                                       { l.close() }
func (l *childLog) Facts() (protocol, refused, lastError string) { return l.facts() }
