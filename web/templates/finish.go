package templates

// connectorLeft says what becomes of the connector once the wizard has stopped.
func connectorLeft(holds bool) string {
	if holds {
		return "**The tunnel is closed**: on this computer the connector runs as long as the wizard does. Start the wizard again to open it."
	}
	return "**On this computer**: the connector, if it is installed. It goes on without the wizard."
}
