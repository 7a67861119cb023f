package visitor

// For tests of the pure parts.
var (
	AssetOf     = assetOf
	FindBrowser = findBrowser
)

// PictureLimit is the limit where nothing else is said.
const PictureLimit = pictureLimit
