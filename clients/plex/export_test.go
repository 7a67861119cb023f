package plex

// SetUsual replaces the addresses at which a server on this computer is looked for.
func SetUsual(c *Client, places ...string) { c.usual = places }
