package visitor

// For tests of the pure parts.
var (
	AssetOf     = assetOf
	FindBrowser = findBrowser
)
