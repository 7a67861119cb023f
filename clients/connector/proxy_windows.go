package connector

import "golang.org/x/sys/windows/registry"

// internetSettings reads what the person has set under "Proxy" in the settings
// of Windows. What is not set counts as off.
func internetSettings() (s settings) {
	k, err := registry.OpenKey(registry.CURRENT_USER, `Software\Microsoft\Windows\CurrentVersion\Internet Settings`, registry.QUERY_VALUE)
	if err != nil {
		return s
	}
	defer k.Close()
	on, _, _ := k.GetIntegerValue("ProxyEnable")
	s.on = on != 0
	s.server, _, _ = k.GetStringValue("ProxyServer")
	s.script, _, _ = k.GetStringValue("AutoConfigURL")
	return s
}
